"""Begins segments, and sends one `generate-records` message for each index of one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

from shared import names
from shared.contracts.messages import Aggregate, FanOut, GenerateRecord, Message
from shared.ports.storage import BlobStore, Queue
from shared.runs import paths
from shared.runs.plan import RunPlan
from shared.steps.deps import Deps

FAN_OUTS = 1_000
"""Messages to begin segments of one run that are sent again at once."""
_AT_ONCE = 16
"""Sends in flight; a storage queue takes one message a call."""
_AFTER_CRASH_S = 10.0
"""What a fan-out that died had sent may be under way: by then most of it has its outcome, and is not paid again."""


async def fan_out(message: FanOut, deps: Deps) -> None:
    """Open the segment's log, then send its indices; another message for an opened segment does nothing.

    A run that goes on asks for the `rest`. A repetition may stand for one that died half-way: it sends
    only what has no outcome yet, delayed, and asks each receiver to look first.
    """
    indices = await deps.runs.indices(message.run_id, message.segment)
    if message.rest:
        if not await _send_rest(message, indices, deps):
            await deps.queue.send(Aggregate(message.run_id, message.segment))
    elif message.repeated:
        await _send_rest(message, indices, deps, delay_s=_AFTER_CRASH_S)
    elif await deps.log.create(paths.log(message.run_id, message.segment)):
        await _send_indices(message, indices, deps, recheck=False)


async def begun_segments(run: str, store: BlobStore) -> dict[int, datetime]:
    """Segments of a run that have a log, and when each last changed."""
    infos = [info async for info in store.list(names.RUNS, paths.logs(run))]
    return {int(info.path.rsplit("/", 1)[1].removesuffix(".jsonl")): info.modified_at for info in infos}


async def send_unbegun(
    run: str, plan: RunPlan, begun: Iterable[int], queue: Queue, *, limit: int | None = None
) -> int:
    """Send `fan-out` for at most `limit` segments that have no log; returns for how many."""
    known = set(begun)
    unbegun = [n for n in range(plan.segments) if n not in known][:limit]
    await send_all((FanOut(run, n) for n in unbegun), queue)
    return len(unbegun)


async def _send_rest(message: FanOut, indices: range, deps: Deps, *, delay_s: float = 0) -> int:
    """Send the indices of a segment that have no outcome; returns how many those are."""
    from shared.dataset.fold import fold

    path = paths.log(message.run_id, message.segment)
    await deps.log.create(path)
    missing = fold(await deps.log.read(path), indices).missing
    await _send_indices(message, missing, deps, recheck=True, delay_s=delay_s)
    return len(missing)


async def _send_indices(
    message: FanOut, indices: Iterable[int], deps: Deps, *, recheck: bool, delay_s: float = 0
) -> None:
    """Send one message an index, in index order as far as that goes with several in flight."""
    run, segment = message.run_id, message.segment
    each = (GenerateRecord(run, segment, index, recheck=recheck) for index in indices)
    await send_all(each, deps.queue, delay_s=delay_s)


async def send_all(messages: Iterable[Message], queue: Queue, *, delay_s: float = 0) -> None:
    """Send many messages, a bounded number at once."""
    waiting = iter(messages)

    async def send() -> None:
        for message in waiting:
            await queue.send(message, delay_s=delay_s)

    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(send())
