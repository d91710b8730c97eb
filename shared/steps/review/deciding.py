"""Decisions about single rows: approve, reject, edit, revert; each on the content that was seen, all or none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.dataset.review.decisions import (
    APPROVED,
    EDITED,
    NEW,
    ORIGINAL,
    OWN,
    REJECTED,
    UNDECIDED,
    Decision,
)
from shared.dataset.review.state import Review
from shared.errors import BadRequestError
from shared.runs.context import RunContext
from shared.runs.plan import RunPlan
from shared.steps.deps import Deps
from shared.steps.review.acting import Done, Who, act, plain_text
from shared.steps.review.checking import changes_of, check_edit
from shared.steps.review.errors import InvalidRowsError, RowChangedError
from shared.steps.review.rows import ReviewedRow, find_rows

VERBS = {"approve": APPROVED, "reject": REJECTED, "edit": EDITED, "revert": UNDECIDED}
MOST = 500
"""Decisions of one request."""


@dataclass(frozen=True, slots=True)
class WantedDecision:
    """One decision as it is asked for.

    Attributes:
        row: index or task id.
        hash: of the content that was seen.
        verb: one of `VERBS`.
        reason: of a rejection.
        changes: of an edit.
    """

    row: str
    hash: str
    verb: str
    reason: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Any) -> WantedDecision:
        """The decision in a request. BadRequestError `bad_request` says what is accepted."""
        if not isinstance(asked, Mapping):
            raise BadRequestError("a decision is an object", code="bad_request")
        row, verb = asked.get("row"), asked.get("verdict")
        if isinstance(row, bool) or not isinstance(row, str | int) or not isinstance(asked.get("hash"), str):
            raise BadRequestError(
                "a decision names its 'row' and the 'hash' that was seen", code="bad_request"
            )
        if verb not in VERBS:
            raise BadRequestError(f"'verdict' is one of {', '.join(VERBS)}", code="bad_request")
        reason = plain_text(asked.get("reason") or "", "reason")
        if verb == "reject" and not reason.strip():
            raise BadRequestError("a rejection has a 'reason'", code="bad_request")
        changes = changes_of(asked)
        if (verb == "edit") != bool(changes):
            what = "changes something" if verb == "edit" else "changes nothing"
            raise BadRequestError(f"the verdict '{verb}' {what}", code="bad_request")
        return cls(str(row), asked["hash"], verb, reason if verb == "reject" else "", changes)


async def decide(run: str, wanted: Sequence[WantedDecision], who: Who, asked: Any, deps: Deps) -> Done:
    """Store the decisions, all of them or none.

    Raises RowChangedError where other content is there than was judged, InvalidRowsError for edits with errors, and
    BadRequestError: `no_such_row`, `no_record`, `unknown_run`, `bad_request`.
    """
    if not 1 <= len(wanted) <= MOST or len({one.row for one in wanted}) < len(wanted):
        raise BadRequestError(f"1 to {MOST} decisions are taken, one a row", code="bad_request")

    async def settle(review: Review, plan: RunPlan) -> tuple[list[Decision], dict[str, Any]]:
        rows = await find_rows(run, plan, [one.row for one in wanted], review, deps)
        _check_judged(wanted, rows)
        context = await deps.runs.context(run) if any(one.changes for one in wanted) else None
        return await asyncio.to_thread(_decisions, wanted, rows, context), {}

    return await act(run, "decide", who, asked, settle, deps)


def _check_judged(wanted: Sequence[WantedDecision], rows: Mapping[str, ReviewedRow]) -> None:
    if len({row.index for row in rows.values()}) < len(wanted):
        raise BadRequestError("one decision a row is taken", code="bad_request")
    for one in wanted:
        if rows[one.row].record is None:
            raise BadRequestError(f"the row {one.row} has no record to judge", code="no_record")
    changed = [rows[one.row] for one in wanted if rows[one.row].hash != one.hash]
    if changed:
        raise RowChangedError(changed)


def _decisions(
    wanted: Sequence[WantedDecision], rows: Mapping[str, ReviewedRow], context: RunContext | None
) -> list[Decision]:
    refused: list[dict[str, Any]] = []
    decisions = []
    for one in wanted:
        row = rows[one.row]
        if context is None or not one.changes:
            decisions.append(verdict_on(row, one.verb, one.reason))
            continue
        checked = check_edit(row, one.changes, context)
        if checked.errors:
            refused.append({"row": row.task_id, "findings": checked.findings})
        elif checked.hash == row.hash:
            raise BadRequestError(f"the edit of {row.task_id} changes nothing", code="nothing_changed")
        decisions.append(edit_of(row, checked.record, checked.hash))
    if refused:
        raise InvalidRowsError(refused)
    return decisions


def verdict_on(row: ReviewedRow, verb: str, reason: str = "") -> Decision:
    """Approve, reject or revert a row as it is now."""
    if verb != "revert":
        return Decision(row.index, row.task_id, VERBS[verb], row.hash, row.hash, reason)
    original = row.review.original_hash if row.review else row.hash
    verdict = OWN if row.is_own else UNDECIDED
    return Decision(row.index, row.task_id, verdict, row.hash, original, content=ORIGINAL)


def edit_of(row: ReviewedRow, record: dict[str, Any], hash: str) -> Decision:
    """The row's content becomes `record`."""
    return Decision(row.index, row.task_id, EDITED, row.hash, hash, content=NEW, record=record)
