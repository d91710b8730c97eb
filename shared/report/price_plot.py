"""Quality against price as a plot: each arm a dot with its interval, the price on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from shared.report.markup import Html, dollars, joined, share, tag
from shared.report.measures import ARMS, KINDS

_WIDTH, _HEIGHT = 1000, 300
_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)


def render(parts: Sequence[Mapping[str, Any]]) -> Html:
    """The plot of the arms whose price is known; what it lacks is said below it, nothing if none has a price."""
    priced = [part for part in parts if part["cost"]["usd_per_1000_plans"]]
    if not priced:
        return tag("p", "No price is known for any arm, so none is set against its quality.", class_="axis")
    prices = [part["cost"]["usd_per_1000_plans"] for part in priced]
    low, high = math.floor(math.log10(min(prices))), math.ceil(math.log10(max(prices)))
    high = high if high > low else low + 1

    def place(price: float) -> float:
        return (math.log10(price) - low) / (high - low)

    said = "; ".join(
        f"{ARMS.get(p['arm'], p['arm'])}: {share(p['metrics']['exact_plan']['value'])} at "
        f"{dollars(p['cost']['usd_per_1000_plans'])} for 1,000 plans"
        for p in priced
    )
    svg = tag(
        "svg",
        tag("title", "Exact plans against the price of 1,000 plans", id="price-title"),
        tag("desc", said, id="price-desc"),
        *(tag("path", d=f"M0 {_y(level)}H{_WIDTH}", class_="grid") for level in _LEVELS),
        *(_dot(part, place(part["cost"]["usd_per_1000_plans"])) for part in priced),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_labelledby="price-title price-desc",
    )
    levels = [tag("span", f"{level:.0%}", style=f"top:{100 * (1 - level):.2f}%") for level in _LEVELS]
    marks = [
        tag(
            "span",
            f"${10.0**power:,.{max(0, -power)}f}",
            style=f"left:{100 * (power - low) / (high - low):.2f}%",
        )
        for power in range(low, high + 1)
    ]
    plot = tag(
        "div",
        tag("div", *levels, class_="y"),
        tag("div", svg, class_="canvas"),
        tag("div", *marks, class_="x"),
        class_="plot",
    )
    legend = tag(
        "ul",
        *(tag("li", tag("i", class_=KINDS.get(p["arm"])), ARMS.get(p["arm"], p["arm"])) for p in priced),
        class_="legend",
    )
    return tag(
        "figure",
        tag("figcaption", "Exact plans against the price of 1,000 plans"),
        legend,
        plot,
        tag("p", _below(parts, priced), class_="axis"),
    )


def _below(parts: Sequence[Mapping[str, Any]], priced: Sequence[Mapping[str, Any]]) -> str:
    unknown = [ARMS.get(part["arm"], part["arm"]) for part in parts if part not in priced]
    hours = [part["cost"]["hosting_usd_per_hour"] for part in parts if part["cost"]["hosting_usd_per_hour"]]
    told = "US dollars by the list for 1,000 plans, on a logarithmic axis"
    told += f"; hosting at {dollars(hours[0])} an hour comes on top for the student" if hours else ""
    return told + (f"; no price is known for {', '.join(unknown)}" if unknown else "")


def _dot(part: Mapping[str, Any], place: float) -> Html:
    found, kind, x = part["metrics"]["exact_plan"], KINDS.get(part["arm"], ""), f"{_WIDTH * place:.1f}"
    return joined(
        [
            tag("path", d=f"M{x} {_y(found['low'])}V{_y(found['high'])}", class_=kind),
            tag("path", d=f"M{x} {_y(found['value'])}h0", class_=f"{kind} dots"),
        ]
    )


def _y(value: float) -> str:
    return f"{_HEIGHT * (1 - value):.1f}"
