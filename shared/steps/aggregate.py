"""Folds a segment whose log is full, and sends `publish` when it was the last one."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from typing import Any

import orjson

from shared import names
from shared.contracts.messages import Aggregate
from shared.dataset.fold import fold
from shared.errors import ConflictError
from shared.ports.storage import Queue, RecordLog, RunStore
from shared.runs.notes import SegmentCount
from shared.runs.store import Runs
from shared.runs.tail import Tail

_REMEMBERED_RUNS = 16


async def aggregate(
    message: Aggregate, *, store: RunStore, runs: Runs, log: RecordLog, queue: Queue, counted: CountedSegments
) -> None:
    """Write the segment's outcomes, one an index, and count the segment; twice does nothing more.

    Whether the whole run is in is asked whenever this runs, not only by whoever counted last.
    """
    run = message.run_id
    indices = await runs.indices(run, message.segment)
    done = await counted.look(run)
    if message.segment not in done:
        line = await _fold(message, indices, store, log)
        if line is None:
            return
        await log.create(names.progress_path(run))
        await log.append(names.progress_path(run), orjson.dumps(line) + b"\n")
        # Another segment may have been counted since; whoever reads after its own append sees them all.
        done = await counted.look(run)
    if len(done) < (await runs.plan(run)).segments:
        return
    # Another process may have let the plan grow since this one read it.
    if len(done) >= (await runs.fresh_plan(run)).segments:
        await queue.send(names.PUBLISH, {"run_id": run})


async def progress(run: str, log: RecordLog) -> dict[int, SegmentCount]:
    """The counted segments of a run with their counts; the first line of a segment stands."""
    return await CountedSegments(log).look(run)


class CountedSegments:
    """Which segments of a run are counted, with their counts; each look reads on where this process's last one ended.

    A look costs one read and the lines that are new, so that a run's looks together stay linear in its segments.
    """

    def __init__(self, log: RecordLog) -> None:
        self._log = log
        self._runs: OrderedDict[str, CountedRun] = OrderedDict()

    async def look(self, run: str) -> dict[int, SegmentCount]:
        """The segments counted by now, at least those whose append ended before this call."""
        counted = self._runs.setdefault(run, CountedRun(run))
        self._runs.move_to_end(run)
        while len(self._runs) > _REMEMBERED_RUNS:
            self._runs.popitem(last=False)
        await counted.tail.read_on(self._log)
        return counted.segments


class CountedRun:
    """The counted segments of one run as far as its `progress.jsonl` was read; the first line of a segment stands."""

    def __init__(self, run: str) -> None:
        self.segments: dict[int, SegmentCount] = {}
        self.tail = Tail(names.progress_path(run), SegmentCount, self._take)

    def _take(self, line: SegmentCount) -> None:
        self.segments.setdefault(line.segment, line)


async def _fold(message: Aggregate, indices: range, store: RunStore, log: RecordLog) -> dict[str, Any] | None:
    folded = fold(await log.read(names.log_path(message.run_id, message.segment)), indices)
    if folded.missing:
        return None
    path = names.segment_path(message.run_id, message.segment)
    with suppress(ConflictError):  # folding is deterministic: whoever was first wrote the same bytes
        await store.write(
            names.RUNS, path, folded.to_bytes(), if_absent=True, content_type="application/jsonl"
        )
    return {"segment": message.segment, **folded.summary()}
