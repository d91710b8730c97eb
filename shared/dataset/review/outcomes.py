"""Outcomes as people's decisions leave them: the lines that a revision is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.dataset.rejection import DUPLICATE, INVALID_NOW, REVIEWED
from shared.dataset.review.decisions import REJECTED
from shared.dataset.review.state import RowReview
from shared.plan.shapes import shape


def as_reviewed(
    outcome: Mapping[str, Any], review: RowReview | None, invalid: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The outcome with the content and verdict that stand; `invalid` are the errors of that content today."""
    if outcome["status"] != "accepted":
        return dict(outcome)
    now = review.now if review else None
    made = dict(outcome)
    if now is not None and now.record is not None:
        made |= {"record": now.record, **_without_answers(outcome)}
    if now is not None and now.verdict == REJECTED:
        error = {"code": REVIEWED, "step": None, "path": "", "message": now.reason}
        told = {"author": now.author, "reason": now.reason, "at": now.at, "decision": now.act}
        return {**made, "status": "rejected", "reason": REVIEWED, "errors": [error], "review": told}
    if invalid:
        return {**made, "status": "rejected", "reason": INVALID_NOW, "errors": list(invalid)}
    return made


def _without_answers(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of the calls of a row whose content a person changed: their cost, for they answered another task."""
    base = outcome.get("base")
    unanswered = {"result": "unanswered", "reason": "edited", "codes": [], "text": ""}
    return {
        "attempts": [{**attempt, "plan": None} for attempt in outcome["attempts"]],
        "base": {**base, **unanswered} if base else None,
        "judgement": None,
    }


def still_left_out(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """A duplicate about which nobody decided: it does not take the place of a row that somebody rejected."""
    message = "the task or its plan repeats another record, and nobody has decided about it since"
    error = {"code": DUPLICATE, "step": None, "path": "task_nl", "message": message}
    return {**outcome, "status": "rejected", "reason": DUPLICATE, "errors": [error]}


def own_outcome(review: RowReview) -> dict[str, Any]:
    """The outcome that a row would have which a person added: no calls, its own content."""
    first = review.history[0]
    assert first.record is not None, "own rows have their content in the log"
    return {
        "index": review.index,
        "status": "accepted",
        "reason": "",
        "record": first.record,
        "attempts": [],
        "errors": [],
        "blueprint": {"shape": shape(first.record["plan"]), "variation": "own"},
        "model": "",
        "deferrals": 0,
        "finished_at": "",
        "judgement": None,
    }
