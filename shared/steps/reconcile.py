"""Finds what a crash lost: sends just the messages that open runs still lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from shared import names, stored, telemetry
from shared.contracts.messages import FanOut, Publish
from shared.errors import ConflictError, PermanentError
from shared.ports.storage import BlobInfo, BlobStore, Queue
from shared.runs import paths
from shared.runs.counted import progress
from shared.runs.notes import OpenMark, read_pause
from shared.runs.revisions import claim_of, open_revisions
from shared.steps.deps import Deps
from shared.steps.fan_out import FAN_OUTS, begun_segments, fan_out, send_unbegun
from shared.steps.run_failure import tell_failure

_BUSY_LOOK = timedelta(hours=1)
"""A run that stood still so long gets a look even while the queues are busy, be it with other runs."""
_BUSY_LOOKS = 4
"""Each further look while they are busy waits twice as long as the one before, so many times."""
_STALLED = 128
"""Segments of one run that are sent again in one look: what keeps a look from being a storm."""
_IN_FLOW = (names.FAN_OUT, names.GENERATE_RECORDS, names.AGGREGATE, names.PUBLISH)
"""The queues in the order in which work moves through them: each step sends before its own message goes."""


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one run.

    Attributes:
        now: when it is.
        quiet: how long something must have been quiet to count as lost.
        busy: whether messages wait that may be the run's own.
    """

    run: str
    now: datetime
    quiet: timedelta
    busy: bool

    def is_quiet(self, since: datetime) -> bool:
        return self.now - since > self.quiet


async def reconcile(deps: Deps) -> None:
    """Look at the open runs that nobody has looked at for the installation's `stall_s` seconds.

    Every message is visible, locked or delayed while somebody still works on it, so empty queues mean that what is
    missing has vanished. While they are not empty, which may be for another run's sake, a run gets a look when no
    record of it has ended for an hour, then two, four … hours later; what is sent then needlessly costs its receiver
    a look into the log and no call. A failure that nobody was told of is told in any case, and so is every event
    whose sender died. A run whose blobs make no sense keeps no other from its look.
    """
    await _send_revisions(deps)
    stall = timedelta(seconds=deps.settings.stall_s)
    await deps.outbox.send_left(stall)
    marks = [info async for info in deps.store.list(names.RUNS, paths.OPEN)]
    if not marks:
        return
    busy = not await _idle(deps.queue)
    now = deps.clock.now()
    for mark in marks:
        look = _Look(mark.path.removeprefix(paths.OPEN), now, _BUSY_LOOK if busy else stall, busy)
        if not names.is_run_id(look.run) or now - mark.modified_at <= stall:
            continue
        try:
            if await read_pause(look.run, deps.store) is not None:
                continue  # it waits for a person
            if not await _told_of_failure(look.run, deps):
                await _look_at(look, mark, stall, deps)
        except (PermanentError, ValueError) as error:
            # What is stored of this run makes no sense; the runs after it still need their look.
            code = error.code if isinstance(error, PermanentError) else "unreadable"
            telemetry.reconcile_failed(look.run, code)


async def _send_revisions(deps: Deps) -> None:
    """Send revisions again whose message a crash lost; a mark of one that nobody claimed goes."""
    stall = timedelta(seconds=deps.settings.stall_s)
    now = deps.clock.now()
    for run, number, mark in await open_revisions(deps.store):
        age = now - mark.modified_at
        if age <= stall or await deps.queue.depth(names.PUBLISH):
            continue
        if await claim_of(run, number, deps.store) is not None:
            await deps.queue.send(Publish(run, revision=number))
        elif age > 4 * stall:
            await deps.store.delete(names.RUNS, mark.path)


async def _told_of_failure(run: str, deps: Deps) -> bool:
    """Whether the run has failed; whoever let it fail died before it had told. A published one has not failed."""
    failure = await deps.runs.failure(run)
    if failure is None or await deps.store.read(names.DATASETS, paths.manifest(run)) is not None:
        return False
    await tell_failure(run, failure.code, failure.message, deps)
    return True


async def _look_at(look: _Look, mark: BlobInfo, stall: timedelta, deps: Deps) -> None:
    """Send what a run lacks, or close it, if it has been quiet for long enough."""
    age = look.now - mark.modified_at
    if not look.is_quiet(mark.modified_at):
        return
    if await _is_published(look.run, deps.store):
        await deps.runs.close(look.run)
    elif await deps.runs.spec(look.run) is not None:
        looks = await _looks(mark, deps.store) if look.busy else 0
        if look.busy and age <= _BUSY_LOOK * 2**looks:
            return
        if await _send_missing(look, deps):
            await _touch(mark, deps.store, looks=min(looks + 1, _BUSY_LOOKS) if look.busy else 0)
    elif age > 4 * stall:
        await deps.runs.close(look.run)  # its start died before there was a run; its message starts it anew


async def _idle(queue: Queue) -> bool:
    for name in _IN_FLOW:
        if await queue.depth(name):
            return False
    return True


async def _is_published(run: str, store: BlobStore) -> bool:
    manifest = await store.read(names.DATASETS, paths.manifest(run))
    return manifest is not None and await store.read(names.RUNS, paths.published(run)) is not None


async def _looks(mark: BlobInfo, store: BlobStore) -> int:
    """How many looks the run had while the queues were busy."""
    blob = await store.read(names.RUNS, mark.path)
    return stored.read(OpenMark, blob.data, mark.path).looks if blob else 0


async def _touch(mark: BlobInfo, store: BlobStore, *, looks: int) -> None:
    """Note the look in the mark, whose time of change counts, unless the run was closed meanwhile."""
    try:
        await store.write(
            names.RUNS, mark.path, orjson.dumps(stored.plain(OpenMark(looks))), if_match=mark.etag
        )
    except ConflictError:
        return


async def _send_missing(look: _Look, deps: Deps) -> bool:
    """Send what the run lacks: `fan-out` for segments never begun, what has no outcome in those that stand still,
    `aggregate` where a fold or its count is due, `publish` when all is counted. Whether anything was.
    """
    run = look.run
    plan = await deps.runs.fresh_plan(run)
    counted = await progress(run, deps.log)
    if len(counted) >= plan.segments:
        infos = [info.modified_at async for info in deps.store.list(names.RUNS, paths.progress(run))]
        due = all(map(look.is_quiet, infos))
        if due:
            await deps.queue.send(Publish(run))
        return due
    begun = await begun_segments(run, deps.store)
    if look.busy and not all(map(look.is_quiet, begun.values())):
        return False  # the run goes on: what stands still may just have to wait for its turn
    unbegun = await send_unbegun(run, plan, begun, deps.queue, limit=FAN_OUTS)
    still = [n for n, at in begun.items() if n not in counted and n < plan.segments and look.is_quiet(at)]
    for segment in still[:_STALLED]:
        await fan_out(FanOut(run, segment, rest=True), deps)
    return bool(still) or unbegun > 0
