"""How acts of a review are told: to their author, and in the list of all."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from shared.dataset.review.state import ActEntry, Review
from shared.errors import BadRequestError
from shared.http.queries import limit_of
from shared.steps.review.acting import Done
from shared.steps.review.rows import index_of

_MOST = 500


def done_answer(done: Done) -> dict[str, Any]:
    """What the author of an act is told."""
    entry = done.entry
    rows = [done.review.rows[index] for index in entry.indices]
    return {
        **head(entry),
        "rows": [
            {
                "task_id": row.task_id,
                "index": row.index,
                "hash": row.now.hash,
                "verdict": row.now.verdict,
                "source": row.source or "synthetic",
            }
            for row in rows
        ],
        "repeated": done.repeated,
        **done.more,
    }


def head(entry: ActEntry) -> dict[str, Any]:
    """What every act has."""
    act = entry.act
    return {"id": act.id, "kind": act.kind, "author": act.author, "at": act.at}


def act_entry(review: Review, entry: ActEntry) -> dict[str, Any]:
    """An act in the list of all, with a few of its rows."""
    rows = [review.rows[index] for index in islice(entry.indices, 5)]
    states = [state for row in rows for state in row.history if state.act == entry.act.id]
    return {
        **head(entry),
        "rows": len(entry.indices),
        "verdicts": dict(entry.verdicts),
        "reason": next((state.reason for state in states if state.reason), ""),
        "undone": entry.undone,
        "of": entry.act.of or None,
        "sample": [row.task_id for row in rows],
    }


def page_of(review: Review, asked: Mapping[str, str]) -> tuple[list[ActEntry], str | None]:
    """A page of acts, the newest first, and where the next one begins."""
    limit, cursor = limit_of(asked, _MOST), asked.get("cursor") or ""
    entries = list(review.acts.values())
    if cursor:
        before = next((n for n, entry in enumerate(entries) if entry.act.id == cursor), None)
        if before is None:
            raise BadRequestError("this installation never gave that cursor", code="bad_cursor")
        entries = entries[: before + 1]
    if author := asked.get("author"):
        entries = [entry for entry in entries if entry.act.author == author]
    if ref := asked.get("row"):
        row = index_of(ref, review)
        entries = [entry for entry in entries if row in entry.indices]
    entries.reverse()
    following = entries[limit].act.id if len(entries) > limit else None
    return entries[:limit], following
