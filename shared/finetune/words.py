"""What users are told when a fine-tune does not go as asked: what happened, what the app does, what they may do."""

from __future__ import annotations

from collections.abc import Sequence

from shared.finetune.decisions import Action
from shared.finetune.job import Job, Problem

KNOWN_STATUSES = frozenset(
    "created validating_files queued pending running pausing paused resuming succeeded failed cancelled".split()
)
"""Statuses of a job in any document of the service."""

NO_TEST_ROWS = "no_test_rows"
"""Code of a dataset that has nothing to measure a student on."""

_FULL = {Action.UPLOAD_FILE: "100 files of 1 GB together", Action.CREATE_JOB: "100 fine-tune jobs"}


def failing(problem: Problem, *, again_at: str, patience_s: float) -> Problem:
    """A call failed and will be made again, at `again_at` (ISO 8601) and for `patience_s` seconds in all."""
    text = (
        f"{_open(problem.message)}. It is asked again at {again_at}, for up to {_span(patience_s)}; nothing is lost "
        "meanwhile and nothing need be done"
    )
    return Problem(problem.code, text)


def given_up(problem: Problem, job: Job, action: Action, *, failing_s: float) -> Problem:
    """What ends a job before its training has: a refusal, or failures for `failing_s` seconds."""
    if action in _FULL and "quota" in f"{problem.code} {problem.message}".lower():
        return _with_room(problem, job, action)
    tried = f" for {_span(failing_s)} without a break" if failing_s else ""
    now = (
        f"the job {job.job_id} may go on at the service and be billed: look there, and cancel it if it is not wanted. "
        if job.job_id
        else "nothing was trained and nothing is billed. "
    )
    on = f"`plansmith resume {job.run_id}` follows it on, and " if job.job_id else ""
    text = (
        f"{_open(problem.message)}{tried}. The app has given up; {now}When this is mended, {on}{_again(job)}"
    )
    return Problem(problem.code, text)


def _with_room(problem: Problem, job: Job, action: Action) -> Problem:
    text = (
        f"{_open(problem.message)} (a resource holds {_FULL[action]}). Nothing was trained; delete old ones at the "
        f"service, then {_again(job)}. finetune.clean_up=all deletes jobs that left no model"
    )
    return Problem(problem.code, text)


def file_rejected(part: str, why: str, job: Job) -> Problem:
    """The service has checked a file and does not take it."""
    text = (
        f"the service rejected the {part} file: {_open(why)}. Nothing was trained and nothing is billed; "
        f"`plansmith validate` checks rows as the service does. When the rows are mended, {_again(job)}"
    )
    return Problem("file_rejected", text)


def not_processed(limit_s: float, job: Job) -> Problem:
    """The service goes on checking the files for ever."""
    text = (
        f"the service has not processed the files within {_span(limit_s)}. The app has deleted them; nothing is "
        f"billed. Later, {_again(job)}"
    )
    return Problem("file_not_processed", text)


def training_failed(problem: Problem, job: Job) -> Problem:
    """The service has ended the job as failed."""
    text = f"{_open(problem.message)}. The service bills nothing for a failed job; when this is mended, {_again(job)}"
    return Problem(problem.code, text)


def unknown_status(status: str, run_id: str) -> Problem:
    """The service's word for where a job stands is in none of its documents."""
    text = (
        f"the service says that the job is '{status[:60]}', which is in none of its documents. It is followed like a "
        f"running one; `plansmith cancel {run_id}` ends it"
    )
    return Problem("unknown_status", text)


def paused(run_id: str) -> Problem:
    """The job stands still, and this app did not ask for that."""
    text = (
        "the service has paused the job; Developer jobs give way to others, go on by themselves, and cost nothing "
        f"meanwhile. It is followed; POST /api/runs/{run_id}/finetune/resume asks it to go on"
    )
    return Problem("job_paused", text)


def no_news(quiet_s: float, run_id: str) -> Problem:
    """The job may be stuck."""
    text = (
        f"the service has told nothing new of the job for {_span(quiet_s)}. Queues can be that long and it is followed "
        f"on; `plansmith cancel {run_id}` ends it, what was trained until then is billed"
    )
    return Problem("no_news", text)


def not_deployed(why: str, job: Job, code: str = "") -> Problem:
    """The trained model could not be deployed."""
    quota = (
        " (no quota left for the deployment: lower finetune.deploy.capacity, remove another deployment, or ask for "
        "more quota)"
    )
    room = quota if "quota" in f"{code} {why}".lower() else ""
    made = job.deployment
    held = f", and so does its deployment {made.name}" if made is not None and job.is_deployed else ""
    text = f"{_open(why)}{room}. The model is trained and stays{held}; {_deploys(job)}"
    return Problem("deployment_failed", text)


def unbounded(parts: Sequence[str]) -> Problem:
    """Nobody can say whether these parts stay within the budget."""
    text = (
        f"no price is known for {', '.join(part.replace('_', ' ') for part in parts)}: option finetune.max_cost_usd "
        "bounds that only as far as answers name a model with a price"
    )
    return Problem("unbounded", text)


