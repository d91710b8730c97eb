"""The training's measurements as curves, read from `metrics.csv` and thinned out to what can be seen."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.finetune.figures import told
from shared.finetune.results import COLUMNS

Point = tuple[int, float]
"""Step and value."""

MOST_POINTS = 400
"""More do not show on a screen; a longer curve keeps the lowest and the highest value of each stretch."""

_TABLE_ROWS = 15
_SMOOTHING = 40
"""The smoothed curve averages a fortieth of all steps round each of them."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Every column of `metrics.csv` as the points it has, in the order of the steps.

    Attributes:
        points: by column (see `results.COLUMNS`); a column without a value is empty.
        steps: the highest step, 0 without any.
    """

    points: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    steps: int = 0

    def of(self, column: str) -> Sequence[Point]:
        """The column's points."""
        return self.points.get(column, ())

    def last(self, column: str) -> float | None:
        """The column's last value, None without one."""
        points = self.of(column)
        return points[-1][1] if points else None

    def rows(self) -> list[tuple[int, dict[str, float]]]:
        """At most some thirty steps with their values: ends of epochs, evenly spread ones, and the last."""
        by_step: dict[int, dict[str, float]] = {}
        for column, points in self.points.items():
            for step, value in points:
                by_step.setdefault(step, {})[column] = value
        ends = [step for step, _ in self.of("full_valid_loss")]
        measured = [step for step, _ in self.of("valid_loss")] or sorted(by_step)
        chosen = {*_spread(ends), *_spread(measured), *_spread(sorted(by_step), 1)}
        return [(step, by_step[step]) for step in sorted(chosen)]


def read_curves(metrics: bytes) -> Curves:
    """The curves in a `metrics.csv`; whatever is no finite number is a missing value."""
    rows = csv.reader(io.StringIO(metrics.decode(errors="replace")))
    places = {name: place for place, name in enumerate(next(rows, []))}
    points: dict[str, list[Point]] = {column: [] for column in COLUMNS[1:]}
    wanted = [(places[column], found) for column, found in points.items() if column in places]
    highest, at = 0, places.get("step", len(places))
    for row in rows:
        step = _number(row[at]) if at < len(row) else None
        if step is None:
            continue
        highest = max(highest, int(step))
        for place, found in wanted:
            value = _number(row[place]) if place < len(row) else None
            if value is not None:
                found.append((int(step), value))
    return Curves(points, highest)


_OF_EVENTS = {
    "train_loss": "train_loss",
    "valid_loss": "valid_loss",
    "train_token_accuracy": "train_mean_token_accuracy",
}


def curves_of_events(events: Iterable[Mapping[str, Any]]) -> Curves:
    """The curves of a training that still goes on, as its events tell them."""
    by_step: dict[int, dict[str, float]] = {}
    for event in events:
        found = told(event)
        if "step" in found:
            values = {name: float(found[name]) for name in _OF_EVENTS if name in found}
            by_step.setdefault(int(found["step"]), {}).update(values)
    points = {
        column: [(step, by_step[step][name]) for step in sorted(by_step) if name in by_step[step]]
        for name, column in _OF_EVENTS.items()
    }
    return Curves(points, max(by_step, default=0))


def smoothed(points: Sequence[Point]) -> list[Point]:
    """The mean of the steps round each step; the same points where there are too few to smooth."""
    reach = len(points) // _SMOOTHING // 2
    sums = [0.0]
    for _, value in points:
        sums.append(sums[-1] + value)
    found = []
    for place, (step, _) in enumerate(points):
        first, end = max(0, place - reach), min(len(points), place + reach + 1)
        found.append((step, (sums[end] - sums[first]) / (end - first) if reach else points[place][1]))
    return found


def thinned(points: Sequence[Point]) -> list[Point]:
    """At most 400 points of a curve: the lowest and the highest of each stretch, in their order."""
    if len(points) <= MOST_POINTS:
        return list(points)
    return [point for stretch in _stretches(points, MOST_POINTS // 2) for point in _extremes(stretch)]


def _spread(steps: Sequence[int], most: int = _TABLE_ROWS) -> list[int]:
    """At most `most` of the steps, the last among them."""
    count = min(len(steps), most)
    return [steps[-1 - place * len(steps) // count] for place in range(count)]


def _stretches(points: Sequence[Point], count: int) -> Iterator[Sequence[Point]]:
    for number in range(count):
        yield points[number * len(points) // count : (number + 1) * len(points) // count]


def _extremes(stretch: Sequence[Point]) -> list[Point]:
    low = min(stretch, key=lambda point: point[1])
    high = max(stretch, key=lambda point: point[1])
    return sorted({low, high})


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e9 else None
