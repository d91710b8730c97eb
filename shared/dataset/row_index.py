"""What is known of a row without opening it: the line that lists and filters of rows go by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from shared.dataset.rejection import DUPLICATE

_TASK_CHARACTERS = 600


class RowEntry(Struct, frozen=True):
    """One index of a run.

    Attributes:
        index: 0-based index in the run.
        status: `accepted`, `rejected`, `failed` or `skipped`.
        reason: why it was not accepted, "" where it was.
        split: `train`, `validation`, `test`, "" for a row in none of them or before the run is published.
        task: the task in words, cut after 600 characters; "" where nothing was accepted.
        operations: the operations that its plan calls, or was to call.
        shape, variation, persona: as they were assigned.
        difficulty: of the record, or as it was assigned.
        findings: codes of what was wrong with the last attempt.
        attempts: calls made.
    """

    index: int
    status: str
    reason: str = ""
    split: str = ""
    task: str = ""
    operations: tuple[str, ...] = ()
    shape: str = ""
    difficulty: str = ""
    variation: str = ""
    persona: str = ""
    findings: tuple[str, ...] = ()
    attempts: int = 0


def row_entry(outcome: Mapping[str, Any], *, repeats: int | None = None, split: str = "") -> RowEntry:
    """The entry of an outcome; `repeats` is the index of the record that it repeats, None for one of its own."""
    record = outcome.get("record") if outcome["status"] == "accepted" else None
    given = outcome.get("blueprint") or {}
    focus = [str(name) for name in given.get("focus") or ()]
    called = list(dict.fromkeys(step["api"] for step in record["plan"]["steps"])) if record else focus
    is_own = repeats is None
    codes = [str(error.get("code", "")) for error in outcome.get("errors") or () if isinstance(error, dict)]
    return RowEntry(
        index=outcome["index"],
        status=outcome["status"] if is_own else "rejected",
        reason=(outcome.get("reason") or "") if is_own else DUPLICATE,
        split=split,
        task=record["task_nl"][:_TASK_CHARACTERS] if record else "",
        operations=tuple(called),
        shape=str(given.get("shape") or ""),
        difficulty=str((record or {}).get("metadata", {}).get("difficulty") or given.get("difficulty") or ""),
        variation=str(given.get("variation") or ""),
        persona=str(given.get("persona") or ""),
        findings=tuple(dict.fromkeys(codes)) if is_own else (DUPLICATE,),
        attempts=len(outcome["attempts"]),
    )
