"""Quality against price as a plot: each arm a dot with its interval, the price on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shared.report.figures import dollars, share
from shared.report.measures import KINDS, name_of
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_WIDTH, _HEIGHT = 1000, 300
_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)


def render(parts: Sequence[Mapping[str, Any]]) -> Markup:
    """The plot of the arms that have a price; what it lacks is said below it, a note if none has one."""
    priced = [one for one in parts if one["cost"]["usd_per_1000_plans"]]
    if not priced:
        return part("price_plot.html", dots=[], below=_without_price(parts))
    prices = [one["cost"]["usd_per_1000_plans"] for one in priced]
    low, high = math.floor(math.log10(min(prices))), math.ceil(math.log10(max(prices)))
    high = high if high > low else low + 1

    def place(price: float) -> float:
        return (math.log10(price) - low) / (high - low)

    return part(
        "price_plot.html",
        width=_WIDTH,
        height=_HEIGHT,
        said="; ".join(
            f"{name_of(one)}: {share(one['metrics']['exact_plan']['value'])} at "
            f"{dollars(one['cost']['usd_per_1000_plans'])} for 1,000 plans"
            for one in priced
        ),
        legend=[(KINDS.get(one["arm"], ""), name_of(one), "") for one in priced],
        levels=[(f"{100 * (1 - level):.2f}", f"{level:.0%}") for level in _LEVELS],
        places=[
            (f"{100 * (power - low) / (high - low):.2f}", f"${10.0**power:,.{max(0, -power)}f}")
            for power in range(low, high + 1)
        ],
        grid=[f"M0 {_y(level)}H{_WIDTH}" for level in _LEVELS],
        dots=[_dot(one, place(one["cost"]["usd_per_1000_plans"])) for one in priced],
        below=_below(parts),
    )


def _below(parts: Sequence[Mapping[str, Any]]) -> str:
    hours = [one["cost"]["hosting_usd_per_hour"] for one in parts if one["cost"]["hosting_usd_per_hour"]]
    told = [
        "US dollars by the list for 1,000 plans, on a logarithmic axis",
        f"hosting at {dollars(hours[0])} an hour comes on top for the student" if hours else "",
        _without_price(parts),
    ]
    return "; ".join(filter(None, told))


def _without_price(parts: Sequence[Mapping[str, Any]]) -> str:
    """Which arms are not in the plot, and why; "" for none."""
    reasons: dict[str, list[str]] = {}
    for one in parts:
        price = one["cost"]["usd_per_1000_plans"]
        if not one["counts"]["answered"]:
            reasons.setdefault("no answer came from", []).append(name_of(one))
        elif not price:
            why = "no price is known for" if price is None else "nothing was paid for"
            reasons.setdefault(why, []).append(name_of(one))
    return "; ".join(f"{why} {', '.join(names)}" for why, names in reasons.items())


def _dot(part: Mapping[str, Any], place: float) -> dict[str, str]:
    found, kind, x = part["metrics"]["exact_plan"], KINDS.get(part["arm"], ""), f"{_WIDTH * place:.1f}"
    return {
        "line": f"M{x} {_y(found['low'])}V{_y(found['high'])}",
        "dot": f"M{x} {_y(found['value'])}h0",
        "kind": kind,
    }


def _y(value: float) -> str:
    return f"{_HEIGHT * (1 - value):.1f}"
