"""Hears the service say that a fine-tune job has ended, so that nobody waits for the next look at it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from copy import replace

from shared import names
from shared.contracts.messages import FineTune
from shared.errors import ConflictError
from shared.finetune.job import Job
from shared.finetune.webhook import TOLERANCE, Event
from shared.runs import paths
from shared.steps.deps import Deps
from shared.steps.finetune.stored_job import change_job

NUDGED, KNOWN, NOT_OURS = "nudged", "known", "not_ours"


async def hear(event: Event, deps: Deps) -> str:
    """Have the job of a verified event looked at at once: `nudged`; `known` for one heard before, or `not_ours`.

    A call that dies on the way may be sent again; one that was acted on is remembered for as long as its time is
    accepted, in the storage that all instances share.
    """
    mark = paths.webhook_mark(hashlib.sha256(event.id.encode()).hexdigest())
    if await deps.store.properties(names.RUNS, mark) is not None:
        return KNOWN
    run = await _run_of(event.job_id, deps) if event.job_id else None
    if run is not None:
        await deps.queue.send(FineTune(run, nudge=True))
    with suppress(ConflictError):  # the same call, heard by another instance in this moment
        await deps.store.write(names.RUNS, mark, b"{}", if_absent=True)
    await _forget_old(deps)
    return NUDGED if run is not None else NOT_OURS


async def _run_of(job_id: str, deps: Deps) -> str | None:
    """The run with an open job of that id, whose next look is now due."""

    def due(job: Job) -> Job | None:
        return replace(job, next_check_at="") if job.job_id == job_id else None

    async for mark in deps.store.list(names.RUNS, paths.FINETUNES):
        run = paths.run_of_mark(mark.path)
        if run and await change_job(run, due, deps.store) is not None:
            return run
    return None


async def _forget_old(deps: Deps) -> None:
    """Remove what is remembered of calls that are refused for their age by now."""
    until = deps.clock.now() - 3 * TOLERANCE
    async for mark in deps.store.list(names.RUNS, paths.WEBHOOKS):
        if mark.modified_at < until:
            await deps.store.delete(names.RUNS, mark.path)
