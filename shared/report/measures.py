"""The evaluation as a table with its intervals drawn: how sure each figure is can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.report.markup import Html, joined, pairs, share, signed, table, tag, whole

_NAMES = {
    "valid_json": ("Valid JSON", "the answer is one JSON object"),
    "schema_valid": ("Plan's shape", "it has the shape of a plan"),
    "clean": ("Executable on paper", "the validator finds nothing in it"),
    "exact_sequence": ("Same calls", "it calls the reference's APIs in the same order"),
    "api_f1": ("API F1", "the set of APIs against the reference's"),
    "argument_f1": ("Argument F1", "the arguments, each as API, name and value"),
}
_MOST_REASONS = 8

Interval = Mapping[str, float]


def render(evaluation: Mapping[str, Any]) -> Html:
    """The deployments side by side with 95 % intervals, the gain, and what was wrong with answers."""
    parts = {part["role"]: part for part in evaluation["deployments"]}
    student, base = parts["student"], parts.get("baseline")
    gains: Mapping[str, Interval] = evaluation.get("difference") or {}
    head = ["Measure", "Student", *(["Base", "Gain, points"] if base else []), "0 to 100%, 95% intervals"]
    rows = [
        [
            joined([tag("b", title), tag("small", said)]),
            _figure(student["metrics"][name]),
            *([_figure(base["metrics"][name]), _gain(gains.get(name))] if base else []),
            _drawing(title, student["metrics"][name], base["metrics"][name] if base else None),
        ]
        for name, (title, said) in _NAMES.items()
        if name in student["metrics"]
    ]
    legend = tag(
        "ul",
        tag("li", tag("i", class_="student"), "Student"),
        tag("li", tag("i", class_="base"), "Base") if base else "",
        class_="legend",
    )
    measured = table(head, rows, numbers=frozenset({1, 2, 3} if base else {1}))
    return joined(
        [legend, tag("div", measured, class_="measures"), _asked(student, base), _faults(student, base)]
    )


def _figure(found: Interval) -> Html:
    return joined([share(found["value"]), tag("small", f"{share(found['low'])} – {share(found['high'])}")])


def _gain(found: Interval | None) -> Html:
    if found is None:
        return Html("")
    sure = found["low"] > 0 or found["high"] < 0
    kind = ("good" if found["value"] > 0 else "bad") if sure else "unsure"
    if found["low"] == found["high"] == 0:
        return joined([tag("b", signed(0), class_="unsure"), tag("small", "no difference")])
    between = f"{signed(found['low'])} … {signed(found['high'])}"
    return joined(
        [
            tag("b", signed(found["value"]), class_=kind),
            tag("small", between if sure else f"{between}, within error"),
        ]
    )


def _drawing(title: str, student: Interval, base: Interval | None) -> Html:
    said = f"{title}: student {share(student['value'])}"
    said += f", base {share(base['value'])}" if base else ""
    return tag(
        "svg",
        tag("title", said),
        Html('<path class="grid" d="M0 1V39M250 1V39M500 1V39M750 1V39M1000 1V39"/>'),
        _bar(student, "student", 13 if base else 20),
        _bar(base, "base", 27) if base else "",
        viewBox="0 0 1000 40",
        preserveAspectRatio="none",
        role="img",
        class_="interval",
    )


def _bar(found: Interval, kind: str, y: int) -> Html:
    low, value, high = (f"{1000 * found[key]:.0f}" for key in ("low", "value", "high"))
    return joined(
        [
            tag("path", d=f"M{low} {y}H{high}", class_=kind),
            tag("path", d=f"M{value} {y}h0", class_=f"{kind} dots"),
        ]
    )


def _asked(student: Mapping[str, Any], base: Mapping[str, Any] | None) -> Html:
    def told(part: Mapping[str, Any]) -> Html:
        counts = part["counts"]
        text = f"{whole(counts['answered'])} of {whole(counts['asked'])} answered, {whole(part['tokens'])} tokens"
        text += f", {whole(part['latency_ms'])} ms each (median)" if part["latency_ms"] is not None else ""
        return joined([tag("code", part["deployment"]), tag("br"), text])

    return pairs([("Student", told(student)), *([("Base", told(base))] if base else [])])


def _faults(student: Mapping[str, Any], base: Mapping[str, Any] | None) -> Html:
    ours, theirs = student["reasons"], (base or {}).get("reasons", {})
    names = sorted({*ours, *theirs}, key=lambda name: (-ours.get(name, 0), -theirs.get(name, 0), name))
    if not names:
        return Html("")
    head = ["First fault of an answer", "Student", *(["Base"] if base else [])]
    rows = [
        [tag("code", name), whole(ours.get(name, 0)), *([whole(theirs.get(name, 0))] if base else [])]
        for name in names[:_MOST_REASONS]
    ]
    more = len(names) - _MOST_REASONS
    below = tag("p", f"and {more} rarer ones", class_="axis") if more > 0 else ""
    return joined([table(head, rows, numbers=frozenset({1, 2})), below])
