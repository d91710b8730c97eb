"""Finds what a crash lost: sends just the messages that open runs still lack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shared import names
from shared.messages import FanOut
from shared.ports import BlobInfo, Clock, Queue, RecordLog, RunStore
from shared.runs import Runs
from shared.steps.fan_out import send_rest

_FORGOTTEN = timedelta(hours=6)
"""A segment this long without an outcome is sent again even while the queue is busy with other runs."""


@dataclass(frozen=True, slots=True)
class _Found:
    logs: dict[int, BlobInfo]
    folded: set[int]


async def reconcile(
    *,
    store: RunStore,
    runs: Runs,
    log: RecordLog,
    queue: Queue,
    clock: Clock,
    stall_s: float,
) -> None:
    """Look at every open run once.

    A segment counts as stalled when nothing was appended for `stall_s` seconds and no message waits
    anywhere in the queue: every message is visible, locked or delayed, so an empty queue means that
    what is missing has vanished.
    """
    open_runs = await runs.open_runs()
    if not open_runs:
        return
    idle = await _idle(queue)
    for run in open_runs:
        if await _over(run, store, runs):
            await runs.close(run)
        elif await runs.spec(run) is not None:
            quiet = timedelta(seconds=stall_s) if idle else _FORGOTTEN
            await send_missing(run, runs=runs, store=store, log=log, queue=queue, clock=clock, quiet=quiet)
        elif await _abandoned(run, store, clock, stall_s):
            await runs.close(run)


async def _idle(queue: Queue) -> bool:
    busy = (names.FAN_OUT, names.GENERATE_RECORDS, names.AGGREGATE, names.PUBLISH)
    return sum([await queue.depth(name) for name in busy]) == 0


async def _over(run: str, store: RunStore, runs: Runs) -> bool:
    if await runs.failure(run) is not None:
        return True
    manifest = await store.read(names.DATASETS, f"{run}/manifest.json")
    return manifest is not None and await store.read(names.RUNS, f"{run}/published.json") is not None


async def _abandoned(run: str, store: RunStore, clock: Clock, stall_s: float) -> bool:
    marks = [info async for info in store.list(names.RUNS, f"_open/{run}")]
    return bool(marks) and clock.now() - marks[0].modified_at > timedelta(seconds=4 * stall_s)


async def send_missing(
    run: str,
    *,
    runs: Runs,
    store: RunStore,
    log: RecordLog,
    queue: Queue,
    clock: Clock | None = None,
    quiet: timedelta = timedelta(0),
) -> None:
    """Send what a run lacks: `fan-out` for segments never begun, and for those that have been
    quiet for `quiet` what has no outcome, `aggregate` where a fold is due, `publish` at the end.

    Without a clock only segments that were never begun are sent.
    """
    plan = await runs.plan(run)
    found = await _found(run, store)
    never = [n for n in range(plan.segments) if n not in found.logs and n not in found.folded]
    for segment in never:
        await queue.send(names.FAN_OUT, {"run_id": run, "segment": segment})
    if clock is None:
        return
    for segment, info in found.logs.items():
        if segment not in found.folded and clock.now() - info.modified_at > quiet:
            await _revive(run, segment, runs=runs, log=log, queue=queue)
    if len(found.folded) >= plan.segments and await _quiet(run, store, clock, quiet):
        # Folding again is cheap, and sends `publish` when every segment has been counted.
        for segment in range(plan.segments):
            await queue.send(names.AGGREGATE, {"run_id": run, "segment": segment})


async def _found(run: str, store: RunStore) -> _Found:
    logs = {_number(info.path): info async for info in store.list(names.RUNS, f"{run}/log/")}
    folded = {_number(info.path) async for info in store.list(names.RUNS, f"{run}/segments/")}
    return _Found(logs, folded)


def _number(path: str) -> int:
    return int(path.rsplit("/", 1)[1].removesuffix(".jsonl"))


async def _revive(run: str, segment: int, *, runs: Runs, log: RecordLog, queue: Queue) -> None:
    indices = await runs.indices(run, segment)
    if not await send_rest(FanOut(run_id=run, segment=segment), indices, log=log, queue=queue):
        await queue.send(names.AGGREGATE, {"run_id": run, "segment": segment})


async def _quiet(run: str, store: RunStore, clock: Clock, quiet: timedelta) -> bool:
    latest = [info.modified_at async for info in store.list(names.RUNS, names.progress_path(run))]
    return not latest or clock.now() - max(latest) > quiet
