"""Lists of rows for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cli.client import Client, run_route
from cli.tables import table
from shared.report.figures import clipped

_PAGE = 500
_LONGEST = 80
"""Characters of a task."""


def rows_of(client: Client, run: str, filters: Mapping[str, str], limit: int) -> dict[str, Any]:
    """`rows`, at most `limit`, `planned`, and whether there are `more`."""
    found: list[dict[str, Any]] = []
    cursor: str | None = "0"
    planned = 0
    while cursor is not None and len(found) < limit:
        params = {**filters, "cursor": cursor, "limit": str(min(_PAGE, limit - len(found)))}
        answer = client.call("GET", f"{run_route(run)}/rows", params=params)
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
            clipped(" ".join(row["task"].split()), _LONGEST),
        )
        for row in found["rows"]
    ]
    if not lines:
        return "No rows."
    head = ("INDEX", "VERDICT", "STATUS", "SPLIT", "SIZE", "OPERATIONS", "TASK")
    more = "\n\nThere are more; raise --limit or narrow the filters." if found["more"] else ""
    return f"{table(head, lines)}{more}"
