"""The keywords of schemas that are kept, with forms of older drafts brought to draft 2020-12."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from shared.catalog.model import JsonSchema
from shared.catalog.schemas.patterns import is_fit
from shared.catalog.schemas.types import format_of, json_type
from shared.json_types import JSON_TYPES
from shared.scrub.text import scrub_text

ENUM_LIMIT = 500
_WRITTEN = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")


def schema_types(closed: JsonSchema) -> list[str]:
    """The types a closed schema allows, as a list; empty if any."""
    found = closed.get("type")
    return [found] if isinstance(found, str) else list(found or ())


def scalar_keywords(schema: dict[str, Any]) -> JsonSchema:
    """The valid keywords of `schema` without sub-schemas that are kept and apply to its type."""
    closed: JsonSchema = {}
    word = schema.get("type")
    if word is not None:
        if type(word) is str and word in JSON_TYPES:
            closed["type"] = word
        elif type(word) is list and len(word) == 2 and word[1] == "null" and word[0] in _TYPES_BUT_NULL:
            closed["type"] = [word[0], "null"]
        else:
            _type(closed, word)
    if not _HANDLED.isdisjoint(schema):
        for key in schema:
            if key in _HANDLERS:
                _HANDLERS[key](closed, key, schema[key], schema)
        if "format" not in closed and (kind := _encoded(schema)):
            closed |= {"type": closed.get("type", "string"), "format": kind}
        if schema.get("nullable") is True and "null" not in (types := schema_types(closed)) and types:
            closed["type"] = [*types, "null"]
        if type(word) is str and word in _OF_TYPE:
            return {key: value for key, value in closed.items() if key not in _OF_OTHERS[word]}
    return closed


_TYPES_BUT_NULL = sorted(JSON_TYPES - {"null"})
_OF_TYPE = {
    "string": frozenset(("minLength", "maxLength", "pattern")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    "array": frozenset(("minItems", "maxItems", "uniqueItems")),
    "object": frozenset(("minProperties", "maxProperties", "additionalProperties")),
}
_OF_TYPE["integer"] = _OF_TYPE["number"]
# What means nothing for a type.
_OF_OTHERS = {kind: frozenset().union(*_OF_TYPE.values()) - own for kind, own in _OF_TYPE.items()}
# What constrains a value by sub-schemas, or by names of fields.
CONDITIONS = frozenset(
    "not if dependentSchemas dependentRequired dependencies patternProperties propertyNames contains prefixItems "
    "additionalItems unevaluatedProperties unevaluatedItems contentSchema".split()
)


def _type(closed: JsonSchema, value: Any) -> None:
    words = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    found = list(dict.fromkeys([word for raw in words if (word := json_type(raw))]))
    if found:
        closed["type"] = found[0] if len(found) == 1 else found
    if len(words) == 1 and (form := format_of(words[0])):
        closed.setdefault("format", form)


def _number(closed: JsonSchema, key: str, value: Any, _schema: dict[str, Any]) -> None:
    if isinstance(value, str) and _WRITTEN.fullmatch(value):  # as some write numbers
        value = float(value) if "." in value else int(value)
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and (isinstance(value, float) or -(2**63) <= value < 2**64)  # what JSON is written of
    ):
        closed[key] = value


def _exclusive(closed: JsonSchema, key: str, value: Any, schema: dict[str, Any]) -> None:
    if value is True:  # the boolean form of OpenAPI 3.0 and Swagger
        value = schema.get("minimum" if key == "exclusiveMinimum" else "maximum")
    _number(closed, key, value, schema)


def _size(closed: JsonSchema, key: str, value: Any, _schema: dict[str, Any]) -> None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31:
        closed[key] = value


def _multiple(closed: JsonSchema, key: str, value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, int | float) and value > 0:
        _number(closed, key, value, schema)


def _pattern(closed: JsonSchema, key: str, value: Any, _schema: dict[str, Any]) -> None:
    if isinstance(value, str) and is_fit(value):
        closed[key] = value


def _format(closed: JsonSchema, key: str, value: Any, _schema: dict[str, Any]) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= 40 or scrub_text(value) != value:
        return
    if value.replace("-", "").replace("_", "").isalnum():
        closed[key] = value


def _encoded(schema: dict[str, Any]) -> str:
    """The format of content that a text encodes, as OpenAPI 3.0 calls it; "" if it is text."""
    if schema.get("type", "string") not in ("string", ["string"]):
        return ""
    if isinstance(word := schema.get("contentEncoding"), str) and word.lower().startswith("base64"):
        return "byte"
    media = schema.get("contentMediaType")
    is_text = (
        not isinstance(media, str) or media.startswith("text/") or media.endswith(("json", "xml", "yaml"))
    )
    return "" if is_text else "binary"


def _flag(closed: JsonSchema, key: str, value: Any, _schema: dict[str, Any]) -> None:
    if value is True:
        closed[key] = True


def _closed_object(closed: JsonSchema, key: str, value: Any, _schema: dict[str, Any]) -> None:
    if value is False:
        closed[key] = False


_HANDLERS: dict[str, Callable[[JsonSchema, str, Any, dict[str, Any]], None]] = {
    "format": _format,
    "minimum": _number,
    "maximum": _number,
    "exclusiveMinimum": _exclusive,
    "exclusiveMaximum": _exclusive,
    "minLength": _size,
    "maxLength": _size,
    "minItems": _size,
    "maxItems": _size,
    "minProperties": _size,
    "maxProperties": _size,
    "multipleOf": _multiple,
    "pattern": _pattern,
    "uniqueItems": _flag,
    "deprecated": _flag,
    "additionalProperties": _closed_object,
}
_HANDLED = frozenset((*_HANDLERS, "nullable", "contentEncoding", "contentMediaType"))
# A schema without any of these is no more than its type, its format and whether it may be null.
BEYOND_LEAF = (
    frozenset(
        ("properties", "required", "items", "enum", "const", "oneOf", "anyOf", "allOf", "$ref", "$dynamicRef")
    )
    | {"discriminator", "contentEncoding", "contentMediaType", *_HANDLERS}
    | CONDITIONS
) - {"format"}
# What shows a value that a schema may have.
SHOWING = frozenset(("example", "examples", "default"))
# All that a value may fail.
CONSTRAINTS = (BEYOND_LEAF | {"type", "format"}) - {
    "discriminator", "deprecated", "contentEncoding", "contentMediaType",
}  # fmt: skip
# Those without sub-schemas of which it is noted where they are not kept.
CHECKED = frozenset(_HANDLERS) - {"format", "deprecated", "additionalProperties"}


# What the value of a keyword is, where anything else cannot be read.
_FORMS: dict[str, tuple[type, ...]] = {
    "properties": (dict, type(None)),
    "items": (dict, list, bool, type(None)),
    "enum": (list, type(None)),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), (list, type(None))),
}


def asks_nothing(word: str, schema: dict[str, Any]) -> bool:
    """Whether a keyword constrains nothing: a flag that is not set, or a keyword for other types."""
    value = schema[word]
    if value in (None, False, "", []) or word == "additionalProperties" or (word, value) == ("type", "any"):
        return True
    if value is True and word in ("exclusiveMinimum", "exclusiveMaximum"):
        return word.removeprefix("exclusive").lower() not in schema
    kind = schema.get("type")
    return isinstance(kind, str) and word in _OF_OTHERS.get(json_type(kind), ())


def unkept(schema: dict[str, Any], closed: JsonSchema) -> list[str]:
    """The constraining keywords of a schema that are not in its closed form: scalars, and malformed ones."""
    missing = schema.keys() & CHECKED - closed.keys()
    found = [word for word in missing if not asks_nothing(word, schema)] if missing else []
    return found + malformed(schema)


def malformed(schema: dict[str, Any]) -> list[str]:
    """The keywords of a schema whose values have a form that cannot be read."""
    return [word for word in schema.keys() & _FORMS.keys() if not isinstance(schema[word], _FORMS[word])]
