"""Routes about the rows of a run, also while it goes on: lists with filters, and one row with its attempts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared import names, stored
from shared.dataset.fold import fold, outcome_or_none
from shared.dataset.row_index import RowEntry, row_entry
from shared.errors import BadRequestError
from shared.http.answers import Answer, json_answer, no_run, problem, tagged
from shared.http.problems_of import with_problems
from shared.http.routes import Routes
from shared.runs import paths
from shared.runs.plan import RunPlan
from shared.runs.tail import lines

_USUAL, _MOST = 50, 500
_MOST_SEGMENTS = 64
"""Segments of a run that goes on which one page reads; its cursor leads further."""
_EXACT = ("split", "difficulty", "variation", "shape", "persona", "status", "reason")
FILTERS = ("operation", "finding", "q", *_EXACT)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A page of rows: from which index on, how many, and with what."""

    first: int
    limit: int
    filters: Mapping[str, str]

    def takes(self, entry: RowEntry) -> bool:
        given = self.filters
        return (
            entry.index >= self.first
            and ("operation" not in given or given["operation"] in entry.operations)
            and ("finding" not in given or given["finding"] in (*entry.findings, entry.reason))
            and ("q" not in given or given["q"].lower() in entry.task.lower())
            and all(getattr(entry, name) == given[name] for name in _EXACT if name in given)
        )


class RowRoutes(Routes):
    """`/api/runs/{run}/rows`."""

    @with_problems
    async def rows(self, run: str, asked: Mapping[str, str], if_none_match: str | None = None) -> Answer:
        """Rows in index order that the filters let through; `next` begins the next page."""
        wanted = _wanted(asked)
        plan = await self.plan_of(run)
        if plan is None:
            return no_run(run)
        found: list[RowEntry] = []
        following: int | None = None
        async for entry in self._entries(run, plan, wanted.first):
            if isinstance(entry, int):  # enough was read
                following = entry
                break
            if wanted.takes(entry):
                if len(found) == wanted.limit:
                    following = entry.index
                    break
                found.append(entry)
        rows = [stored.plain(entry) for entry in found]
        following_text = None if following is None else str(following)
        body = {"run_id": run, "rows": rows, "planned": plan.planned, "next": following_text}
        return tagged(json_answer(200, body), if_none_match)

    @with_problems
    async def row(self, run: str, index_text: str, if_none_match: str | None = None) -> Answer:
        """One row: the record, findings, and its attempts without what validation refused."""
        plan = await self.plan_of(run)
        if plan is None:
            return no_run(run)
        found = await self.row_of(run, plan, index_text)
        if found is None:
            message = f"the run has no outcome of index {index_text[:20]}"
            return problem(404, BadRequestError(message, code="no_such_row"))
        entry, outcome = found
        return tagged(json_answer(200, {**stored.plain(entry), **detail(outcome)}), if_none_match)

    async def row_of(
        self, run: str, plan: RunPlan, index_text: str
    ) -> tuple[RowEntry, dict[str, Any]] | None:
        """The entry and the outcome of an index, None where it has none."""
        outcome = await self._outcome(run, plan, int(index_text)) if _is_index(index_text) else None
        if outcome is None:
            return None
        return await self._published_entry(run, outcome["index"]) or row_entry(outcome), outcome

    async def plan_of(self, run: str) -> RunPlan | None:
        """How the run's indices are cut, None if there is no such run."""
        blob = await self.deps.store.read(names.RUNS, paths.plan(run)) if names.is_run_id(run) else None
        return RunPlan.from_json(blob.data) if blob else None

    async def _entries(self, run: str, plan: RunPlan, first: int) -> AsyncIterator[RowEntry | int]:
        """The run's entries from `first` on at least; an index alone is where another page goes on."""
        published = False
        async for line in lines(self.deps.store.stream(names.RUNS, paths.rows(run))):
            published = True
            entry = stored.read_line(RowEntry, line)
            if entry is not None:
                yield entry
        if published:
            return
        read = 0
        for segment in range(plan.segments):
            indices = plan.indices(segment) or range(0)
            if not indices or indices[-1] < first:
                continue
            if read == _MOST_SEGMENTS:
                yield indices[0]
                return
            read += 1
            for line in (await self._outcomes(run, segment, indices)).values():
                yield row_entry(orjson.loads(line))

    async def _outcomes(self, run: str, segment: int, indices: range) -> dict[int, bytes]:
        """A segment's outcomes so far, by their index."""
        blob = await self.deps.store.read(names.RUNS, paths.segment(run, segment))
        data = blob.data if blob else await self.deps.log.read(paths.log(run, segment))
        return fold(data, indices).lines

    async def _outcome(self, run: str, plan: RunPlan, index: int) -> dict[str, Any] | None:
        for segment in range(plan.segments):
            indices = plan.indices(segment) or range(0)
            if index in indices:
                line = (await self._outcomes(run, segment, indices)).get(index)
                return outcome_or_none(line) if line else None
        return None

    async def _published_entry(self, run: str, index: int) -> RowEntry | None:
        async for line in lines(self.deps.store.stream(names.RUNS, paths.rows(run))):
            if line.startswith(b'{"index":%d,' % index):
                return stored.read_line(RowEntry, line)
        return None


def detail(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What a row has besides its entry; plans that validation refused are left out: they may hold secrets."""
    return {
        "record": outcome["record"] if outcome["status"] == "accepted" else None,
        "errors": outcome.get("errors") or [],
        "model": outcome.get("model") or "",
        "finished_at": outcome.get("finished_at") or None,
        "calls": [
            {
                "result": attempt.get("result") or "unknown",
                "tokens": attempt["tokens"],
                "latency_ms": attempt.get("latency_ms", 0),
                "errors": attempt.get("errors") or [],
            }
            for attempt in outcome["attempts"]
        ],
    }


def _wanted(asked: Mapping[str, str]) -> _Wanted:
    cursor, limit = asked.get("cursor") or "0", asked.get("limit") or str(_USUAL)
    if not _is_index(cursor):
        raise BadRequestError("the cursor is none that this installation gave", code="bad_cursor")
    if not re.fullmatch(r"[1-9]\d{0,5}", limit):
        raise BadRequestError("'limit' must be a number from 1", code="bad_filter")
    known = {"cursor", "limit", "code", *FILTERS}
    if unknown := sorted(set(asked) - known):
        message = f"there is no filter '{unknown[0][:40]}'; filters are {', '.join(sorted(FILTERS))}"
        raise BadRequestError(message, code="bad_filter")
    filters = {name: asked[name] for name in FILTERS if asked.get(name)}
    return _Wanted(int(cursor), min(int(limit), _MOST), filters)


def _is_index(text: str) -> bool:
    return re.fullmatch(r"\d{1,9}", text, re.ASCII) is not None
