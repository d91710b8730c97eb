"""Documented limits of an argument: whether people speak of them, and how the catalog puts them."""

from __future__ import annotations

import re

from shared.catalog.model import Parameter

_HANDFUL, _SPOKEN = 5, 100_000
_SAID = re.compile(
    r"\b(?:max(?:imum)?|at most|up to|no more than|at least|min(?:imum)?)\b[^.]{0,40}?(?P<value>\d[\d,]*)"
    r"|\bbetween \d[\d,.]*\b[^.]{0,40}?\band \d[\d,]*",
    re.IGNORECASE,
)
_LOWEST = re.compile(r"at least|min", re.IGNORECASE)


def has_bound(parameter: Parameter) -> bool:
    """Whether a documented limit is one that people speak of: of a number or a handful of things, not of characters."""
    schema = parameter.schema
    if parameter.type == "array":
        return isinstance(schema.get("maxItems"), int) and schema["maxItems"] <= _HANDFUL
    return parameter.type in ("integer", "number") and bool(_of_schema(parameter) or _in_text(parameter))


def bound_in_words(parameter: Parameter) -> str:
    """` (documented: maximum 50)`: the limits of an argument as the catalog puts them, "" if there are none."""
    said = [f"{key} {value}" for key, value in _of_schema(parameter).items()] or _in_text(parameter)
    return f" (documented: {', '.join(said)})" if said else ""


def _of_schema(parameter: Parameter) -> dict[str, float]:
    """The limits that the schema gives; one to none or one is no limit that anybody meets."""
    keys = ("maxItems",) if parameter.type == "array" else ("minimum", "maximum")
    found = {key: parameter.schema[key] for key in keys if isinstance(parameter.schema.get(key), int | float)}
    if found.get("minimum") in (0, 1):
        del found["minimum"]
    return found if any(abs(value) < _SPOKEN for value in found.values()) else {}


def _in_text(parameter: Parameter) -> list[str]:
    """The limits that the description gives."""
    return [
        match[0]
        for match in _SAID.finditer(parameter.description)
        if not (_LOWEST.match(match[0]) and match["value"] in ("0", "1"))
    ]
