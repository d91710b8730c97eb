"""Documented values in the type that the document declares for them, where nothing is lost by it."""

from __future__ import annotations

import math
import re
from typing import Any

from shared.catalog.model import JsonSchema
from shared.json_types import NAME_OF

_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
# Hexadecimal and octal, as YAML 1.2 has them.
_WRITTEN_OTHERWISE = re.compile(r"0x[0-9a-fA-F]{1,15}|0o[0-7]{1,20}")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")
_MISFIT = object()


def text_of(value: Any) -> str | None:
    """The text that a scalar has in JSON, text as it is; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def fitted(value: Any, schema: JsonSchema) -> Any:
    """`value` converted to a type of the (closed) `schema`; None if no conversion is without loss."""
    types = schema.get("type")
    if types is None or types == NAME_OF.get(type(value)):
        return value
    found = _converted(value, [types] if isinstance(types, str) else types)
    return None if found is _MISFIT else found


def fit_enum(schema: JsonSchema) -> None:
    """Bring `enum` of a closed schema to its `type`; where a member has no such form, the type goes instead.

    A null stays as it is: beside a type without null it is merely never sent.
    """
    types = schema.get("type")
    if types is None:
        return
    words = [types] if isinstance(types, str) else types
    if {NAME_OF.get(kind) for kind in {*map(type, schema["enum"])}} <= {*words}:
        return
    kept = [value if value is None else _converted(value, words) for value in schema["enum"]]
    if any(value is _MISFIT for value in kept):
        del schema["type"]
    elif any(type(one) is not type(other) for one, other in zip(kept, schema["enum"], strict=True)):
        unique = {(type(value), repr(value)): value for value in kept}
        schema["enum"] = list(unique.values())


def _converted(value: Any, types: list[str]) -> Any:
    word = NAME_OF.get(type(value), "")
    if word in types or (word == "integer" and "number" in types):
        return value
    if word == "number" and "integer" in types and math.isfinite(value) and value == int(value):
        return int(value)
    if word == "integer" and "boolean" in types and value in (0, 1):
        return value == 1
    if "string" in types and (text := text_of(value)) is not None:
        return text
    return _from_text(value, types) if word == "string" else _MISFIT


def _from_text(text: str, types: list[str]) -> Any:
    if "integer" in types and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in types and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    if "boolean" in types and (word := text.lower()) in ("true", "false"):
        return word == "true"
    if "integer" in types and _WRITTEN_OTHERWISE.fullmatch(text):
        return int(text, 0)
    return _MISFIT