def not_ready(limit_s: float) -> str:
    """A deployment that does not come about."""
    return f"the deployment was not ready within {_span(limit_s)}"


def deployment_ended(state: str) -> str:
    """A deployment that the service has given up, without a reason."""
    return f"the service says that the deployment is '{state}', and not why"


def left_behind(name: str, why: str) -> Problem:
    """A deployment that could not be removed."""
    text = (
        f"deployment {name} could not be removed: {_open(why)}. As long as it is there it may cost by the hour; "
        "look for it at the service and remove it there"
    )
    return Problem("deployment_left", text)


def not_measured(problem: Problem, job: Job) -> Problem:
    """The evaluation could not be made."""
    stays = job.is_deployed and not job.options["deploy"]["remove_after_evaluation"]
    first = f"remove the deployment first, `plansmith undeploy {job.run_id}`; then " if stays else ""
    measure = f"to measure it, {first}{_again(job)}"
    if problem.code == NO_TEST_ROWS:
        measure = "to measure one, start another run"
    elif job.asks_for("student") or (job.is_deployed and problem.code != "no_deployment"):
        measure = _deploys(job)
    text = f"the evaluation failed: {_open(problem.message)}. The model is trained and stays; {measure}"
    return Problem("evaluation_failed", text)


def no_test_rows() -> Problem:
    """The dataset has nothing to measure a student on; no job over it can change that."""
    text = (
        "there are no test rows to measure on: more samples, or a test_fraction above 0, would make some. This job "
        "trains its model and measures nothing"
    )
    return Problem(NO_TEST_ROWS, text)


def unanswered(code: str, answers: int, count: int, job: Job) -> Problem:
    """Not one of `answers` tasks of an evaluation was answered, `count` of them for the same reason."""
    who = " by the student" if job.asks_for("student") else ""
    do = {
        "deployment_not_found": "a deployment that is asked is not there: check finetune.evaluate.baseline and teacher",
        "throttled": "raise finetune.deploy.capacity, or the quota of the other deployments",
        "unauthorized": "check the key, or the role of the app's identity",
        "forbidden": "check the key, or the role of the app's identity",
    }.get(code, "the outcomes in evaluation/tasks.jsonl say more")
    text = (
        f"not one of {answers} tasks was answered{who}; {count} for '{code}'. The model is trained and stays; {do}; "
        f"then `plansmith deploy {job.run_id}` measures it"
    )
    return Problem(code, text)


def developer_tier(job: Job) -> Problem:
    """A deployment that will not last."""
    text = (
        "the service removes a Developer deployment 24 hours after it was made. The model stays; after that "
        f"`plansmith deploy {job.run_id}` makes the deployment again"
    )
    return Problem("developer_tier", text)


def not_served(job: Job) -> str:
    """Why nothing serves the trained model, and what to do about it."""
    made, again = job.deployment, f"`plansmith deploy {job.run_id}` makes it again"
    if made is None or not made.ready_at:
        return (
            f"the model was never deployed; `plansmith deploy {job.run_id}` deploys it (it costs by the hour)"
        )
    if made.removed_at:
        return f"the deployment {made.name} was removed as asked at {made.removed_at}; {again}"
    return (
        f"the service no longer has the deployment {made.name}: it deletes one that was not called for 15 days, and a "
        f"Developer one after 24 hours. The model is still there; {again}"
    )


def still_deployed(job: Job) -> str:
    """Why another job cannot take the place of one whose model is deployed, or may be."""
    made = job.deployment
    assert made is not None
    cost = f" and costs ${made.usd_per_hour:.2f} an hour" if made.usd_per_hour else ""
    held = (
        f"the model of the last job is deployed as {made.name}{cost}"
        if job.is_deployed
        else f"the deployment {made.name} of the last job never became ready and was not removed; it may cost"
    )
    return (
        f"{held}; remove that first, `plansmith undeploy "
        f"{job.run_id}`, else nothing would show any more that it is there"
    )


def kept_for_nothing(problem: Problem) -> str:
    """Why another job is not begun: it would fail at once, and a trained model would have given way to it."""
    return f"the new job would fail before it begins: {_open(problem.message)}. The last one, and its model, stay"


def _again(job: Job) -> str:
    return f"`plansmith finetune {job.run_id} --again` starts another job"


def _deploys(job: Job) -> str:
    later = "measures it" if job.is_deployed else "deploys it later, and then it is measured"
    return f"`plansmith deploy {job.run_id}` {later if job.is_to_be_measured else 'deploys it later'}"


def _open(message: str) -> str:
    """A sentence that another one can follow."""
    return message.rstrip(". ")


def _span(seconds: float) -> str:
    """A time in words: `24 hours`, `15 minutes`."""
    for unit, name in ((3600.0, "hour"), (60.0, "minute"), (1.0, "second")):
        if seconds >= unit:
            count = round(seconds / unit)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "a moment"
