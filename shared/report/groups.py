"""How good plans are by what is asked: difficulty, shape, number of training rows, operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shared.report.cells import Cell, Table
from shared.report.figures import share, spoken, whole
from shared.report.measures import name_of
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_KINDS = {
    "difficulty": ("Difficulty", ("XS", "S", "M", "L", "XL")),
    "shape": ("Shape of the plan", ("single", "parallel", "chain", "fan_out", "join")),
    "examples": ("Training rows of the rarest operation", ("0", "1-2", "3-5", "6-10", "over 10")),
}
_MOST_OPERATIONS = 20


def render(evaluation: Mapping[str, Any]) -> Markup:
    """Exact plans by group, each arm in a column; operations folded away."""
    parts: Sequence[Mapping[str, Any]] = evaluation["arms"]
    names = list(dict.fromkeys(name for one in parts for name in one["by"]["operation"]))
    return part(
        "groups.html",
        tables=[_table(title, kind, parts, order) for kind, (title, order) in _KINDS.items()],
        operations=_table("Operation", "operation", parts, names[:_MOST_OPERATIONS], code=True),
        more=len(names) - _MOST_OPERATIONS,
    )


def _table(
    title: str, kind: str, parts: Sequence[Mapping[str, Any]], order: Sequence[str], *, code: bool = False
) -> Table:
    known = {name for one in parts for name in one["by"][kind]}
    names = [name for name in order if name in known] + sorted(known - set(order) if not code else ())
    rows: list[list[Cell | str]] = [
        [
            Cell(name, mark="code") if code else spoken(name) or "unknown",
            *(_cell(one["by"][kind].get(name)) for one in parts),
        ]
        for name in names
    ]
    columns = frozenset(range(1, len(parts) + 1))
    return Table([title, *map(name_of, parts)], rows, columns, f"Exact plans by {title.lower()}")


def _cell(group: Mapping[str, Any] | None) -> Cell | str:
    if group is None:
        return "–"
    found = group["metrics"]["exact_plan"]
    return Cell(share(found["value"]), [f"n {whole(group['n'])}"])
