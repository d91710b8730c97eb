"""Rows of a run as they are stored, also while it goes on: entries in index order, and one index's outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
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

_BEFORE, _STEP = 64 * 1024, 4 * 1024 * 1024
"""Bytes before the place where a line should be, and how far to go back where it is not yet there."""
_PIECE = 512 * 1024

type MayTake = Callable[[int, int, bytes], bool]
"""The lowest index, the highest and the stored lines between them; False where none of them is wanted."""


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
        self,
        run: str,
        plan: RunPlan,
        first: int = 0,
        *,
        most_segments: int | None = None,
        may_take: MayTake | None = None,
    ) -> AsyncIterator[RowEntry | int]:
        """The run's entries in index order, at least from `first` on; those that `may_take` refuses may be left out.

        Of a run that goes on `most_segments` are read; then the index at which another look goes on comes alone.
        """
        published = False
        async for entry in self.listed(paths.rows(run), first, planned=plan.planned, may_take=may_take):
            published = True
            yield entry
        if published or await self.store.properties(names.RUNS, paths.rows(run)) is not None:
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

    async def listed(
        self,
        path: str,
        first: int = 0,
        *,
        planned: int = 0,
        may_take: MayTake | None = None,
    ) -> AsyncIterator[RowEntry]:
        """The entries that publishing wrote, from index `first` on and in order; empty before publication.

        Args:
            path: where they lie.
            first: the first index that is wanted.
            planned: how many entries there are, if that is known: reading then begins near `first`.
            may_take: spares reading what is not wanted, a stretch of lines or one of them.
        """
        offset = await self._place(path, first, planned) if first and planned else 0
        rest, is_cut = b"", offset > 0
        async for piece in _pieces(self.store.stream(names.RUNS, path, offset=offset)):
            whole, end, rest = (rest + piece).rpartition(b"\n")
            if is_cut and end:  # reading began within a line
                whole, is_cut = whole.partition(b"\n")[2], False
            if may_take is not None and not may_take(_index_of(whole), _last_index_of(whole), whole):
                continue
            for line in whole.split(b"\n"):
                index = _index_of(line)
                if index < first or (may_take is not None and not may_take(index, index, line)):
                    continue
                entry = stored.read_line(RowEntry, line)
                if entry is not None:
                    yield entry

    async def _place(self, path: str, first: int, planned: int) -> int:
        """A place in the file not far before the line of `first`: lines are much alike in length."""
        found = await self.store.properties(names.RUNS, path)
        at = found.size * min(first, planned) // planned - _BEFORE if found else 0
        while at > 0:
            if 0 <= await self._index_at(path, at) <= first:
                return at
            at -= _STEP
        return 0

    async def _index_at(self, path: str, offset: int) -> int:
        """The index of the first whole line after a place, -1 where there is none."""
        is_cut = True
        async for line in lines(self.store.stream(names.RUNS, path, offset=offset)):
            if not is_cut:
                return _index_of(line)
            is_cut = False
        return -1

    async def entry(self, run: str, index: int, planned: int) -> RowEntry | None:
        """The entry that publishing wrote for an index, of a run with `planned` indices."""
        async for entry in self.listed(paths.rows(run), index, planned=planned):
            return entry if entry.index == index else None
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
        """The outcomes of those of some indices that have one."""
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


async def _pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks cut small, so that taking them apart needs little memory."""
    async for chunk in chunks:
        for at in range(0, len(chunk), _PIECE):
            yield chunk[at : at + _PIECE]


def _last_index_of(lines: bytes) -> int:
    return _index_of(lines[lines.rfind(b"\n") + 1 :])


def _index_of(line: bytes) -> int:
    """The index at the start of a stored entry, or of the first of some; -1 for what is not an entry."""
    end = line.find(b",", 9)
    number = line[9:end]
    return int(number) if line.startswith(b'{"index":') and number.isdigit() else -1
