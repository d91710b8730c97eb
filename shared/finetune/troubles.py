"""How a fine-tune job takes a call that failed: waits, goes on without it, or ends; pure."""

from __future__ import annotations

from copy import replace
from datetime import datetime

from shared.errors import ConfigurationError, PlansmithError, ThrottledError, TransientError
from shared.finetune import words
from shared.finetune.claims import claim_of
from shared.finetune.decisions import Action
from shared.finetune.hosting import without_deployment
from shared.finetune.job import REQUESTED, Claim, Job, JobDeployment, Problem
from shared.finetune.reactions import chore_done, collected, ended, warned
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.times import later, moment, stamp

_PERMISSION = frozenset({"unauthorized", "forbidden"})
_UNKNOWN = "Unknown"
_AWAY_SHARE = 0.25
"""Of the failure budget: who looks again after so long knows nothing of the time between."""
_SOON = frozenset({"file_not_found", "job_not_found", "model_not_named"})
"""What the service may take minutes to know of its own work."""


def failed_call(
    job: Job, action: Action, error: PlansmithError, now: datetime, settings: FineTuneSettings
) -> Job:
    """The job after `action` failed: the same again later, or `given_up` when patience has run out.

    A claim stays after a failure that may have had its effect all the same (a time-out), so that nobody
    repeats it before one can see, and is renewed for the next try; a refusal by a rate limit certainly had none.
    """
    since = _failing_since(job, now, settings)
    failing_s = (now - moment(since)).total_seconds()
    problem = Problem(error.code, error.message)
    patience_s = _patience_s(error, job, action, settings)
    if failing_s >= patience_s:
        return given_up(job, action, problem, now, failing_s=failing_s)
    asked_s = error.retry_after_s if isinstance(error, TransientError) else None
    wait_s = asked_s or min(max(failing_s / 4, settings.poll_s), settings.poll_max_s)
    again_at = later(now, wait_s)
    return job.kept(
        now,
        claim=None
        if isinstance(error, ThrottledError)
        else _claim_after(job, action, moment(again_at), settings),
        failing_since=since,
        last_error=words.failing(problem, again_at=again_at, patience_s=max(patience_s, wait_s)),
        next_check_at=again_at,
        deployment=_deployment_after(job, action, error),
    )


def _failing_since(job: Job, now: datetime, settings: FineTuneSettings) -> str:
    """Since when every call fails; from now on where the app stood still since the last one."""
    away_s = (now - moment(job.next_check_at)).total_seconds() if job.next_check_at else 0.0
    is_known = job.failing_since and away_s < _AWAY_SHARE * settings.failure_budget_s
    return job.failing_since if is_known else stamp(now)


def _deployment_after(job: Job, action: Action, error: PlansmithError) -> JobDeployment | None:
    """The deployment after a failed call: one may be there whose answer got lost."""
    is_lost = isinstance(error, TransientError) and not isinstance(error, ThrottledError)
    if action != Action.PUT_DEPLOYMENT or job.deployment is None or not is_lost:
        return job.deployment
    return replace(job.deployment, state=_UNKNOWN)


def _was_never_there(job: Job) -> bool:
    """Whether every request for the deployment was refused, and none was there before."""
    made = job.deployment
    return made is not None and made.state == REQUESTED and not made.is_asked_for


def _claim_after(job: Job, action: Action, again_at: datetime, settings: FineTuneSettings) -> Claim | None:
    """The claim after a failed call; that of its holder, who calls again, outlives that call, too."""
    if job.claim is None or action not in (Action.UPLOAD_FILE, Action.CREATE_JOB):
        return job.claim
    return claim_of(job, job.claim.by, again_at, settings)


def given_up(job: Job, action: Action, problem: Problem, now: datetime, *, failing_s: float) -> Job:
    """The job when `action` cannot be had: failed before the training has ended, a warning afterwards."""
    match job.state:
        case State.COLLECTING:
            return warned(collected(job, now), problem)
        case State.DEPLOYING:
            left = replace(job, deployment=None) if _was_never_there(job) else job
            return without_deployment(left, problem.message, now, code=problem.code)
        case State.SUCCEEDED | State.DEPLOYED | State.EVALUATING if action in (
            Action.START_EVALUATION,
            Action.CHECK_EVALUATION,
        ):
            return job.moved(State.COMPLETE, now, error=words.not_measured(problem, job))
        case State.COMPLETE if action == Action.UNDEPLOY:
            return warned(job.kept(now, wanted=""), problem)
        case State.COMPLETE if action == Action.REMOVE_DEPLOYMENT and job.deployment is not None:
            return warned(
                chore_done(job, action, now), words.left_behind(job.deployment.name, problem.message)
            )
        case State.SUCCEEDED | State.FAILED | State.CANCELLED | State.COMPLETE:
            return warned(chore_done(job, action, now), problem)
    if action in (Action.PAUSE_JOB, Action.RESUME_JOB):
        return warned(job.kept(now, wanted=""), problem)
    if action == Action.CANCEL_JOB:
        return warned(job.kept(now, cancel_sent=True), problem)
    return ended(job, State.FAILED, now, error=words.given_up(problem, job, action, failing_s=failing_s))


def _patience_s(error: PlansmithError, job: Job, action: Action, settings: FineTuneSettings) -> float:
    """Seconds of failing in a row that are borne; a training that is paid is not given up for a refused look at it."""
    if error.code in _SOON:
        return settings.permission_grace_s
    if isinstance(error, TransientError) or (job.state, action) == (State.RUNNING, Action.FOLLOW_JOB):
        return settings.failure_budget_s
    if isinstance(error, ConfigurationError) and error.code in _PERMISSION:
        return settings.failure_budget_s if job.job_id else settings.permission_grace_s
    return 0.0
