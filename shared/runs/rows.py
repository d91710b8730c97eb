"""Rows of a run as they are stored, also while it goes on: entries in index order, and one index's outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from shared import names, stored
from shared.dataset.fold import fold, outcome_or_none
from shared.dataset.row_index import RowEntry, row_entry
from shared.ports.storage import BlobStore, RecordLog
from shared.runs import paths
from shared.runs.plan import RunPlan
from shared.runs.tail import lines


@dataclass(frozen=True, slots=True)
class RunRows:
    """Reads the rows of runs; keeps nothing."""

    store: BlobStore
    log: RecordLog

    async def plan(self, run: str) -> RunPlan | None:
        """How the run's indices are cut; None if there is no such run."""
        blob = await self.store.read(names.RUNS, paths.plan(run)) if names.is_run_id(run) else None
        return RunPlan.from_json(blob.data) if blob else None

    async def entries(
        self, run: str, plan: RunPlan, first: int = 0, *, most_segments: int | None = None
    ) -> AsyncIterator[RowEntry | int]:
        """The run's entries from `first` on at least, in index order.

        Of a run that goes on `most_segments` are read; then the index at which another look goes on comes alone.
        """
        published = False
        async for entry in self.listed(paths.rows(run)):
            published = True
            yield entry
        if published:
            return
        read = 0
        for segment in range(plan.segments):
            indices = plan.indices(segment) or range(0)
            if not indices or indices[-1] < first:
                continue
            if read == most_segments:
                yield indices[0]
                return
            read += 1
            for line in (await self.outcomes(run, segment, indices)).values():
                yield row_entry(orjson.loads(line))

    async def listed(self, path: str) -> AsyncIterator[RowEntry]:
        """The entries that publishing wrote; none where it wrote none."""
        async for line in lines(self.store.stream(names.RUNS, path)):
            entry = stored.read_line(RowEntry, line)
            if entry is not None:
                yield entry

    async def entry(self, run: str, index: int) -> RowEntry | None:
        """The entry that publishing wrote of an index."""
        async for line in lines(self.store.stream(names.RUNS, paths.rows(run))):
            if line.startswith(b'{"index":%d,' % index):
                return stored.read_line(RowEntry, line)
        return None

    async def outcomes(self, run: str, segment: int, indices: range) -> dict[int, bytes]:
        """A segment's outcomes so far, by their index."""
        blob = await self.store.read(names.RUNS, paths.segment(run, segment))
        data = blob.data if blob else await self.log.read(paths.log(run, segment))
        return fold(data, indices).lines

    async def outcome(self, run: str, plan: RunPlan, index: int) -> dict[str, Any] | None:
        """The outcome of an index, None while there is none."""
        return (await self.outcomes_of(run, plan, [index])).get(index)

    async def outcomes_of(self, run: str, plan: RunPlan, wanted: Iterable[int]) -> dict[int, dict[str, Any]]:
        """The outcomes of some indices, those that there are."""
        left = set(wanted)
        found: dict[int, dict[str, Any]] = {}
        for segment in range(plan.segments):
            indices = plan.indices(segment) or range(0)
            asked = left.intersection(indices)
            if asked:
                of_segment = await self.outcomes(run, segment, indices)
                for index in sorted(asked & of_segment.keys()):
                    outcome = outcome_or_none(of_segment[index])
                    if outcome is not None:
                        found[index] = outcome
                left -= asked
            if not left:
                break
        return found
