"""A plan as a drawing: each step a box, each dependency a line that tells what is handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.plan.references import Use, find

_WIDE, _HIGH = 184, 44
_BETWEEN, _BELOW = 112, 26
_EDGE = 8
_NAME_LETTERS, _LABEL_LETTERS = 22, 16


@dataclass(frozen=True, slots=True)
class Box:
    """A step: its index, the operation it calls, without its folder and cut to the box, and the box's corner."""

    index: int
    name: str
    whole_name: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A dependency: the path of the line and, over its middle, what is handed over."""

    path: str
    label: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing in units of a pixel; `said` is the same in a sentence."""

    width: int
    height: int
    boxes: Sequence[Box]
    lines: Sequence[Line]
    said: str
    box_width: int = _WIDE
    box_height: int = _HIGH


def graph(steps: Sequence[Mapping[str, Any]]) -> Graph:
    """The drawing of a plan whose steps depend on earlier ones only; anything else is left out of it."""
    known = {step["index"] for step in steps}
    before = {
        step["index"]: sorted({n for n in step.get("depends_on", []) if n in known and n < step["index"]})
        for step in steps
    }
    column: dict[int, int] = {}
    for index in sorted(before):
        column[index] = max((column[other] + 1 for other in before[index]), default=0)
    row: dict[int, int] = {}
    filled: dict[int, int] = {}
    for index in sorted(before):
        wanted = min((row[other] for other in before[index]), default=0)
        row[index] = max(wanted, filled.get(column[index], 0))
        filled[column[index]] = row[index] + 1
    boxes = {
        step["index"]: Box(
            step["index"],
            _cut(step["api"].rpartition(".")[2] or step["api"], _NAME_LETTERS),
            step["api"],
            _EDGE + column[step["index"]] * (_WIDE + _BETWEEN),
            _EDGE + 14 + row[step["index"]] * (_HIGH + _BELOW),
        )
        for step in steps
    }
    handed = {step["index"]: _handed(step) for step in steps}
    lines = [
        _line(boxes[other], boxes[index], handed[index].get(other, []))
        for index in sorted(before)
        for other in before[index]
    ]
    width = max((box.x for box in boxes.values()), default=0) + _WIDE + _EDGE
    height = max((box.y for box in boxes.values()), default=0) + _HIGH + _EDGE
    return Graph(width, height, list(boxes.values()), lines, _said(steps, before))


def _handed(step: Mapping[str, Any]) -> dict[int, list[str]]:
    """The paths that a step takes from each earlier one."""
    found: dict[int, list[str]] = {}
    for use in find(step["arguments"]):
        if isinstance(use, Use):
            paths = found.setdefault(use.reference.step, [])
            if use.reference.path not in paths:
                paths.append(use.reference.path)
    return found


def _line(start: Box, end: Box, paths: Sequence[str]) -> Line:
    x, y, to_x, to_y = start.x + _WIDE, start.y + _HIGH // 2, end.x, end.y + _HIGH // 2
    bend = _BETWEEN // 2
    label = _cut(paths[0], _LABEL_LETTERS) if paths else ""
    more = f" +{len(paths) - 1}" if len(paths) > 1 else ""
    path = f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x - 2} {to_y}"
    return Line(path, label + more, to_x - _BETWEEN // 2, to_y - 7)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _said(steps: Sequence[Mapping[str, Any]], before: Mapping[int, Sequence[int]]) -> str:
    parts = [
        f"{step['index']} {step['api']}"
        + (
            f" after {', '.join(str(other) for other in before[step['index']])}"
            if before[step["index"]]
            else ""
        )
        for step in steps
    ]
    return f"{len(steps)} {'step' if len(steps) == 1 else 'steps'}: " + "; ".join(parts)
