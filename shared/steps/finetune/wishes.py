"""What somebody asks of a fine-tune job from outside: deploy its model again, remove it, pause, go on, cancel."""

from __future__ import annotations

from collections.abc import Callable
from copy import replace

from shared.errors import BadRequestError
from shared.finetune.job import Job
from shared.finetune.transitions import State
from shared.steps.deps import Deps
from shared.steps.finetune.stored_job import change_job, mark_open


async def ask(run_id: str, wish: str, deps: Deps) -> Job:
    """Note the wish (`deploy`, `undeploy`, `pause`, `resume`); `advance_finetunes` carries it out. The job as noted.

    Raises BadRequestError `no_job` or `too_early` with what stands against it; ConflictError when others write all
    the time.
    """

    def noted(job: Job) -> Job:
        if why := _WHY_NOT[wish](job):
            raise BadRequestError(why, code="too_early")
        return replace(job, wanted=wish, next_check_at="")

    asked = await change_job(run_id, noted, deps.store)
    if asked is None:
        raise BadRequestError(f"run {run_id} has no fine-tune job", code="no_job")
    await mark_open(run_id, deps.store)
    return asked


async def cancel_finetune(run_id: str, deps: Deps) -> bool:
    """Ask for the cancellation of a run's fine-tune job; False where nothing can be cancelled.

    What is already trained stays. `advance_finetunes` tells the service, once for each time that somebody asks.
    ConflictError when others write all the time.
    """

    def noted(job: Job) -> Job | None:
        if not job.cancellable:
            return None
        return replace(job, cancel_requested=True, cancel_sent=False, next_check_at="")

    return await change_job(run_id, noted, deps.store) is not None


def _why_not_deploy(job: Job) -> str:
    if job.state != State.COMPLETE or not job.fine_tuned_model:
        return (
            f"the fine-tune is {job.state}; only a trained model whose job is complete can be deployed again"
        )
    return "the model is deployed" if job.is_deployed and not job.is_to_be_measured else ""


def _why_not_undeploy(job: Job) -> str:
    if job.state != State.COMPLETE:
        return f"the fine-tune is {job.state}; its deployment can be removed once it is complete"
    return "" if job.may_cost else "there is no deployment to remove"


def _why_not_pause(job: Job) -> str:
    if job.state != State.RUNNING:
        return f"the fine-tune is {job.state}; only a running one can be paused"
    return "" if job.status == "running" else f"the service says that the job is {job.status or 'unknown'}"


def _why_not_resume(job: Job) -> str:
    if job.is_given_up:
        return ""
    if job.state != State.RUNNING:
        return f"the fine-tune is {job.state}; only a paused one can go on"
    return (
        ""
        if job.status in ("paused", "pausing")
        else f"the service says that the job is {job.status or 'unknown'}"
    )


_WHY_NOT: dict[str, Callable[[Job], str]] = {
    "deploy": _why_not_deploy,
    "undeploy": _why_not_undeploy,
    "pause": _why_not_pause,
    "resume": _why_not_resume,
}
