"""Opens the fine-tune job of a published run; `advance_finetunes` takes it from there."""

from __future__ import annotations

from dataclasses import replace

import orjson

from shared import names, options
from shared.errors import BadRequestError, ConflictError
from shared.finetune.job import Job
from shared.finetune.request import job_path, marker_path, new_job
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import FINAL
from shared.messages import FineTune
from shared.ports import Clock, RunStore
from shared.runs import RunSpec


async def start_finetune(
    message: FineTune, *, store: RunStore, clock: Clock, settings: FineTuneSettings
) -> None:
    """Write the run's one `job.json` and its open mark; a repeated message changes nothing.

    A training file that the service would refuse makes a job that has `failed`, with the reason.

    Raises BadRequestError: no such run, nothing published, or an option that is not accepted.
    """
    run = message.run_id
    if not names.is_run_id(run):
        raise BadRequestError(f"'{run[:80]}' is no run id", code="unknown_run")
    kept = await store.read(names.RUNS, job_path(run))
    if kept is None:
        job = await _new_job(message, store, clock, settings)
        await store.write(names.RUNS, marker_path(run), b"{}")
        try:
            await store.write(names.RUNS, job_path(run), job.to_json(), if_absent=True)
        except ConflictError:
            return
    elif Job.from_json(kept.data).state not in FINAL:
        await store.write(names.RUNS, marker_path(run), b"{}")


async def _new_job(message: FineTune, store: RunStore, clock: Clock, settings: FineTuneSettings) -> Job:
    run = message.run_id
    spec = await store.read(names.RUNS, f"{run}/spec.json")
    if spec is None:
        raise BadRequestError(f"there is no run {run}", code="unknown_run")
    manifest = await store.read(names.DATASETS, f"{run}/manifest.json")
    if manifest is None:
        raise BadRequestError(f"run {run} has published no dataset", code="not_published")
    chosen = RunSpec.from_json(spec.data).options
    complete = options.resolve(chosen, {"finetune": message.options})
    return new_job(
        run,
        complete["finetune"],
        orjson.loads(manifest.data),
        seed=complete["seed"],
        student_model=settings.student_model,
        now=clock.now(),
    )


async def cancel_finetune(run_id: str, *, store: RunStore) -> bool:
    """Ask for the cancellation of a run's fine-tune job; False if there is none that could be cancelled.

    What is already trained stays. `advance_finetunes` tells the service.
    """
    while True:
        blob = await store.read(names.RUNS, job_path(run_id))
        if blob is None:
            return False
        job = Job.from_json(blob.data)
        if not job.cancellable:
            return False
        if job.cancel_requested:
            return True
        asked = replace(job, cancel_requested=True, next_check_at="")
        try:
            await store.write(names.RUNS, job_path(run_id), asked.to_json(), if_match=blob.etag)
        except ConflictError:
            continue
        return True
