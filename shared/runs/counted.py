"""Which segments of a run are counted, read from its `progress.jsonl`."""

from __future__ import annotations

from collections import OrderedDict

from shared.ports.storage import RecordLog
from shared.runs import paths
from shared.runs.notes import SegmentCount
from shared.runs.tail import Tail

_REMEMBERED_RUNS = 16


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
        self.tail = Tail(paths.progress(run), SegmentCount, self._take)

    def _take(self, line: SegmentCount) -> None:
        self.segments.setdefault(line.segment, line)
