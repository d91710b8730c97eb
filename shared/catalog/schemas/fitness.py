"""Checks documented values against their schemas, by the same rules as plans."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from shared.catalog.model import JsonSchema
from shared.catalog.schemas.refs import VALUES
from shared.json_types import FORMAT_ALIASES

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_TIME = re.compile(
    r"([01]\d|2[0-3]):[0-5]\d(:([0-5]\d|60)(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?", re.IGNORECASE
)
# Keywords that a value has by being of the type, or one of the values, that it was brought to.
_TOLD_BY_TYPE = frozenset(("type", "enum", "deprecated", "examples"))
_RANGES = {"int32": range(-(2**31), 2**31), "int64": range(-(2**63), 2**63)}


def is_time(text: str) -> bool:
    """Whether a text is a time of day, with or without seconds and offset."""
    return _TIME.fullmatch(text) is not None


def fits(value: Any, schema: JsonSchema, *, formats: bool = True) -> bool:
    """Whether `value`, which has the type of a closed schema, satisfies what else it asks for, its formats too."""
    if _TOLD_BY_TYPE.issuperset(schema):
        return True
    if formats and isinstance(value, int) and value not in _RANGES.get(schema.get("format", ""), (value,)):
        return False
    known = _compiled(orjson.dumps(schema), formats)
    return known is None or known.is_valid(value)


@lru_cache(maxsize=4_096)
def _compiled(encoded: bytes, formats: bool) -> Draft202012Validator | None:
    """A validator of the schema; None where it cannot be compiled."""
    try:
        return validator(_with_standard_formats(orjson.loads(encoded)), formats=formats)
    except ValueError:
        return None


def _with_standard_formats(schema: Any) -> Any:
    """A schema with the standard names of formats at all levels."""
    if isinstance(schema, list):
        return [_with_standard_formats(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {word: one if word in VALUES else _with_standard_formats(one) for word, one in schema.items()}
    word = made.get("format")
    return {**made, "format": FORMAT_ALIASES.get(word, word)} if isinstance(word, str) else made


def validator(schema: JsonSchema, *, formats: bool = True) -> Draft202012Validator:
    """A validator that matches patterns in linear time and knows times of day.

    Raises ValueError if `schema` is not a valid schema.
    """
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(
        schema,
        validate_formats=formats,
        formats={"time": is_time},
        pattern_options=jsonschema_rs.RegexOptions(),
    )
