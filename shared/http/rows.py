"""Routes about the rows of a run, also while it goes on: lists with filters, and one row with its attempts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared import names, stored
from shared.dataset.row_filter import FILTERS as FILTERS
from shared.dataset.row_filter import RowFilter
from shared.dataset.row_index import RowEntry, own_entry, reviewed_entry, row_entry
from shared.errors import BadRequestError
from shared.http.answers import Answer, json_answer, tagged
from shared.http.problems_of import with_problems
from shared.http.queries import first_of, limit_of, revision_of
from shared.http.routes import Routes
from shared.plan.grounding.trace import trace
from shared.runs import paths
from shared.runs.context import RunContext
from shared.runs.plan import RunPlan
from shared.steps.review.rows import ReviewedRow, entries, find_rows, own_content, run_rows

_MOST = 500
_MOST_SEGMENTS = 64
"""Segments of a run that goes on which one page reads; its cursor leads further."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A page of rows: from which index on, how many, with what, and of which revision (None for now)."""

    first: int
    limit: int
    filter: RowFilter
    revision: int | None


class RowRoutes(Routes):
    """`/api/runs/{run}/rows`."""

    @with_problems
    async def rows(self, run: str, asked: Mapping[str, str], if_none_match: str | None = None) -> Answer:
        """Rows in index order that the filters let through; `next` begins the next page."""
        wanted = _wanted(asked)
        plan = await self.plan_of(run)
        if wanted.revision is not None and not await self._is_published(run, wanted.revision):
            message = f"the run has no revision {wanted.revision}"
            raise BadRequestError(message, code="unknown_revision")
        found: list[RowEntry] = []
        following: int | None = None
        async for entry in self._entries(run, plan, wanted):
            if isinstance(entry, int):  # enough was read
                following = entry
                break
            if entry.index >= wanted.first and wanted.filter.takes(entry):
                if len(found) == wanted.limit:
                    following = entry.index
                    break
                found.append(entry)
        rows = [stored.plain(entry) for entry in found]
        following_text = None if following is None else str(following)
        body = {"run_id": run, "rows": rows, "planned": plan.planned, "next": following_text}
        return tagged(json_answer(200, body), if_none_match)

    @with_problems
    async def row(self, run: str, ref: str, if_none_match: str | None = None) -> Answer:
        """One row, by index or task id: the record as reviewed, findings, and its attempts."""
        row, published = await self.found_row(run, ref)
        context = await self.deps.runs.context(run)
        return tagged(json_answer(200, row_detail(row, published, context)), if_none_match)

    async def found_row(self, run: str, ref: str) -> tuple[ReviewedRow, RowEntry | None]:
        """A row with what publishing wrote of it. BadRequestError `unknown_run` or `no_such_row`."""
        plan = await self.plan_of(run)
        review = await self.deps.reviews.of(run)
        row = (await find_rows(run, plan, [ref], review, self.deps))[ref]
        return row, None if row.is_own else await run_rows(self.deps).entry(run, row.index, plan.planned)

    async def _entries(self, run: str, plan: RunPlan, wanted: _Wanted) -> AsyncIterator[RowEntry | int]:
        """The run's entries as reviewed, or those of a revision; an index alone is where another page goes on."""
        if wanted.revision is None:
            review = await self.deps.reviews.of(run)
            found = entries(
                run,
                plan,
                review,
                self.deps,
                first=wanted.first,
                most_segments=_MOST_SEGMENTS,
                wanted=wanted.filter,
            )
            async for entry in found:
                yield entry
            return
        path = paths.revision_rows(run, wanted.revision) if wanted.revision else paths.rows(run)
        may_pass = wanted.filter.probe()
        async for listed in run_rows(self.deps).listed(
            path, may_take=lambda _low, _high, lines: may_pass(lines)
        ):
            yield listed

    async def _is_published(self, run: str, revision: int) -> bool:
        return await self.deps.store.properties(names.DATASETS, paths.manifest(run, revision)) is not None


def row_detail(row: ReviewedRow, published: RowEntry | None, context: RunContext) -> dict[str, Any]:
    """All that is told of one row; plans that validation refused are left out: they may hold secrets."""
    record = row.record
    return {
        **stored.plain(shown_entry(row, published)),
        "hash": row.hash,
        "record": record,
        "original": row.original if record is not row.original else None,
        "review": _review(row),
        "checks": context.validator.findings(record) if record else [],
        "origins": origins(record, context) if record else [],
        **_asked(row.outcome or {}),
    }


def origins(record: Mapping[str, Any], context: RunContext) -> list[dict[str, Any]]:
    """Where each value of a record's plan comes from; nothing for a plan whose steps are not sound."""
    case = context.validator.case(record)
    position = {step["index"]: number for number, step in enumerate(record["plan"]["steps"])} if case else {}
    return [
        {
            "step": one.step,
            "path": f"plan.steps[{position[one.step]}].arguments.{one.path}",
            "from": one.source,
            "producers": list(one.producers),
        }
        for one in (trace(case) if case else ())
    ]


def shown_entry(row: ReviewedRow, published: RowEntry | None) -> RowEntry:
    """The row's line in a list; `published` is what publishing wrote of it, None where it has not."""
    if row.outcome is None:
        assert row.review is not None, "a row without an outcome is somebody's own"
        return own_entry(row.review, own_content(row.review))
    entry = published or row_entry(row.outcome)
    return reviewed_entry(entry, row.review) if row.review else entry


def _review(row: ReviewedRow) -> dict[str, Any] | None:
    if row.review is None:
        return None
    history = [
        {
            "decision": state.act,
            "kind": state.kind,
            "verdict": state.verdict,
            "reason": state.reason,
            "author": state.author,
            "at": state.at,
        }
        for state in row.review.history
    ]
    newest = {name: value for name, value in history[-1].items() if name != "kind"}
    return {**newest, "history": history}


def _asked(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """How the teacher was asked for it; nothing for a row that a person added."""
    return {
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
            for attempt in outcome.get("attempts") or ()
        ],
    }


def _wanted(asked: Mapping[str, str]) -> _Wanted:
    own = {"cursor", "limit", "code", "revision"}
    filters = RowFilter.of({name: value for name, value in asked.items() if name not in own})
    return _Wanted(first_of(asked), limit_of(asked, _MOST), filters, revision_of(asked.get("revision")))
