"""Takes an act back: each row that nobody decided about since is again as it was before."""

from __future__ import annotations

from typing import Any

from shared.dataset.review.decisions import Decision
from shared.dataset.review.state import Review
from shared.errors import BadRequestError
from shared.runs.plan import RunPlan
from shared.steps.deps import Deps
from shared.steps.review.acting import Done, Who, act


async def undo(run: str, act_id: str, who: Who, deps: Deps) -> Done:
    """Take the act back. BadRequestError: `unknown_decision`, or `nothing_to_undo` where all is decided anew."""

    async def settle(review: Review, plan: RunPlan) -> tuple[list[Decision], dict[str, Any]]:
        if act_id not in review.acts:
            raise BadRequestError(f"there is no decision '{act_id[:40]}'", code="unknown_decision")
        decisions, skipped = review.undoing(act_id)
        if not decisions:
            message = "every row of this decision was decided about since"
            raise BadRequestError(message, code="nothing_to_undo")
        return decisions, {"skipped": skipped}

    return await act(run, "undo", who, {"undo": act_id}, settle, deps, of=act_id)
