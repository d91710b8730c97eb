"""A line chart as inline SVG that fits any width: the drawing is stretched, its labels are text beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.report.curves import Point
from shared.report.figures import whole
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_WIDTH, _HEIGHT = 1000, 300
_TICKS = 5
_STEP_TICKS = 7
_NARROWEST = 1e-6
"""Values that differ by less than this share of them count as equal."""

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
) -> Markup:
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
    grid = [(f"M0 {_y(y.place(tick))}H{_WIDTH}", "grid") for tick in y.ticks]
    uprights = [(f"M{_x(x.place(end))} 0V{_HEIGHT}", "epoch") for end in ends]
    return part(
        "line_chart.html",
        title=title,
        description=description,
        name=name,
        width=_WIDTH,
        height=_HEIGHT,
        legend=[(one.kind, one.label, "") for one in drawn],
        levels=[(_percent(1 - y.place(tick)), y_format(tick)) for tick in y.ticks],
        places=[(_percent(x.place(tick)), whole(tick)) for tick in x.ticks if tick <= x.high],
        paths=[*grid, *uprights, *(path for one in drawn for path in _drawing(one, x, y))],
        below="training step" + ("; dashed lines end an epoch" if ends else ""),
    )


def _steps_scale(steps: int) -> Scale:
    """From 0 to the last step exactly, so that the curve fills the drawing."""
    found = scale(0, max(steps, 1), marks=_STEP_TICKS, whole_numbers=True)
    return Scale(0, max(steps, 1), tuple(tick for tick in found.ticks if tick <= max(steps, 1)))


def _drawing(series: Series, x: Scale, y: Scale) -> list[tuple[str, str]]:
    """The paths of a curve with their classes."""
    places = [(_x(x.place(step)), _y(y.place(value))) for step, value in series.points]
    paths = []
    if series.line and len(places) > 1:
        paths.append(("M" + "L".join(f"{left} {top}" for left, top in places), series.kind))
    if series.dots or len(places) == 1:
        # A line of no length with round ends is a dot that stretching leaves round.
        paths.append(("".join(f"M{left} {top}h0" for left, top in places), f"{series.kind} dots"))
    return paths


def _x(place: float) -> str:
    return f"{_WIDTH * place:.1f}"


def _y(place: float) -> str:
    return f"{_HEIGHT * (1 - place):.1f}"


def _percent(place: float) -> str:
    return f"{100 * place:.2f}"
