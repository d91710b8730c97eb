"""Sends one `generate-records` message for each index of a segment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from shared import names
from shared.messages import FanOut
from shared.ports import Queue, RecordLog
from shared.runs import Runs

_AT_ONCE = 16
"""Sends in flight; a storage queue takes one message a call."""


async def fan_out(
    message: FanOut, *, runs: Runs, log: RecordLog, queue: Queue, repeated: bool = False
) -> None:
    """Open the segment's log, then send its indices.

    A repetition (`repeated`) sends only what has no outcome yet and asks each receiver to look first.
    """
    indices = await runs.indices(message.run_id, message.segment)
    path = names.log_path(message.run_id, message.segment)
    if repeated:
        await send_rest(message, indices, log=log, queue=queue)
        return
    await log.create(path)
    await send_indices(message, indices, recheck=False, queue=queue)


async def send_rest(message: FanOut, indices: range, *, log: RecordLog, queue: Queue) -> int:
    """Send the indices of a segment that have no outcome; returns how many those are."""
    from shared.dataset.fold import fold

    path = names.log_path(message.run_id, message.segment)
    await log.create(path)
    missing = fold(await log.read(path), indices).missing
    await send_indices(message, missing, recheck=True, queue=queue)
    return len(missing)


async def send_indices(message: FanOut, indices: Iterable[int], *, recheck: bool, queue: Queue) -> None:
    """Send one message an index, a bounded number at once, in index order as far as that goes."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def send(index: int) -> None:
        body = {"run_id": message.run_id, "segment": message.segment, "index": index}
        if recheck:
            body["recheck"] = True
        async with gate:
            await queue.send(names.GENERATE_RECORDS, body)

    async with asyncio.TaskGroup() as group:
        for index in indices:
            group.create_task(send(index))
