"""The line of `rejected.jsonl`: why an index has no record in the dataset, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from shared.tokens import Tokens

DUPLICATE = "duplicate"
"""Reason and error code of a record that repeats an earlier one."""
REVIEWED = "rejected_in_review"
"""Reason and error code of a record that a person rejected."""
INVALID_NOW = "invalid_now"
"""Reason of a record that was accepted once and breaks the rules of today."""
PRIVATE_CODES = frozenset({"secret", "personal_data"})
"""Errors of what must not be published, not even as an answer to avoid."""


def rejected_row(outcome: Mapping[str, Any], *, repeats: int | None, copies: bool = False) -> bytes:
    """`index`, `status`, `reason`, `errors`, `attempts`, `tokens`, and `task` where there is one to be shown.

    `repeats` is the index of the record that this one repeats, None if it was not accepted anyway; `copies` that it
    repeats an example. One that a person rejected has a `review` with `author`, `reason`, `at` and `decision`.
    Wrong plans are left out: they may hold what validation refused to publish.
    """
    row: dict[str, Any] = {
        "index": outcome["index"],
        "status": outcome["status"],
        "reason": outcome.get("reason") or "unknown",
        "errors": outcome.get("errors") or [],
    }
    if repeats is not None or copies:
        of = "an example that the teacher was shown" if copies else f"the record of index {repeats}"
        message = f"the task or its plan repeats {of} up to its values"
        row |= {
            "status": "rejected",
            "reason": DUPLICATE,
            "errors": [{"code": DUPLICATE, "step": None, "path": "task_nl", "message": message}],
            **({} if repeats is None else {"repeats": repeats}),
        }
    if "review" in outcome:
        row["review"] = outcome["review"]
    row["attempts"] = [
        {
            "result": attempt.get("result") or "unknown",
            "tokens": attempt["tokens"],
            "latency_ms": attempt.get("latency_ms", 0),
            "errors": attempt.get("errors") or [],
        }
        for attempt in outcome["attempts"]
    ]
    calls = [call for call in (*outcome["attempts"], outcome.get("base")) if call]
    row["tokens"] = Tokens.sum(Tokens.read(call["tokens"]) for call in calls).kinds()
    row["model"] = outcome.get("model") or ""
    if outcome.get("record") and PRIVATE_CODES.isdisjoint(error.get("code") for error in row["errors"]):
        row["task"] = outcome["record"]["task_nl"]
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
