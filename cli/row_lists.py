"""Lists of rows for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.client import Client
from cli.tables import table

_PAGE = 500
_TASK = 80


def rows_of(client: Client, run: str, filters: Mapping[str, str], limit: int) -> dict[str, Any]:
    """`rows`, at most `limit`, `planned`, and whether there are `more`."""
    found: list[dict[str, Any]] = []
    cursor: str | None = "0"
    planned = 0
    while cursor is not None and len(found) < limit:
        params = {**filters, "cursor": cursor, "limit": str(min(_PAGE, limit - len(found)))}
        answer = client.call("GET", f"runs/{run}/rows", params=params)
        found += answer["rows"]
        cursor, planned = answer["next"], answer["planned"]
    return {"run_id": run, "rows": found, "planned": planned, "more": cursor is not None}


def rows_table(found: Mapping[str, Any]) -> str:
    """One line a row."""
    lines = [
        (
            str(row["index"]),
            row["verdict"] or "-",
            row["reason"] or row["status"],
            row["split"] or "-",
            row["difficulty"] or "-",
            ", ".join(row["operations"]) or "-",
            _cut(row["task"]),
        )
        for row in found["rows"]
    ]
    if not lines:
        return "No rows."
    head = ("INDEX", "VERDICT", "STATUS", "SPLIT", "SIZE", "OPERATIONS", "TASK")
    more = "\n\nThere are more; raise --limit or narrow the filters." if found["more"] else ""
    return f"{table(head, lines)}{more}"


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _TASK else f"{words[: _TASK - 1]}…"
