"""What is known of a row without opening it: the line that lists and filters of rows go by."""

from __future__ import annotations

from collections.abc import Mapping
from copy import replace
from typing import Any

import msgspec
from msgspec import Struct

from shared.dataset.rejection import DUPLICATE
from shared.dataset.review.content import content_hash
from shared.dataset.review.decisions import OWN
from shared.dataset.review.state import RowReview
from shared.plan.shapes import shape

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
        task_id: of the record, "" where there is none.
        hash: of the content, `content_hash`; "" where there is no record.
        source: `synthetic`, `mixed` or `human`; "" where there is no record.
        verdict: of the newest decision about it: `approved`, `rejected`, `edited`, `own`, "" for none.
        touched: whether a person decided about it.
        author: who did last.
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
    task_id: str = ""
    hash: str = ""
    source: str = ""
    verdict: str = ""
    touched: bool = False
    author: str = ""

    def to_line(self) -> bytes:
        """The entry as one line of JSON, newline included."""
        return msgspec.json.encode(self) + b"\n"


def row_entry(outcome: Mapping[str, Any], *, is_duplicate: bool = False, split: str = "") -> RowEntry:
    """The entry of an outcome; `is_duplicate` where its record repeats something."""
    is_shown = outcome["status"] == "accepted" or "review" in outcome or outcome.get("reason") == DUPLICATE
    record = outcome.get("record") if is_shown else None
    given = outcome.get("blueprint") or {}
    focus = [str(name) for name in given.get("focus") or ()]
    is_own = not is_duplicate
    codes = [str(error.get("code", "")) for error in outcome.get("errors") or ()]
    return RowEntry(
        index=outcome["index"],
        status=outcome["status"] if is_own else "rejected",
        reason=(outcome.get("reason") or "") if is_own else DUPLICATE,
        split=split,
        task=record["task_nl"][:_TASK_CHARACTERS] if record else "",
        operations=called(record) if record else tuple(focus),
        shape=str(given.get("shape") or ""),
        difficulty=str((record or {}).get("metadata", {}).get("difficulty") or given.get("difficulty") or ""),
        variation=str(given.get("variation") or ""),
        persona=str(given.get("persona") or ""),
        findings=tuple(dict.fromkeys(codes)) if is_own else (DUPLICATE,),
        attempts=len(outcome["attempts"]),
        task_id=str(record.get("task_id") or "") if record else "",
        hash=content_hash(record) if record else "",
        source=str(record["metadata"].get("source") or "") if record else "",
    )


def reviewed_entry(entry: RowEntry, review: RowReview) -> RowEntry:
    """The entry as a person's decisions leave it."""
    now, record = review.now, review.now.record
    entry = replace(
        entry,
        verdict=now.verdict,
        touched=review.is_touched,
        author=now.author,
        hash=now.hash,
        source=review.source or entry.source,
    )
    if record is None:
        return entry
    return replace(
        entry,
        task=record["task_nl"][:_TASK_CHARACTERS],
        operations=called(record),
        difficulty=str(record["metadata"].get("difficulty") or entry.difficulty),
    )


def own_entry(review: RowReview, record: Mapping[str, Any], *, split: str = "") -> RowEntry:
    """The entry of a row that a person added; `record` is its content."""
    return RowEntry(
        index=review.index,
        status="accepted",
        split=split,
        task=record["task_nl"][:_TASK_CHARACTERS],
        operations=called(record),
        shape=shape(record["plan"]),
        difficulty=str(record["metadata"].get("difficulty") or ""),
        task_id=review.task_id,
        hash=review.now.hash,
        source="human",
        verdict=review.now.verdict or OWN,
        touched=True,
        author=review.now.author,
    )


def called(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The operations that a record's plan calls, each once."""
    return tuple(dict.fromkeys(step["api"] for step in record["plan"]["steps"]))
