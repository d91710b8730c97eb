"""Numbers for parameters, and pairs of bounds in their order."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from local.openai_emulator.planning.value_makers import RANGES
from local.openai_emulator.planning.world import World
from shared.identifiers import words_of

_DATE_TIME_OR_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:]+Z?)?")
_BOUNDS = (
    ("start", "end"),
    ("from", "to"),
    ("since", "until"),
    ("after", "before"),
    ("begin", "end"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("lower", "upper"),
    ("gte", "lte"),
)
_SCALES = frozenset("rating stars score k top page".split())
"""Last words of names whose usual range says more than twice an example."""


def number_value(schema: dict[str, Any], name: str, rng: Random, world: World, *, whole: bool) -> int | float:
    """A number that is valid for a schema, of the usual range of what is called `name`."""
    low, high = _bounds(schema, name)
    if "exclusiveMinimum" in schema and schema["exclusiveMinimum"] is not True:
        low = max(low, schema["exclusiveMinimum"] + (1 if whole else 0.01))
    elif schema.get("exclusiveMinimum") is True:
        low += 1 if whole else 0.01
    if "exclusiveMaximum" in schema and schema["exclusiveMaximum"] is not True:
        high = min(high, schema["exclusiveMaximum"] - (1 if whole else 0.01))
    high = max(low, high)
    step = schema.get("multipleOf")
    if isinstance(step, int | float) and step > 0 and (whole or step >= 1):
        first = -(-low // step)
        return type(step)(step * rng.randint(int(first), max(int(first), int(high // step))))
    if whole:
        if "timestamp" in name.lower() and "maximum" not in schema:
            return int(world.start.timestamp())
        return rng.randint(int(-(-low // 1)), max(int(-(-low // 1)), int(high // 1)))
    return round(rng.uniform(low, high), 2) if high - low > 0.1 else low


def _bounds(schema: dict[str, Any], name: str) -> tuple[float, float]:
    spoken = words_of(name)
    low, high = RANGES.get(spoken[-1] if spoken else "", (1, 60))
    if "minimum" not in schema and "maximum" not in schema:
        example = schema.get("example")
        if spoken and spoken[-1] in _SCALES and not isinstance(example, float):
            return low, high
        if isinstance(example, float) and 0 < example <= 1:
            return round(example * 0.6, 2), round(min(1.0, example * 1.3), 2)
        if isinstance(example, int | float) and not isinstance(example, bool) and 1 < example <= 10_000:
            return max(1, int(example * 0.5)), int(example * 1.6) + 1
        return low, high
    floor, ceiling = schema.get("minimum"), schema.get("maximum")
    if floor is not None and ceiling is not None:
        usual = max(floor, low), min(ceiling, high)
        return usual if usual[0] <= usual[1] else (floor, ceiling)
    if floor is not None:
        return max(floor, low), max(floor + 40, high)
    assert ceiling is not None
    return min(ceiling, low), min(ceiling, high)


def order_bounds(values: dict[str, Any]) -> None:
    """Exchange the values of pairs such as `start_date` and `end_date` whose lower end is the higher, at any depth."""
    names = {words_of(name): name for name in values}
    for spoken, name in names.items():
        for low, high in _BOUNDS:
            other = (
                names.get(tuple(high if word == low else word for word in spoken)) if low in spoken else None
            )
            if (
                other is not None
                and type(values[name]) is type(values[other])
                and isinstance(values[name], int | str | float)
            ):
                values[name], values[other] = sorted((values[name], values[other]))
    for value in values.values():
        if isinstance(value, dict):
            order_bounds(value)
        elif (
            isinstance(value, list) and value and all(_DATE_TIME_OR_DATE.fullmatch(str(one)) for one in value)
        ):
            value.sort()
