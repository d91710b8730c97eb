"""The intersection of schemas that all hold at once: `allOf`, and keywords beside a reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from shared.catalog.schemas.types import json_type

# What says nothing of a value; the word of the nearest schema wins.
ANNOTATIONS = frozenset(
    "title description default example examples x-example deprecated readOnly writeOnly nullable".split()
)
# What is collected besides, and never met keyword by keyword.
STRUCTURE = frozenset(("$ref", "$dynamicRef", "allOf", "oneOf", "anyOf", "properties", "required"))

_BOUNDS = [(f"min{word}", f"max{word}") for word in ("imum", "Length", "Items", "Properties")]

type Conflict = Callable[[str], None]
type Part = dict[str, Any]


def met(parts: Sequence[Part], conflict: Conflict) -> dict[str, Any]:
    """The keywords of all parts, which come nearest first: a value must satisfy each of them.

    Where no value could, the nearest stays and `conflict` is told the keyword.
    """
    found: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if key in STRUCTURE:
                continue
            if key not in found:
                found[key] = value
            elif (meet := _MEETS.get(key)) is not None and found[key] != value:
                kept = meet(found[key], value)
                if kept is _NONE:
                    conflict(key)
                else:
                    found[key] = kept
    if "const" in found and "enum" in found:
        listed = found.pop("enum")
        if isinstance(listed, list) and found["const"] not in listed:
            conflict("const")
    for least, most in _BOUNDS:
        if least in found and most in found and _is_above(found[least], found[most]):
            conflict(least)
    return found


def _is_above(one: Any, other: Any) -> bool:
    """Whether both are numbers and the first is greater."""
    numbers = [
        value for value in (one, other) if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return len(numbers) == 2 and numbers[0] > numbers[1]


def met_properties(parts: Sequence[Part], in_order: Sequence[Part]) -> dict[Any, Any]:
    """The fields of all parts in the order of the document; a field of several parts is the `allOf` of them."""
    names: dict[Any, Any] = {}
    for part in in_order:
        if isinstance(own := part.get("properties"), dict):
            names |= dict.fromkeys(own)
    for name in names:
        holders = [part["properties"][name] for part in parts if name in _fields(part)]
        distinct = [one for place, one in enumerate(holders) if one not in holders[:place]]
        names[name] = distinct[0] if len(distinct) == 1 else {"allOf": distinct}
    return names


def _fields(part: Part) -> dict[Any, Any]:
    own = part.get("properties")
    return own if isinstance(own, dict) else {}


_NONE = object()


def _words(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [word for raw in listed if (word := json_type(raw))]


def _types(one: Any, other: Any) -> Any:
    ours, theirs = _words(one), _words(other)
    if not ours or not theirs:
        return one if ours else other
    kept = [word for word in ours if word in theirs or (word == "integer" and "number" in theirs)]
    if "number" in ours and "integer" in theirs and "integer" not in kept:
        kept.append("integer")
    return (kept[0] if len(kept) == 1 else kept) if kept else _NONE


def _values(one: Any, other: Any) -> Any:
    if not isinstance(one, list) or not isinstance(other, list):
        return one if isinstance(one, list) else other
    return [value for value in one if value in other] or _NONE


def _same(one: Any, other: Any) -> Any:
    return one if one == other else _NONE


def _tighter(choose: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def meet(one: Any, other: Any) -> Any:
        if isinstance(one, bool) or isinstance(other, bool):
            return one if not isinstance(one, bool) else other
        numbers = [value for value in (one, other) if isinstance(value, int | float)]
        return choose(*numbers) if len(numbers) == 2 else numbers[0] if numbers else one

    return meet


def _or(one: Any, other: Any) -> Any:
    return True if one is True or other is True else one


def _both(one: Any, other: Any) -> Any:
    """One sub-schema for two that both hold; `true` allows anything and `false` nothing."""
    if one is False or other is False:
        return False
    schemas = [value for value in (one, other) if isinstance(value, dict)]
    return {"allOf": schemas} if len(schemas) == 2 else schemas[0] if schemas else one


_MEETS: dict[str, Callable[[Any, Any], Any]] = {
    "type": _types,
    "enum": _values,
    "const": _same,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _tighter(max)),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _tighter(min)),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly", "nullable"), _or),
    **dict.fromkeys(("additionalProperties", "items"), _both),
    "format": _same,
}
