"""How good plans are by what is asked: difficulty, shape, number of training rows, operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.report.markup import Html, joined, share, table, tag, whole
from shared.report.measures import ARMS

_KINDS = {
    "difficulty": ("Difficulty", ("XS", "S", "M", "L", "XL")),
    "shape": ("Shape of the plan", ("single", "independent", "chain", "dag")),
    "examples": ("Training rows of the rarest operation", ("0", "1-2", "3-5", "6-10", "over 10")),
}
_MOST_OPERATIONS = 20


def render(evaluation: Mapping[str, Any]) -> Html:
    """Exact plans by group, each arm in a column; operations folded away."""
    parts: Sequence[Mapping[str, Any]] = evaluation["arms"]
    tables = [
        joined([tag("h3", title), _table(title, kind, parts, order)])
        for kind, (title, order) in _KINDS.items()
    ]
    names = list(parts[0]["by"]["operation"])[:_MOST_OPERATIONS]
    operations = _table("Operation", "operation", parts, names, code=True)
    more = len(parts[0]["by"]["operation"]) - len(names)
    below = tag("p", f"and {more} more in evaluation.json", class_="axis") if more > 0 else ""
    folded = tag("details", tag("summary", f"By operation ({len(names)} most frequent)"), operations, below)
    return joined(
        [tag("p", "Share of exact plans; the number of tasks below it.", class_="axis"), *tables, folded]
    )


def _table(
    title: str, kind: str, parts: Sequence[Mapping[str, Any]], order: Sequence[str], *, code: bool = False
) -> Html:
    known = {name for part in parts for name in part["by"][kind]}
    names = [name for name in order if name in known] + sorted(known - set(order) if not code else ())
    head = [title, *(ARMS.get(part["arm"], part["arm"]) for part in parts)]
    rows = [
        [
            tag("code", name) if code else name or "unknown",
            *(_cell(part["by"][kind].get(name)) for part in parts),
        ]
        for name in names
    ]
    return table(
        head, rows, numbers=frozenset(range(1, len(parts) + 1)), label=f"Exact plans by {title.lower()}"
    )


def _cell(group: Mapping[str, Any] | None) -> Html:
    if group is None:
        return Html("–")
    found = group["metrics"]["exact_plan"]
    return joined([share(found["value"]), tag("small", f"n {whole(group['n'])}")])
