"""The student against each other arm, task by task: the difference, how sure it is, and what of it is form alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.report.cells import Cell, Table
from shared.report.figures import share, signed, whole
from shared.report.measures import ARMS, NAMES
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_SURE = {"better": "good", "worse": "bad"}
Pair = Mapping[str, Any]


def render(evaluation: Mapping[str, Any]) -> Markup:
    """A table for each arm that the student is compared with; a note where there is none."""
    return part("pairs.html", pairs=[_pair(found) for found in evaluation["comparisons"]])


def _pair(pair: Pair) -> dict[str, Any]:
    planning = pair["planning"]
    name = ARMS.get(pair["against"]) or str(pair["against"])
    head = [
        "Measure",
        f"All {whole(pair['n'])} tasks, points",
        f"Both in shape ({whole(planning['n'])}), points",
    ]
    rows = [
        [Cell(title, mark="b"), gain(pair["metrics"][metric]), gain(planning["metrics"].get(metric))]
        for metric, (title, _) in NAMES.items()
    ]
    made = Table(head, rows, frozenset({1, 2}), f"Student minus {name}")
    return {"name": name, "form": _form(pair["shape_only"]), "table": made}


def before_and_after(metrics: Mapping[str, Any]) -> Table:
    """Each metric of one arm in two runs, with the paired difference."""
    rows: list[list[Cell | str]] = []
    for name, (title, _) in NAMES.items():
        metric = metrics[name]
        known = metric["value"] is not None
        figures = [share(metric["before"]), share(metric["after"]), gain(metric)] if known else ["–"] * 3
        rows.append([Cell(title, mark="b"), *figures])
    return Table(["Measure", "Before", "After", "Difference, points"], rows, frozenset({1, 2, 3}), "Metrics")


def _form(found: Mapping[str, Any]) -> str:
    """The line about form, so that a gain in it is not taken for one in planning."""
    if found["value"] is None:
        return "Shape only: nothing to compare."
    sure = "" if found["verdict"] != "cannot_tell" else ", cannot be told apart"
    return (
        f"Shape only: {signed(found['value'])} points of answers that have the form of a plan{sure}. "
        "The right column leaves form out."
    )


def gain(found: Mapping[str, Any] | None) -> Cell:
    """A difference in points with its interval, and how sure it is."""
    if found is None or found["value"] is None:
        return Cell("–")
    kind = _SURE.get(found["verdict"], "unsure")
    if found["low"] == found["high"] == 0:
        return Cell(signed(0), ["no difference"], "b", "unsure")
    below = [f"{signed(found['low'])} … {signed(found['high'])}"]
    test = found.get("mcnemar")
    if test:
        chance = "p < 0.001" if test["p"] < 0.001 else f"p {test['p']:.3f}"
        below.append(f"{test['won']} won, {test['lost']} lost, {chance}")
    if kind == "unsure":
        below.append("cannot be told apart")
    return Cell(signed(found["value"]), below, "b", kind)
