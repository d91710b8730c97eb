"""Takes every open fine-tune job as far as it can go now."""

from __future__ import annotations

import asyncio

from shared import names
from shared.errors import ConflictError, PlansmithError
from shared.finetune import troubles
from shared.finetune.decisions import Action, next_action
from shared.finetune.job import Job
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.notes import note_change
from shared.steps.deps import Deps
from shared.steps.finetune.actions import perform
from shared.steps.finetune.stored_job import mark_open

_AT_ONCE = 4
"""Jobs at a time; the service itself runs three."""

_MOST_ACTIONS = 40
"""More than the way from `requested` to `complete` has; what is left comes at the next tick."""


async def advance_finetunes(deps: Deps) -> None:
    """Advance each job until it must wait. May run several times at once, and may die anywhere.

    Every change of a job is stored before the next effect; whoever loses the compare-and-swap goes on
    with nothing. Failures of the service are kept in the job, failures of the storage are raised after
    all jobs had their turn.
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def turn(run: str) -> None:
        async with gate:
            await advance(run, deps)

    runs = [
        run
        async for info in deps.store.list(names.RUNS, paths.FINETUNES)
        if (run := paths.run_of_mark(info.path))
    ]
    failures = [
        result
        for result in await asyncio.gather(*(turn(run) for run in runs), return_exceptions=True)
        if isinstance(result, BaseException)
    ]
    if failures:
        raise BaseExceptionGroup("fine-tune jobs could not be advanced", failures)


async def advance(run: str, deps: Deps) -> None:
    """Take one job further until it must wait, has ended, or another instance is faster."""
    blob = await deps.store.read(names.RUNS, paths.job(run))
    if blob is None:
        return  # its message is still on the way to writing it
    job, etag = Job.from_json(blob.data), blob.etag
    for _ in range(_MOST_ACTIONS):
        action = next_action(job, deps.clock.now(), me=deps.me)
        if action is None:
            return
        if action == Action.CLOSE:
            await _close(run, etag, deps.store)
            return
        try:
            job = await _try(action, job, deps)
            etag = await deps.store.write(names.RUNS, paths.job(run), job.to_json(), if_match=etag)
        except ConflictError:
            return


async def _close(run: str, etag: str, store: BlobStore) -> None:
    """Take the job's open mark away, unless somebody has asked for something since the job was read."""
    await note_change(run, store)
    await store.delete(names.RUNS, paths.finetune_mark(run))
    found = await store.properties(names.RUNS, paths.job(run))
    if found is not None and found.etag != etag:
        await mark_open(run, store)


async def _try(action: Action, job: Job, deps: Deps) -> Job:
    try:
        return await perform(action, job, deps)
    except ConflictError:
        raise
    except PlansmithError as error:
        return troubles.failed_call(job, action, error, deps.clock.now(), deps.settings.finetune)
