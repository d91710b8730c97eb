"""The student against each other arm, task by task: the difference, how sure it is, and what of it is form alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.report.markup import Html, joined, signed, table, tag, whole
from shared.report.measures import ARMS, NAMES

_SURE = {"better": "good", "worse": "bad"}
Pair = Mapping[str, Any]


def render(evaluation: Mapping[str, Any]) -> Html:
    """A table for each arm that the student is compared with; a note where there is none."""
    pairs = evaluation["comparisons"]
    if not pairs:
        return tag("p", "Nothing was measured beside the student.", class_="axis")
    return joined(map(_pair, pairs))


def _pair(pair: Pair) -> Html:
    planning = pair["planning"]
    name = ARMS.get(pair["against"]) or str(pair["against"])
    head = [
        "Measure",
        f"All {whole(pair['n'])} tasks, points",
        f"Both in shape ({whole(planning['n'])}), points",
    ]
    rows = [
        [tag("b", title), _gain(pair["metrics"][metric]), _gain(planning["metrics"].get(metric))]
        for metric, (title, _) in NAMES.items()
    ]
    return joined(
        [
            tag("h3", f"Student minus {name.lower()}"),
            tag("p", _form(pair["shape_only"]), class_="axis form"),
            table(head, rows, numbers=frozenset({1, 2}), label=f"Student minus {name}"),
        ]
    )


def _form(found: Mapping[str, Any]) -> str:
    """The line about form, so that a gain in it is not taken for one in planning."""
    if found["value"] is None:
        return "Shape only: nothing to compare."
    sure = "" if found["verdict"] != "cannot_tell" else ", cannot be told apart"
    return (
        f"Shape only: {signed(found['value'])} points of answers that have the form of a plan{sure}. "
        "The right column leaves form out."
    )


def _gain(found: Mapping[str, Any] | None) -> Html:
    if found is None or found["value"] is None:
        return Html("–")
    kind = _SURE.get(found["verdict"], "unsure")
    if found["low"] == found["high"] == 0:
        return joined([tag("b", signed(0), class_="unsure"), tag("small", "no difference")])
    between = f"{signed(found['low'])} … {signed(found['high'])}"
    test = found.get("mcnemar")
    parts = [between]
    if test:
        parts.append(f"{test['won']} won, {test['lost']} lost, p {test['p']:.3f}")
    if kind == "unsure":
        parts.append("cannot be told apart")
    return joined([tag("b", signed(found["value"]), class_=kind), *(tag("small", part) for part in parts)])
