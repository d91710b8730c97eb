"""Folds a segment whose log is full, and sends `publish` when it was the last one."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson

from shared import names
from shared.dataset.fold import fold
from shared.errors import ConflictError
from shared.messages import Aggregate
from shared.ports import Queue, RecordLog, RunStore
from shared.runs import Runs


async def aggregate(message: Aggregate, *, store: RunStore, runs: Runs, log: RecordLog, queue: Queue) -> None:
    """Write the segment's outcomes, one an index, and count the segment; twice does nothing more.

    Whether the whole run is in is asked whenever this runs, not only by whoever counted last.
    """
    run = message.run_id
    indices = await runs.indices(run, message.segment)
    counted = await progress(run, log)
    if message.segment not in counted:
        line = await _fold(message, indices, store, log)
        if line is None:
            return
        await log.create(names.progress_path(run))
        await log.append(names.progress_path(run), orjson.dumps(line) + b"\n")
        # Another segment may have been counted since; whoever reads after its own append sees them all.
        counted = await progress(run, log)
    if len(counted) < (await runs.plan(run)).segments:
        return
    # Another process may have let the plan grow since this one read it.
    if len(counted) >= (await runs.fresh_plan(run)).segments:
        await queue.send(names.PUBLISH, {"run_id": run})


async def progress(run: str, log: RecordLog) -> dict[int, dict[str, Any]]:
    """The counted segments of a run with their counts; the first line of a segment stands."""
    counted: dict[int, dict[str, Any]] = {}
    for line in (await log.read(names.progress_path(run))).splitlines():
        entry = orjson.loads(line)
        counted.setdefault(entry["segment"], entry)
    return counted


async def _fold(message: Aggregate, indices: range, store: RunStore, log: RecordLog) -> dict[str, Any] | None:
    folded = fold(await log.read(names.log_path(message.run_id, message.segment)), indices)
    if folded.missing:
        return None
    path = names.segment_path(message.run_id, message.segment)
    # Folding is deterministic: whoever was first wrote the same bytes.
    with suppress(ConflictError):
        await store.write(
            names.RUNS, path, folded.to_bytes(), if_absent=True, content_type="application/jsonl"
        )
    return {"segment": message.segment, **folded.summary()}
