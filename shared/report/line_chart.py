"""A line chart as inline SVG that fits any width: the drawing is stretched, its labels are text beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.report.curves import Point
from shared.report.markup import Html, joined, tag, whole

_WIDTH, _HEIGHT = 1000, 300
_TICKS = 5
_STEP_TICKS = 7
_NARROWEST = 1e-6
"""A difference below this share of the values is none."""

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Series:
    """One curve.

    Attributes:
        label: as the legend calls it.
        kind: its class in the style sheet.
        points: in the order of their steps.
        dots: whether each point is marked; a curve of one point always is.
        line: whether the points are joined.
    """

    label: str
    kind: str
    points: Sequence[Point]
    dots: bool = False
    line: bool = True


@dataclass(frozen=True, slots=True)
class Scale:
    """What an axis shows: from `low` to `high` with marks at `ticks`."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Where `value` is: 0 at `low`, 1 at `high`, and no further."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def scale(low: float, high: float, *, marks: int = _TICKS, whole_numbers: bool = False) -> Scale:
    """A scale that holds `low` and `high`, begins and ends at round values, and has at most `marks` + 2 marks."""
    if high - low < _NARROWEST * max(1.0, abs(low), abs(high)):
        low, high = (low - 0.5, low + 0.5) if not whole_numbers else (low, low + 1)
    width = (high - low) / marks
    size = 10.0 ** math.floor(math.log10(width))
    size *= next(step for step in _STEPS if step * size >= width * 0.999)
    if whole_numbers:
        size = max(1.0, round(size))
    first, last = math.floor(low / size + 1e-9), math.ceil(high / size - 1e-9)
    ticks = tuple(round(number * size, 10) for number in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def line_chart(
    title: str,
    description: str,
    series: Sequence[Series],
    *,
    name: str,
    y: Scale,
    y_format: Callable[[float], str],
    steps: int,
    epochs: int = 0,
) -> Html:
    """The chart with its legend.

    Args:
        title: what it shows, with the unit.
        description: the same in a sentence, for who does not see it.
        series: the curves; those without a point are left out.
        name: of the element, unique in the page.
        y: the vertical axis.
        y_format: of its numbers.
        steps: the last training step.
        epochs: passes over the data, marked where they end; 0 for none.
    """
    drawn = [one for one in series if one.points]
    x = _steps_scale(steps)
    ends = [number * steps / epochs for number in range(1, epochs)] if 1 < epochs <= 20 else []
    svg = tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", description, id=f"{name}-desc"),
        *(_level(y.place(tick)) for tick in y.ticks),
        *(_upright(x.place(end)) for end in ends),
        *(_drawing(one, x, y) for one in drawn),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )
    levels = [tag("span", y_format(t), style=f"top:{_percent(1 - y.place(t))}") for t in y.ticks]
    places = [tag("span", whole(t), style=f"left:{_percent(x.place(t))}") for t in x.ticks if t <= x.high]
    plot = tag(
        "div",
        tag("div", *levels, class_="y"),
        tag("div", svg, class_="canvas"),
        tag("div", *places, class_="x"),
        class_="plot",
    )
    below = "training step" + ("; dashed lines end an epoch" if ends else "")
    return tag("figure", tag("figcaption", title), _legend(drawn), plot, tag("p", below, class_="axis"))


def _steps_scale(steps: int) -> Scale:
    """From 0 to the last step exactly, so that the curve fills the drawing."""
    found = scale(0, max(steps, 1), marks=_STEP_TICKS, whole_numbers=True)
    return Scale(0, max(steps, 1), tuple(tick for tick in found.ticks if tick <= max(steps, 1)))


def _legend(series: Sequence[Series]) -> Html:
    return tag("ul", *(tag("li", tag("i", class_=one.kind), one.label) for one in series), class_="legend")


def _drawing(series: Series, x: Scale, y: Scale) -> Html:
    places = [(_x(x.place(step)), _y(y.place(value))) for step, value in series.points]
    parts = []
    if series.line and len(places) > 1:
        path = "M" + "L".join(f"{left} {top}" for left, top in places)
        parts.append(tag("path", d=path, class_=series.kind))
    if series.dots or len(places) == 1:
        # A line of no length with round ends is a dot that stretching leaves round.
        dots = "".join(f"M{left} {top}h0" for left, top in places)
        parts.append(tag("path", d=dots, class_=f"{series.kind} dots"))
    return joined(parts)


def _level(place: float) -> Html:
    return tag("path", d=f"M0 {_y(place)}H{_WIDTH}", class_="grid")


def _upright(place: float) -> Html:
    return tag("path", d=f"M{_x(place)} 0V{_HEIGHT}", class_="epoch")


def _x(place: float) -> str:
    return f"{_WIDTH * place:.1f}"


def _y(place: float) -> str:
    return f"{_HEIGHT * (1 - place):.1f}"


def _percent(place: float) -> str:
    return f"{100 * place:.2f}%"
