"""Begins segments, and sends one `generate-records` message for each index of one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shared import names
from shared.contracts.messages import FanOut
from shared.ports.storage import Queue, RecordLog, RunStore
from shared.runs.plan import RunPlan
from shared.runs.store import Runs

FAN_OUTS = 1_000
"""Messages to begin segments of one run that are sent again at once."""
_AT_ONCE = 16
"""Sends in flight; a storage queue takes one message a call."""
_AFTER_CRASH_S = 10.0
"""What a fan-out that died had sent may be under way: by then most of it has its outcome, and is not paid again."""


async def fan_out(
    message: FanOut, *, runs: Runs, log: RecordLog, queue: Queue, repeated: bool = False
) -> None:
    """Open the segment's log, then send its indices; another message for an opened segment does nothing.

    A run that goes on asks for the `rest`. A repetition (`repeated`) may stand for one that died half-way: it sends
    only what has no outcome yet, delayed, and asks each receiver to look first.
    """
    indices = await runs.indices(message.run_id, message.segment)
    if message.rest:
        if not await send_rest(message, indices, log=log, queue=queue):
            await queue.send(names.AGGREGATE, {"run_id": message.run_id, "segment": message.segment})
    elif repeated:
        await send_rest(message, indices, log=log, queue=queue, delay_s=_AFTER_CRASH_S)
    elif await log.create(names.log_path(message.run_id, message.segment)):
        await send_indices(message, indices, recheck=False, queue=queue)


async def begun_segments(run: str, store: RunStore) -> dict[int, datetime]:
    """Segments of a run that have a log, and when each last changed."""
    infos = [info async for info in store.list(names.RUNS, f"{run}/log/")]
    return {int(info.path.rsplit("/", 1)[1].removesuffix(".jsonl")): info.modified_at for info in infos}


async def send_unbegun(
    run: str, plan: RunPlan, begun: Iterable[int], queue: Queue, *, limit: int | None = None
) -> int:
    """Send `fan-out` for at most `limit` segments that have no log; returns for how many."""
    known = set(begun)
    unbegun = [n for n in range(plan.segments) if n not in known][:limit]
    await send_all(names.FAN_OUT, ({"run_id": run, "segment": n} for n in unbegun), queue)
    return len(unbegun)


async def send_rest(
    message: FanOut, indices: range, *, log: RecordLog, queue: Queue, delay_s: float = 0
) -> int:
    """Send the indices of a segment that have no outcome; returns how many those are."""
    from shared.dataset.fold import fold

    path = names.log_path(message.run_id, message.segment)
    await log.create(path)
    missing = fold(await log.read(path), indices).missing
    await send_indices(message, missing, recheck=True, queue=queue, delay_s=delay_s)
    return len(missing)


async def send_indices(
    message: FanOut, indices: Iterable[int], *, recheck: bool, queue: Queue, delay_s: float = 0
) -> None:
    """Send one message an index, in index order as far as that goes with several in flight."""
    again = {"recheck": True} if recheck else {}
    at = {"run_id": message.run_id, "segment": message.segment}
    bodies = ({**at, "index": index, **again} for index in indices)
    await send_all(names.GENERATE_RECORDS, bodies, queue, delay_s=delay_s)


async def send_all(
    queue_name: str, bodies: Iterable[dict[str, Any]], queue: Queue, *, delay_s: float = 0
) -> None:
    """Send many messages to one queue, a bounded number at once."""
    waiting = iter(bodies)

    async def send() -> None:
        for body in waiting:
            await queue.send(queue_name, body, delay_s=delay_s)

    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(send())
