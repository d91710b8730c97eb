"""The arms of an evaluation side by side, with 95 % intervals drawn: how sure each figure is can be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.report.markup import Html, dollars, joined, share, table, tag, whole

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


def render(evaluation: Mapping[str, Any]) -> Html:
    """Who was asked, every metric of every arm, what it costs, and what was wrong with answers."""
    parts: Sequence[Part] = evaluation["arms"]
    head = ["Measure", *(ARMS.get(part["arm"], part["arm"]) for part in parts), "0 to 100%, 95% intervals"]
    rows = [
        [
            joined([tag("b", title), tag("small", said)]),
            *(_figure(part["metrics"][name]) for part in parts),
            _drawing(title, name, parts),
        ]
        for name, (title, said) in NAMES.items()
    ]
    numbers = frozenset(range(1, len(parts) + 1))
    measured = tag("div", table(head, rows, numbers=numbers, label="Metrics by arm"), class_="measures")
    return joined([_legend(parts), measured, tag("h3", "What it costs"), _costs(parts), _faults(parts)])


def _legend(parts: Sequence[Part]) -> Html:
    return tag("ul", *(_entry(part) for part in parts), class_="legend")


def _entry(part: Part) -> Html:
    models = ", ".join(part["models"]) or part["deployment"]
    name = ARMS.get(part["arm"], part["arm"])
    return tag("li", tag("i", class_=KINDS.get(part["arm"])), f"{name}: ", tag("code", models))


def _figure(found: Mapping[str, Any]) -> Html:
    if found["value"] is None:
        return joined(["–", tag("small", "nothing to measure")])
    return joined([share(found["value"]), tag("small", f"{share(found['low'])} – {share(found['high'])}")])


def _drawing(title: str, name: str, parts: Sequence[Part]) -> Html:
    known = [part for part in parts if part["metrics"][name]["value"] is not None]
    said = ", ".join(f"{ARMS.get(p['arm'], p['arm'])} {share(p['metrics'][name]['value'])}" for p in known)
    height = 8 + 12 * max(1, len(parts))
    return tag(
        "svg",
        tag("title", f"{title}: {said or 'nothing to measure'}"),
        Html(f'<path class="grid" d="{"".join(f"M{x} 1V{height - 1}" for x in (0, 250, 500, 750, 1000))}"/>'),
        *(
            _bar(part["metrics"][name], KINDS.get(part["arm"], ""), 10 + 12 * y)
            for y, part in enumerate(known)
        ),
        viewBox=f"0 0 1000 {height}",
        preserveAspectRatio="none",
        role="img",
        class_="interval",
        style=f"height:{height}px",
    )


def _bar(found: Mapping[str, Any], kind: str, y: int) -> Html:
    low, value, high = (f"{1000 * found[key]:.0f}" for key in ("low", "value", "high"))
    return joined(
        [
            tag("path", d=f"M{low} {y}H{high}", class_=kind),
            tag("path", d=f"M{value} {y}h0", class_=f"{kind} dots"),
        ]
    )


def _costs(parts: Sequence[Part]) -> Html:
    head = ["Arm", "Answered", "Tokens a plan", "Median, p95", "1,000 plans", "Hosting an hour"]
    return table(head, [_cost(part) for part in parts], numbers=frozenset(range(1, 6)), label="Costs by arm")


def _cost(part: Part) -> list[object]:
    counts, tokens, latency, cost = part["counts"], part["tokens"], part["latency_ms"], part["cost"]
    answered = max(1, counts["answered"])
    used = f"{whole(tokens['prompt'] / answered)} + {whole(tokens['completion'] / answered)}"
    cached = f"{whole(tokens['cached'] / answered)} cached"
    price, hour = cost["usd_per_1000_plans"], cost["hosting_usd_per_hour"]
    return [
        joined([tag("b", ARMS.get(part["arm"], part["arm"])), tag("small", tag("code", part["deployment"]))]),
        f"{whole(counts['answered'])} of {whole(counts['asked'])}",
        joined([used, tag("small", cached)]),
        f"{whole(latency['median'])} ms, {whole(latency['p95'])} ms",
        "unknown" if price is None else dollars(price),
        dollars(hour) if hour else "–",
    ]


def _faults(parts: Sequence[Part]) -> Html:
    names = sorted(
        {name for part in parts for name in part["faults"]}, key=lambda name: (-_most(parts, name), name)
    )
    if not names:
        return Html("")
    head = ["Fault of an answer", *(ARMS.get(part["arm"], part["arm"]) for part in parts)]
    rows = [
        [tag("code", name), *(whole(part["faults"].get(name, 0)) for part in parts)]
        for name in names[:_MOST_REASONS]
    ]
    more = len(names) - _MOST_REASONS
    below = tag("p", f"and {more} rarer ones", class_="axis") if more > 0 else ""
    numbers = frozenset(range(1, len(parts) + 1))
    faults = table(head, rows, numbers=numbers, label="Faults by arm")
    return joined([tag("h3", "What was wrong with answers"), faults, below])


def _most(parts: Sequence[Part], name: str) -> int:
    return max(int(part["faults"].get(name, 0)) for part in parts)
