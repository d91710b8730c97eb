"""Route that gives rows as JSON Lines at any time: records as reviewed, or lines to review elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from shared.dataset.review.content import shown
from shared.dataset.review.decisions import REJECTED
from shared.dataset.row_filter import RowFilter
from shared.dataset.row_index import RowEntry
from shared.errors import BadRequestError
from shared.http.answers import Answer
from shared.http.problems_of import with_problems
from shared.http.queries import first_of
from shared.http.routes import Routes
from shared.steps.review.rows import ReviewedRow, entries, find_rows

_PIECE = 8 * 1024 * 1024
"""Bytes after which an answer ends; its header says where the next one begins."""
_AT_ONCE = 256
_FORMS = ("records", "review")
NEXT = "X-Next-Cursor"


class ExportRoutes(Routes):
    """`/api/runs/{run}/export`."""

    @with_problems
    async def export(self, run: str, asked: Mapping[str, str]) -> Answer:
        """Rows as JSON Lines, a piece an answer; `X-Next-Cursor` says where the next piece begins."""
        form, first = asked.get("form") or "records", first_of(asked)
        if form not in _FORMS:
            raise BadRequestError(f"'form' is one of {', '.join(_FORMS)}", code="bad_filter")
        own = {"form", "cursor", "code"}
        wanted = RowFilter.of({name: value for name, value in asked.items() if name not in own})
        plan = await self.plan_of(run)
        review = await self.deps.reviews.of(run)
        piece, some = bytearray(), list[RowEntry]()
        async for entry in entries(run, plan, review, self.deps, first=first):
            if isinstance(entry, int) or entry.index < first or not _is_asked(entry, form, wanted):
                continue
            some.append(entry)
            if len(some) == _AT_ONCE:
                piece += await self._lines(run, some, form)
                some = []
            if len(piece) >= _PIECE:
                return _jsonl(bytes(piece), following=entry.index + 1)
        piece += await self._lines(run, some, form)
        return _jsonl(bytes(piece))

    async def _lines(self, run: str, some: Sequence[RowEntry], form: str) -> bytes:
        review = await self.deps.reviews.of(run)
        plan = await self.deps.runs.stored_plan(run)
        found = await find_rows(run, plan, [str(entry.index) for entry in some], review, self.deps)
        return b"".join(
            orjson.dumps(_line(row, form), option=orjson.OPT_APPEND_NEWLINE) for row in found.values()
        )


def _is_asked(entry: RowEntry, form: str, wanted: RowFilter) -> bool:
    is_good = entry.status == "accepted" and entry.verdict != REJECTED
    return bool(entry.task) and (is_good or form == "review") and wanted.takes(entry)


def _line(row: ReviewedRow, form: str) -> dict[str, Any]:
    assert row.record is not None, "rows without a task have no record"
    if form == "records":
        return row.record
    now = row.review.now if row.review else None
    verdict = now.verdict if now else ""
    content = shown(row.record)
    return {
        "task_id": row.task_id,
        "hash": row.hash,
        "verdict": verdict,
        "reason": now.reason if now else "",
        **content,
    }


def _jsonl(data: bytes, *, following: int | None = None) -> Answer:
    headers = {"Cache-Control": "private, no-cache"}
    if following is not None:
        headers[NEXT] = str(following)
    return Answer(200, data, "application/jsonl", headers)
