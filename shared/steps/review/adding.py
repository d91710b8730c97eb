"""Own examples: rows that a person adds to a run's dataset."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from shared import names
from shared.dataset.review.decisions import NEW, OWN, OWN_FIRST, Decision
from shared.dataset.review.state import Review
from shared.errors import BadRequestError
from shared.runs.context import RunContext
from shared.runs.plan import RunPlan
from shared.steps.deps import Deps
from shared.steps.review.acting import Done, Who, act
from shared.steps.review.checking import Checked, check_own
from shared.steps.review.errors import InvalidRowsError

MOST = 2_000
"""Examples of one request."""


async def add_examples(run: str, given: Sequence[Any], who: Who, asked: Any, deps: Deps) -> Done:
    """Add the examples, all of them or none. Raises InvalidRowsError for what breaks the rules of a record."""
    if not 1 <= len(given) <= MOST:
        raise BadRequestError(f"1 to {MOST} examples are taken at once", code="bad_request")
    act_id = who.act_id(run, "add")
    context = await deps.runs.context(run)

    async def settle(review: Review, plan: RunPlan) -> tuple[list[Decision], dict[str, Any]]:
        at = deps.runs.now()
        known = {row.now.hash: row.task_id for row in review.own() if row.now.verdict != "rejected"}
        checked = await asyncio.to_thread(_checked, given, act_id, at, who.author, context)
        _refuse(checked, known)
        first = OWN_FIRST + review.next_own
        return [_added(first + place, one) for place, one in enumerate(checked)], {}

    return await act(run, "add", who, asked, settle, deps, act_id=act_id)


def own_task_id(context: RunContext, act_id: str, place: int) -> str:
    """A task id that no generated row and no other own one has: those end in six digits or more."""
    digest = sha256(f"{act_id}/{place}".encode()).hexdigest()[:12]
    return f"{names.slug(context.spec.name)}-own-{digest}"


def _checked(given: Sequence[Any], act_id: str, at: str, author: str, context: RunContext) -> list[Checked]:
    return [
        check_own(one, own_task_id(context, act_id, place), context, created_at=at, author=author)
        for place, one in enumerate(given)
    ]


def _refuse(checked: Sequence[Checked], known: dict[str, str]) -> None:
    """Raise InvalidRowsError for examples with errors, and for examples that the run has already."""
    refused = []
    seen = dict(known)
    for place, one in enumerate(checked):
        line = f"line {place + 1}"
        if one.errors:
            refused.append({"row": line, "findings": one.findings})
        elif one.hash in seen:
            message = f"the same as {seen[one.hash]}"
            found = {
                "code": "duplicate",
                "severity": "error",
                "step": None,
                "path": "task_nl",
                "message": message,
            }
            refused.append({"row": line, "findings": [found]})
        seen.setdefault(one.hash, line)
    if refused:
        raise InvalidRowsError(refused)


def _added(index: int, checked: Checked) -> Decision:
    task_id = checked.record["task_id"]
    return Decision(index, task_id, OWN, "", checked.hash, content=NEW, record=checked.record)
