"""How a fine-tune job takes a call that failed: waits, goes on without it, or ends; pure."""

from __future__ import annotations

from datetime import datetime

from shared.errors import ConfigurationError, PlansmithError, ThrottledError, TransientError
from shared.finetune.decisions import Action
from shared.finetune.job import Job, Problem
from shared.finetune.reactions import chore_done, collected, ended, warned, without_deployment
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.times import later, moment, stamp

_PERMISSION = frozenset({"unauthorized", "forbidden"})
_SOON = frozenset({"file_not_found", "job_not_found", "model_not_named"})
"""What the service may take minutes to know of its own work."""


def failed_call(
    job: Job, action: Action, error: PlansmithError, now: datetime, settings: FineTuneSettings
) -> Job:
    """The job after `action` failed: the same again later, or `given_up` when patience has run out.

    A claim stays after a failure that may have had its effect all the same (a time-out), so that nobody
    repeats it before one can see; a refusal by a rate limit certainly had none.
    """
    since = job.failing_since or stamp(now)
    failing_s = (now - moment(since)).total_seconds()
    problem = Problem(error.code, error.message)
    if failing_s >= _patience_s(error, job, settings):
        return given_up(job, action, problem, now)
    asked_s = error.retry_after_s if isinstance(error, TransientError) else None
    wait_s = asked_s or min(max(failing_s / 4, settings.poll_s), settings.poll_max_s)
    return job.kept(
        now,
        claim=None if isinstance(error, ThrottledError) else job.claim,
        failing_since=since,
        last_error=problem,
        next_check_at=later(now, wait_s),
    )


def given_up(job: Job, action: Action, problem: Problem, now: datetime) -> Job:
    """The job when `action` cannot be had: failed before the training has ended, a warning afterwards."""
    match job.state:
        case State.COLLECTING:
            return warned(collected(job, now), problem)
        case State.SUCCEEDED | State.DEPLOYING | State.COMPLETE if action in (
            Action.DEPLOY,
            Action.CHECK_DEPLOYMENT,
        ):
            return without_deployment(job, _with_quota(problem), now)
        case State.SUCCEEDED | State.DEPLOYED | State.EVALUATING if action in (
            Action.START_EVALUATION,
            Action.CHECK_EVALUATION,
        ):
            text = f"the evaluation failed: {problem.message}"
            return job.moved(State.COMPLETE, now, error=Problem("evaluation_failed", text))
        case State.COMPLETE if action == Action.UNDEPLOY:
            return warned(job.kept(now, wanted=""), problem)
        case State.SUCCEEDED | State.FAILED | State.CANCELLED | State.COMPLETE:
            return warned(chore_done(job, action, now), problem)
    if action in (Action.PAUSE_JOB, Action.RESUME_JOB):
        return warned(job.kept(now, wanted=""), problem)
    if action == Action.CANCEL_JOB:
        return warned(job.kept(now, cancel_sent=True), problem)
    return ended(job, State.FAILED, now, error=_with_places(problem, action))


def _with_places(problem: Problem, action: Action) -> Problem:
    """The problem with what makes room, where the resource holds no more files or jobs."""
    room = {Action.UPLOAD_FILE: "100 files of 1 GB together", Action.CREATE_JOB: "100 fine-tune jobs"}.get(
        action
    )
    if room is None or "quota" not in f"{problem.code} {problem.message}".lower():
        return problem
    text = (
        f"{problem.message} (a resource holds {room}: delete old ones at the service, then "
        'fine-tune again with "again": true; finetune.clean_up=all deletes jobs that left no model)'
    )
    return Problem(problem.code, text)


def _with_quota(problem: Problem) -> str:
    if "quota" not in f"{problem.code} {problem.message}".lower():
        return problem.message
    return (
        f"{problem.message} (no quota left for the deployment: lower finetune.deploy.capacity, remove another "
        "deployment, or ask for more quota; the model is trained and can be deployed later)"
    )


def _patience_s(error: PlansmithError, job: Job, settings: FineTuneSettings) -> float:
    """Seconds of failing in a row that are borne; a paid job is not given up for a refused credential."""
    if error.code in _SOON:
        return settings.permission_grace_s
    if isinstance(error, TransientError):
        return settings.failure_budget_s
    if isinstance(error, ConfigurationError) and error.code in _PERMISSION:
        return settings.failure_budget_s if job.job_id else settings.permission_grace_s
    return 0.0
