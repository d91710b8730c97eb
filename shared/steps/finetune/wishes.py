"""What somebody asks of a fine-tune job from outside: deploy its model again, remove it, pause, go on."""

from __future__ import annotations

from collections.abc import Callable
from copy import replace

from shared import names
from shared.errors import BadRequestError, ConflictError
from shared.finetune.job import Job
from shared.finetune.transitions import State
from shared.runs import paths
from shared.steps.deps import Deps

_TRIES = 20


async def ask(run_id: str, wish: str, deps: Deps) -> Job:
    """Note the wish (`deploy`, `undeploy`, `pause`, `resume`); `advance_finetunes` carries it out. The job as noted.

    Raises BadRequestError `no_job` or `too_early` with what stands against it; ConflictError when others write all
    the time.
    """
    for _ in range(_TRIES):
        blob = await deps.store.read(names.RUNS, paths.job(run_id))
        if blob is None:
            raise BadRequestError(f"run {run_id} has no fine-tune job", code="no_job")
        job = Job.from_json(blob.data)
        if why := _WHY_NOT[wish](job):
            raise BadRequestError(why, code="too_early")
        asked = replace(job, wanted=wish, next_check_at="")
        try:
            await deps.store.write(names.RUNS, paths.job(run_id), asked.to_json(), if_match=blob.etag)
        except ConflictError:
            continue
        await deps.store.write(names.RUNS, paths.finetune_mark(run_id), b"{}")
        return asked
    raise ConflictError(f"the job of run {run_id} changes all the time")


def _why_not_deploy(job: Job) -> str:
    if job.state != State.COMPLETE or not job.fine_tuned_model:
        return (
            f"the fine-tune is {job.state}; only a trained model whose job is complete can be deployed again"
        )
    return "the model is deployed" if job.is_deployed else ""


def _why_not_undeploy(job: Job) -> str:
    if job.state != State.COMPLETE:
        return f"the fine-tune is {job.state}; its deployment can be removed once it is complete"
    return "" if job.is_deployed else "there is no deployment to remove"


def _why_not_pause(job: Job) -> str:
    if job.state != State.RUNNING:
        return f"the fine-tune is {job.state}; only a running one can be paused"
    return "" if job.status == "running" else f"the service says that the job is {job.status or 'unknown'}"


def _why_not_resume(job: Job) -> str:
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
