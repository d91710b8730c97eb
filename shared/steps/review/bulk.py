"""One decision, or one fix, about all rows that a filter shows: seen first, then done as it was seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from shared.dataset.review.content import shown
from shared.dataset.review.decisions import Decision
from shared.dataset.review.fixes import Fix, fix_of
from shared.dataset.review.state import Review
from shared.dataset.row_filter import RowFilter
from shared.dataset.row_index import RowEntry
from shared.errors import BadRequestError
from shared.runs.context import RunContext
from shared.runs.plan import RunPlan
from shared.steps.deps import Deps
from shared.steps.review.acting import Done, Who, act, plain_text
from shared.steps.review.checking import check_edit
from shared.steps.review.deciding import VERBS, edit_of, verdict_on
from shared.steps.review.errors import BulkChangedError
from shared.steps.review.rows import ReviewedRow, entries, find_rows, run_rows

MOST_FIXED, MOST_DECIDED = 5_000, 200_000
"""Rows that one fix changes, and that one verdict is for."""
_SHOWN, _TOLD = 20, 100
_AT_ONCE = 256
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True)
class WantedChange:
    """What is to happen to which rows.

    Attributes:
        filter: shows the rows.
        verb: `approve`, `reject` or `revert`; "" for a fix.
        reason: of a rejection.
        fix: the change, None for a verdict.
        token: of the preview that was seen, "" to see one.
        asked: the request without its token.
    """

    filter: RowFilter
    verb: str
    reason: str
    fix: Fix | None
    token: str
    asked: dict[str, Any]

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> WantedChange:
        """What a request wants. BadRequestError says what is accepted."""
        verb, fix, token = asked.get("verdict", ""), asked.get("fix"), asked.get("token") or ""
        if (fix is None) == (verb == "") or (fix is None and verb not in VERBS) or verb == "edit":
            raise BadRequestError(
                "either 'verdict' (approve, reject, revert) or 'fix' is needed", code="bad_request"
            )
        if not isinstance(token, str):
            raise BadRequestError("'token' is that of a preview", code="bad_request")
        reason = plain_text(asked.get("reason") or "", "reason")
        if verb == "reject" and not reason.strip():
            raise BadRequestError("a rejection has a 'reason'", code="bad_request")
        kept = {name: asked[name] for name in ("filter", "verdict", "reason", "fix") if name in asked}
        chosen = RowFilter.of(asked.get("filter") or {})
        return cls(chosen, verb, reason, None if fix is None else fix_of(fix), token, kept)


@dataclass(slots=True)
class Settled:
    """What would happen: decisions, rows that would be invalid, a few of both with before and after."""

    matched: int = 0
    decisions: list[Decision] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    left: int = 0
    good: list[dict[str, Any]] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)

    def token(self, wanted: WantedChange) -> str:
        """Digest of what would happen."""
        rows = [[one.index, one.judged, one.hash, one.verdict] for one in self.decisions]
        data = orjson.dumps([wanted.asked, rows, self.left], option=orjson.OPT_SORT_KEYS)
        return sha256(data).hexdigest()[:32]

    def preview(self, wanted: WantedChange) -> dict[str, Any]:
        """What its author sees before it is done."""
        return {
            "token": self.token(wanted),
            "matched": self.matched,
            "changes": len(self.decisions) + self.left,
            "valid": len(self.decisions),
            "invalid": self.left,
            "examples": [*self.bad, *self.good][:_SHOWN],
        }


async def preview(run: str, wanted: WantedChange, deps: Deps) -> dict[str, Any]:
    """What would happen; nothing is stored. BadRequestError: `unknown_run`, `too_many_rows`."""
    plan = await run_rows(deps).plan(run)
    if plan is None:
        raise BadRequestError(f"there is no run '{run[:80]}'", code="unknown_run")
    review = await deps.reviews.of(run)
    return (await _settle(run, plan, review, wanted, deps)).preview(wanted)


async def apply(run: str, wanted: WantedChange, who: Who, deps: Deps) -> Done:
    """Do what the preview showed; rows that would be invalid are left as they are.

    BulkChangedError where something else would happen by now. What `preview` raises.
    """

    async def settle(review: Review, plan: RunPlan) -> tuple[list[Decision], dict[str, Any]]:
        settled = await _settle(run, plan, review, wanted, deps)
        if settled.token(wanted) != wanted.token:
            raise BulkChangedError(settled.preview(wanted))
        if not settled.decisions:
            raise BadRequestError("no row would change", code="nothing_changed")
        return settled.decisions, {"left": settled.left, "refused": settled.refused}

    return await act(run, "bulk", who, [wanted.asked, wanted.token], settle, deps)


async def _settle(run: str, plan: RunPlan, review: Review, wanted: WantedChange, deps: Deps) -> Settled:
    settled = Settled()
    context = await deps.runs.context(run) if wanted.fix else None
    async for some in _matched(run, plan, review, wanted.filter, deps):
        settled.matched += len(some)
        listed = all(entry.hash and entry.task_id for entry in some)
        if context is None and wanted.verb != "revert" and listed:
            settled.decisions += _verdicts(some, wanted)
        else:
            found = await find_rows(run, plan, [str(entry.index) for entry in some], review, deps)
            rows = [row for row in found.values() if row.record is not None]
            await asyncio.to_thread(_take, rows, wanted, context, settled)
        most = MOST_FIXED if wanted.fix else MOST_DECIDED
        if len(settled.decisions) + settled.left > most:
            message = f"more than {most} rows would change; narrow the filter"
            raise BadRequestError(message, code="too_many_rows")
    return settled


async def _matched(
    run: str, plan: RunPlan, review: Review, shown_by: RowFilter, deps: Deps
) -> AsyncIterator[Sequence[RowEntry]]:
    """The rows with a record that the filter shows, some at a time."""
    some: list[RowEntry] = []
    async for entry in entries(run, plan, review, deps):
        if isinstance(entry, int) or not entry.task or not shown_by.takes(entry):
            continue
        some.append(entry)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _verdicts(some: Sequence[RowEntry], wanted: WantedChange) -> list[Decision]:
    """The same verdict on rows of which the list says enough; rows that have it already are left out."""
    verdict = VERBS[wanted.verb]
    return [
        Decision(entry.index, entry.task_id, verdict, entry.hash, entry.hash, wanted.reason)
        for entry in some
        if entry.verdict != verdict
    ]


def _take(
    rows: Sequence[ReviewedRow], wanted: WantedChange, context: RunContext | None, settled: Settled
) -> None:
    """Take in some rows: the verdict on them, or what the fix makes of each."""
    for row in rows:
        if wanted.fix is not None and context is not None:
            _fixed(row, wanted.fix, context, settled)
        elif _is_new(row, wanted.verb):
            settled.decisions.append(verdict_on(row, wanted.verb, wanted.reason))


def _is_new(row: ReviewedRow, verb: str) -> bool:
    """Whether the verdict changes something; reverting does where there is something to take back."""
    if verb == "revert":
        return row.review is not None and not row.review.is_as_made
    return row.review is None or row.review.now.verdict != VERBS[verb]


def _fixed(row: ReviewedRow, fix: Fix, context: RunContext, settled: Settled) -> None:
    assert row.record is not None, "rows without a record match nothing"
    before, after = shown(row.record), fix(row.record)
    if before == after:
        return
    checked = check_edit(row, after, context)
    if checked.hash == row.hash:
        return
    parts = ("task", "assumptions", "plan")
    told = {
        "task_id": row.task_id,
        "index": row.index,
        "before": {name: before[name] for name in parts},
        "after": {name: shown(checked.record)[name] for name in parts},
        "findings": checked.findings,
    }
    if checked.errors:
        settled.left += 1
        if len(settled.refused) < _TOLD:
            settled.refused.append({"task_id": row.task_id, "findings": checked.findings})
        if len(settled.bad) < _SHOWN:
            settled.bad.append(told)
        return
    settled.decisions.append(edit_of(row, checked.record, checked.hash))
    if len(settled.good) < _SHOWN:
        settled.good.append(told)
