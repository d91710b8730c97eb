"""The arms of an evaluation side by side, with 95 % intervals drawn: how sure each figure is can be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shared.report.cells import Cell, Table
from shared.report.figures import dollars, share, whole
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

NAMES = {
    "valid_json": ("Valid JSON", "the answer is one JSON object"),
    "shape": ("Plan's shape", "it has the form of a plan"),
    "executable": ("Executable on paper", "the validator and the dry run find nothing in it"),
    "api_f1": ("API F1", "the right calls, none invented"),
    "edge_f1": ("Edge F1", "which output feeds which input"),
    "argument_name_f1": ("Argument names F1", "the right arguments at the right calls"),
    "argument_value_accuracy": ("Argument values", "the right values in them"),
    "exact_plan": ("Exact plan", "the accepted plan, but for the order of independent steps"),
}
"""Metrics in the order in which they are shown, from form to planning."""

ARMS = {
    "student": "Student",
    "base": "Base model",
    "base_with_catalog": "Base with catalog",
    "teacher_with_catalog": "Teacher with catalog",
}
KINDS = {
    "student": "student",
    "base": "base",
    "base_with_catalog": "catalog",
    "teacher_with_catalog": "teacher",
}
"""Classes in the style sheet."""

_MOST_REASONS = 10

Part = Mapping[str, Any]


def render(evaluation: Mapping[str, Any]) -> Markup:
    """Who was asked, every metric of every arm, what it costs, and what was wrong with answers."""
    parts: Sequence[Part] = evaluation["arms"]
    height = 8 + 12 * max(1, len(parts))
    faults, rarer = _faults(parts)
    return part(
        "measures.html",
        legend=[
            (KINDS.get(one["arm"], ""), name_of(one), ", ".join(one["models"]) or one["deployment"])
            for one in parts
        ],
        arms=[name_of(one) for one in parts],
        rows=[_row(name, parts) for name in NAMES],
        height=height,
        grid="".join(f"M{x} 1V{height - 1}" for x in (0, 250, 500, 750, 1000)),
        costs=_costs(parts),
        faults=faults,
        rarer=rarer,
    )


def name_of(part: Part) -> str:
    """An arm as people call it."""
    return ARMS.get(part["arm"]) or str(part["arm"])


def _row(metric: str, parts: Sequence[Part]) -> dict[str, Any]:
    title, said = NAMES[metric]
    known = [one for one in parts if one["metrics"][metric]["value"] is not None]
    drawn = ", ".join(f"{name_of(one)} {share(one['metrics'][metric]['value'])}" for one in known)
    return {
        "title": title,
        "said": said + _fewer(metric, known),
        "figures": [_figure(one["metrics"][metric]) for one in parts],
        "drawn_as": drawn or "nothing to measure",
        "bars": [
            _bar(one["metrics"][metric], KINDS.get(one["arm"], ""), 10 + 12 * y)
            for y, one in enumerate(known)
        ],
    }


def _fewer(metric: str, known: Sequence[Part]) -> str:
    """How many tasks have something to measure, where that is not all."""
    counts = sorted(
        {one["metrics"][metric]["n"] for one in known if one["metrics"][metric]["n"] < one["counts"]["asked"]}
    )
    return f"; {' to '.join(map(whole, counts[:: max(1, len(counts) - 1)]))} tasks have any" if counts else ""


def _figure(found: Mapping[str, Any]) -> Cell:
    if found["value"] is None:
        return Cell("–", ["nothing to measure"])
    return Cell(share(found["value"]), [f"{share(found['low'])} – {share(found['high'])}"])


def _bar(found: Mapping[str, Any], kind: str, y: int) -> dict[str, str]:
    low, value, high = (f"{1000 * found[key]:.0f}" for key in ("low", "value", "high"))
    return {"line": f"M{low} {y}H{high}", "dot": f"M{value} {y}h0", "kind": kind}


def _costs(parts: Sequence[Part]) -> Table:
    head = ["Arm", "Answered", "Tokens a plan", "Median, p95", "1,000 plans", "Hosting an hour"]
    return Table(head, [_cost(one) for one in parts], frozenset(range(1, 6)), "Costs by arm")


def _cost(part: Part) -> list[Cell | str]:
    counts, tokens, latency, cost = part["counts"], part["tokens"], part["latency_ms"], part["cost"]
    answered = max(1, counts["answered"])
    used = f"{whole(tokens['prompt'] / answered)} + {whole(tokens['completion'] / answered)}"
    price, hour = cost["usd_per_1000_plans"], cost["hosting_usd_per_hour"]
    return [
        Cell(name_of(part), [part["deployment"]], "b", small_mark="code"),
        f"{whole(counts['answered'])} of {whole(counts['asked'])}",
        Cell(used, [f"{whole(tokens['cached'] / answered)} cached"]),
        f"{whole(latency['median'])} ms, {whole(latency['p95'])} ms",
        "unknown" if price is None and counts["answered"] else dollars(price),
        dollars(hour) if hour else "–",
    ]


def _faults(parts: Sequence[Part]) -> tuple[Table, int]:
    """The most frequent faults, and how many rarer ones there are."""
    names = sorted(
        {name for one in parts for name in one["faults"]}, key=lambda name: (-_most(parts, name), name)
    )
    rows: list[list[Cell | str]] = [
        [Cell(name, mark="code"), *(whole(one["faults"].get(name, 0)) for one in parts)]
        for name in names[:_MOST_REASONS]
    ]
    head = ["Fault of an answer", *(name_of(one) for one in parts)]
    made = Table(head, rows, frozenset(range(1, len(parts) + 1)), "Faults by arm")
    return made, len(names) - _MOST_REASONS


def _most(parts: Sequence[Part], name: str) -> int:
    return max(int(one["faults"].get(name, 0)) for one in parts)
