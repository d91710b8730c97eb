"""What to do next with a fine-tune job: a decision is one `Action`, or None to wait."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from shared.finetune.job import Claim, Job
from shared.finetune.service import ENDED
from shared.finetune.transitions import FINAL, State
from shared.times import moment


class Action(StrEnum):
    """One thing to do; each has at most one effect outside our own storage."""

    CLAIM = "claim"
    """Take the right to upload or create; nothing outside changes."""
    ABANDON = "abandon"
    """End a cancelled job that the service knows nothing of yet."""
    LOOK_FOR_FILE = "look_for_file"
    """Adopt an upload that another instance has begun; never upload."""
    UPLOAD_FILE = "upload_file"
    """Adopt or upload the next file."""
    CHECK_FILES = "check_files"
    LOOK_FOR_JOB = "look_for_job"
    """Adopt a job that another instance has created; never create."""
    CREATE_JOB = "create_job"
    """Adopt or create the job."""
    CANCEL_JOB = "cancel_job"
    PAUSE_JOB = "pause_job"
    RESUME_JOB = "resume_job"
    FOLLOW_JOB = "follow_job"
    FOLLOW_ON = "follow_on"
    """Take up a training again that was given up while it went on; nothing outside changes."""
    COLLECT = "collect"
    DELETE_FILES = "delete_files"
    DELETE_JOB = "delete_job"
    """Delete a job that left no model, where the options want it."""
    COPY_RESULTS = "copy_results"
    WRITE_REPORT = "write_report"
    """The report as far as the training has come."""
    ANNOUNCE = "announce"
    DEPLOY = "deploy"
    """Note which deployment will be asked for; nothing outside changes."""
    PUT_DEPLOYMENT = "put_deployment"
    CHECK_DEPLOYMENT = "check_deployment"
    REMOVE_DEPLOYMENT = "remove_deployment"
    """Remove the deployment when everything is over: as the options want it, or because it came to nothing."""
    UNDEPLOY = "undeploy"
    """Remove it because somebody asked."""
    START_EVALUATION = "start_evaluation"
    CHECK_EVALUATION = "check_evaluation"
    COPY_ALL = "copy_all"
    WRITE_WHOLE_REPORT = "write_whole_report"
    """The report again, with deployment and evaluation."""
    ANNOUNCE_EVALUATION = "announce_evaluation"
    COMPLETE = "complete"
    CLOSE = "close"
    """Take the open mark away: nothing more will happen."""


_AFTER_TRAINING = (Action.DELETE_FILES, Action.COPY_RESULTS, Action.WRITE_REPORT, Action.ANNOUNCE)

CHORES: dict[State, tuple[Action, ...]] = {
    State.SUCCEEDED: _AFTER_TRAINING,
    State.FAILED: (*_AFTER_TRAINING, Action.DELETE_JOB),
    State.CANCELLED: (*_AFTER_TRAINING, Action.DELETE_JOB),
    State.COMPLETE: (
        Action.REMOVE_DEPLOYMENT,
        Action.COPY_ALL,
        Action.WRITE_WHOLE_REPORT,
        Action.ANNOUNCE_EVALUATION,
    ),
}
"""What is done once, in this order, on arriving in a state; repeating any of it does no harm.

Nothing is announced before the files that it speaks of are there.
"""

_FOLLOWING: dict[State, Action] = {
    State.REQUESTED: Action.CLAIM,
    State.PROCESSING: Action.CHECK_FILES,
    State.COLLECTING: Action.COLLECT,
    State.EVALUATING: Action.CHECK_EVALUATION,
}


def next_action(job: Job, now: datetime, *, me: str) -> Action | None:
    """What the instance called `me` does with `job` at `now`; None when it is time to wait.

    Uploading and creating need a claim that has been stored before. While another instance holds it
    the effect may be under way, so one only looks; when the claim has run out one takes it over, and
    looks again before doing anything.
    """
    if job.next_check_at and now < moment(job.next_check_at):
        return None
    if job.cancel_requested and job.state in (State.REQUESTED, State.UPLOADING, State.PROCESSING):
        return Action.ABANDON
    match job.state:
        case State.UPLOADING:
            return _claimed(job.claim, now, me, do=Action.UPLOAD_FILE, look=Action.LOOK_FOR_FILE)
        case State.CREATING:
            return _claimed(job.claim, now, me, do=Action.CREATE_JOB, look=Action.LOOK_FOR_JOB)
        case State.RUNNING:
            return _running(job)
        case State.SUCCEEDED | State.FAILED | State.CANCELLED | State.COMPLETE:
            return _chore(job) or _after_chores(job)
        case State.DEPLOYING:
            is_asked_for = job.deployment is not None and job.deployment.is_asked_for
            return Action.CHECK_DEPLOYMENT if is_asked_for else Action.PUT_DEPLOYMENT
        case State.DEPLOYED:
            return _onward(job)
    return _FOLLOWING[job.state]


def _running(job: Job) -> Action:
    if job.cancel_requested and not job.cancel_sent:
        return Action.CANCEL_JOB
    return {"pause": Action.PAUSE_JOB, "resume": Action.RESUME_JOB}.get(job.wanted, Action.FOLLOW_JOB)


def _claimed(claim: Claim | None, now: datetime, me: str, *, do: Action, look: Action) -> Action:
    if claim is None or now >= moment(claim.until):
        return Action.CLAIM
    return do if claim.by == me else look


def _chore(job: Job) -> Action | None:
    return next(
        (chore for chore in CHORES[job.state] if chore not in job.done and _applies(chore, job)), None
    )


def _applies(chore: Action, job: Job) -> bool:
    if chore == Action.DELETE_FILES:
        return bool(job.options["clean_up"] != "nothing")
    if chore == Action.DELETE_JOB:
        over = bool(job.job_id) and job.status in ENDED and not job.fine_tuned_model
        return over and bool(job.options["clean_up"] == "all")
    if chore == Action.REMOVE_DEPLOYMENT:
        removes = bool(job.options["deploy"]["remove_after_evaluation"])
        return job.is_unready or (removes and job.is_deployed)
    return chore != Action.ANNOUNCE_EVALUATION or (job.evaluation is not None and job.evaluation.complete)


def _after_chores(job: Job) -> Action:
    if job.state == State.COMPLETE and job.wanted == "deploy":
        return Action.DEPLOY
    if job.state == State.COMPLETE and job.wanted == "undeploy":
        return Action.UNDEPLOY
    if job.is_given_up and job.wanted == "resume":
        return Action.FOLLOW_ON
    if job.state in FINAL:
        return Action.CLOSE
    return Action.DEPLOY if job.options["deploy"]["enabled"] else _onward(job)


def _onward(job: Job) -> Action:
    return Action.START_EVALUATION if job.is_to_be_measured else Action.COMPLETE
