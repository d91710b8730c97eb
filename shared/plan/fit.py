"""Whether a value known only by its schema can be handed to a parameter: types, formats, enums, structure."""

from __future__ import annotations

from typing import Any

from shared.json_types import FORMAT_ALIASES, SCALARS
from shared.plan.json_text import shown
from shared.plan.schema_paths import branches, declared_types, types

_DEPTH = 4
_NUMBERS = frozenset({"integer", "number"})
COMPARABLE_FORMATS = frozenset(
    {"date-time", "date", "time", "uuid", "email", "uri", "ipv4", "ipv6", "hostname", "duration"}
)
"""Formats of which a value of the one is never a value of another."""
_SAME_FORMAT = {**FORMAT_ALIASES, "iri": "uri", "idn-email": "email"}


def misfit(producer: list[Any], consumer: Any, *, as_text: bool) -> str:
    """Why no value of any of the `producer` schemas fits the `consumer` schema; "" if one can.

    Args:
        producer: schemas that the value may have.
        consumer: schema of the parameter.
        as_text: the request carries the value as text (path, query, header, form), so any scalar fits a string.
    """
    return "" if _fits(producer, consumer, as_text, 0) else _reason(producer, consumer)


def _fits(producer: list[Any], consumer: Any, as_text: bool, depth: int) -> bool:
    if depth > _DEPTH:
        return True
    given = [branch for schema in producer for branch in branches(schema)]
    if not types(producer):
        return True
    accepted = list(branches(consumer))
    if not types([consumer]):
        return True
    return any(
        _branch_fits(one, other, as_text, depth)
        for one in given
        for other in accepted
        if declared_types(one) and declared_types(other)
    )


def _branch_fits(given: dict[str, Any], accepted: dict[str, Any], as_text: bool, depth: int) -> bool:
    kinds = declared_types(given) - {"null"}
    wanted = declared_types(accepted) - {"null"}
    if not kinds or not wanted:
        return True
    if as_text and "string" in wanted and kinds & (SCALARS - {"string"}):
        return not accepted.get("enum")
    both = kinds & wanted
    if not both and not (kinds & _NUMBERS and wanted & _NUMBERS):
        return False
    if both == {"string"} and not _same_format(given, accepted):
        return False
    if not _enums_meet(given, accepted):
        return False
    if both == {"array"} and isinstance(given.get("items"), dict) and isinstance(accepted.get("items"), dict):
        return _fits([given["items"]], accepted["items"], False, depth + 1)
    return both != {"object"} or _object_fits(given, accepted, depth)


def _same_format(given: dict[str, Any], accepted: dict[str, Any]) -> bool:
    one, other = (
        _SAME_FORMAT.get(schema.get("format", ""), schema.get("format")) for schema in (given, accepted)
    )
    return one == other or one not in COMPARABLE_FORMATS or other not in COMPARABLE_FORMATS


def _enums_meet(given: dict[str, Any], accepted: dict[str, Any]) -> bool:
    one, other = _values(given), _values(accepted)
    return one is None or other is None or any(value in other for value in one)


def _values(schema: dict[str, Any]) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) and values else None


def _object_fits(given: dict[str, Any], accepted: dict[str, Any], depth: int) -> bool:
    has, wants = given.get("properties"), accepted.get("properties")
    if not isinstance(has, dict) or not isinstance(wants, dict) or given.get("additionalProperties"):
        return True
    required = accepted.get("required")
    needed = [name for name in (required if isinstance(required, list) else []) if isinstance(name, str)]
    return all(name in has for name in needed) and all(
        _fits([has[name]], wants[name], False, depth + 1) for name in needed if name in wants
    )


def _reason(producer: list[Any], consumer: Any) -> str:
    return f"it is {describe(producer)}, but {describe([consumer])} is wanted"


def describe(schemas: list[Any]) -> str:
    """The types of `schemas` in words: `string (date-time)`, `integer or null`, `string, one of "a", "b"`."""
    words: dict[str, None] = {}
    for schema in schemas:
        for branch in branches(schema):
            words.setdefault(_branch_words(branch))
    return " or ".join(words) or "any value"


def _branch_words(branch: dict[str, Any]) -> str:
    word = " or ".join(sorted(declared_types(branch))) or "any value"
    if isinstance(branch.get("format"), str):
        word += f" ({branch['format']})"
    values = _values(branch)
    if values:
        word += f", one of {', '.join(map(shown, values[:8]))}{', …' if len(values) > 8 else ''}"
    elif "array" in word and isinstance(branch.get("items"), dict):
        inner = sorted(types([branch["items"]]))
        word += f" of {' or '.join(inner)}" if inner else ""
    return word
