"""Rows as people's decisions leave them: one by its index or task id, and the list of all."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.dataset.review.content import content_hash
from shared.dataset.review.decisions import OWN_FIRST
from shared.dataset.review.state import Review, RowReview
from shared.dataset.row_filter import RowFilter
from shared.dataset.row_index import RowEntry, own_entry, reviewed_entry
from shared.errors import BadRequestError
from shared.runs.plan import RunPlan
from shared.runs.rows import RunRows
from shared.steps.deps import Deps


@dataclass(frozen=True, slots=True)
class ReviewedRow:
    """One row with its content.

    Attributes:
        record: as reviewed; None where nothing was accepted.
        original: as it was made; None where nothing was accepted.
        outcome: of its index; None for a row that a person added.
        review: what was decided about it, None for nothing.
    """

    index: int
    task_id: str
    record: dict[str, Any] | None
    original: dict[str, Any] | None
    outcome: dict[str, Any] | None
    review: RowReview | None

    @property
    def hash(self) -> str:
        """The hash of the content, "" for a row without content."""
        if self.review is not None:
            return self.review.now.hash
        return content_hash(self.record) if self.record else ""

    @property
    def is_own(self) -> bool:
        """Whether a person added it."""
        return self.index >= OWN_FIRST


def run_rows(deps: Deps) -> RunRows:
    """The reader of rows over these dependencies."""
    return RunRows(deps.store, deps.log)


async def find_rows(
    run: str, plan: RunPlan, asked: Iterable[str], review: Review, deps: Deps
) -> dict[str, ReviewedRow]:
    """The rows that are asked for, by index or task id. BadRequestError `no_such_row` names one that is missing."""
    indices = {ref: index_of(ref, review) for ref in asked}
    generated = [index for index in indices.values() if index is not None and index < OWN_FIRST]
    outcomes = await run_rows(deps).outcomes_of(run, plan, generated)
    found: dict[str, ReviewedRow] = {}
    for ref, index in indices.items():
        row = None if index is None else _row(index, outcomes.get(index), review.rows.get(index))
        if row is None or not (ref.isdecimal() or ref == row.task_id):
            raise BadRequestError(f"the run has no row {ref[:80]}", code="no_such_row")
        found[ref] = row
    return found


def index_of(ref: str, review: Review) -> int | None:
    """The index in the name of a row; None if it is not the name of a row."""
    known = review.index_of(ref)
    if known is not None:
        return known
    match = re.fullmatch(r"(?:.*-)?(\d{1,9})", ref, re.ASCII)
    return int(match[1]) if match else None


def _row(index: int, outcome: dict[str, Any] | None, review: RowReview | None) -> ReviewedRow | None:
    if outcome is None:
        if review is None or index < OWN_FIRST:
            return None
        return ReviewedRow(index, review.task_id, review.now.record, review.history[0].record, None, review)
    original = outcome["record"] if outcome["status"] == "accepted" else None
    edited = review.now.record if review else None
    task_id = str(original.get("task_id") or "") if original else ""
    return ReviewedRow(index, task_id, edited or original, original, outcome, review)


async def entries(
    run: str,
    plan: RunPlan,
    review: Review,
    deps: Deps,
    *,
    first: int = 0,
    most_segments: int | None = None,
    wanted: RowFilter | None = None,
) -> AsyncIterator[RowEntry | int]:
    """The run's entries as reviewed, own rows last; an index alone is where another look goes on.

    What `wanted` cannot take may be left out: it spares reading it.
    """
    may_pass = wanted.probe() if wanted else None
    touched = sorted(index for index in review.rows if index < OWN_FIRST)

    def may_take(lowest: int, highest: int, lines: bytes) -> bool:
        return may_pass is None or may_pass(lines) or _has_between(touched, lowest, highest)

    if first < OWN_FIRST:
        found = run_rows(deps).entries(run, plan, first, most_segments=most_segments, may_take=may_take)
        async for entry in found:
            if isinstance(entry, int):
                yield entry
                return
            decided = review.rows.get(entry.index)
            yield reviewed_entry(entry, decided) if decided else entry
    for row in review.own():
        yield own_entry(row, own_content(row))


def _has_between(numbers: Sequence[int], lowest: int, highest: int) -> bool:
    """Whether one of the sorted numbers lies between two, or it is not known what lies there."""
    at = bisect_left(numbers, lowest)
    return lowest < 0 or highest < 0 or (at < len(numbers) and numbers[at] <= highest)


def own_content(row: RowReview) -> Mapping[str, Any]:
    """The content of a row that a person added."""
    record = row.now.record
    assert record is not None, "own rows have their content in the log"
    return record
