"""The JSON Schema that example values suggest."""

from __future__ import annotations

from typing import Any

from shared.catalog.decode.templated_text import MARK, is_untyped
from shared.catalog.model import JsonSchema
from shared.catalog.reading import Reading
from shared.catalog.schemas.types import placeholder_type, type_of_value
from shared.scrub.text import scrub_key

_ITEMS_LOOKED_AT = 12
_SHORT = 80
_STRING: JsonSchema = {"type": "string"}
_OF_TYPE: dict[type, JsonSchema] = {
    str: _STRING,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
}


def schema_of(value: Any, *, depth: int, nodes: int, reading: Reading | None = None) -> JsonSchema:
    """A schema that accepts `value` and its like: types only, nothing required, `{}` for null.

    At most `depth` levels and `nodes` sub-schemas; what lies beyond is left open, and counted by `reading`.
    """
    left = [nodes, 0]
    found = _infer(value, depth, left)
    if left[1] and reading is not None:
        reading.count("schema_cut", "example")
    return found


def _infer(value: Any, depth: int, left: list[int]) -> JsonSchema:
    left[0] -= 1
    scalar = _OF_TYPE.get(type(value))
    if scalar is _STRING:
        return {} if is_untyped(value) else placeholder_type(value) or _STRING
    if scalar is not None:
        return scalar
    word = type_of_value(value)
    if not word:
        return {}
    if depth <= 0 or left[0] <= 0:
        left[1] += bool(value)
        return {"type": word}
    if word == "array":
        return _infer_array(value, depth, left)
    properties = {}
    for key, item in value.items():
        if left[0] <= 0:
            left[1] += 1
            break
        properties[scrub_key(str(key).lstrip(MARK))] = _infer(item, depth - 1, left)
    return {"type": "object", "properties": properties} if properties else {"type": "object"}


def _infer_array(value: Any, depth: int, left: list[int]) -> JsonSchema:
    items: JsonSchema | None = None
    left[1] += any(isinstance(item, dict | list) for item in value[_ITEMS_LOOKED_AT:])
    for item in value[:_ITEMS_LOOKED_AT]:
        found = _infer(item, depth - 1, left)
        items = found if items is None else merge(items, found)
    return {"type": "array", "items": items} if items else {"type": "array"}


def with_examples(schema: JsonSchema, value: Any) -> JsonSchema:
    """`schema`, which `schema_of` made of a value, with the short scalars of `value` as examples of its leaves.

    `value` is fit to be kept (scrubbed); where it differs in shape from what the schema was made of, nothing is added.
    """
    if isinstance(value, dict) and "properties" in schema:
        properties = {
            name: with_examples(node, value[name]) if name in value else node
            for name, node in schema["properties"].items()
        }
        return {**schema, "properties": properties}
    if isinstance(value, list) and value and isinstance(schema.get("items"), dict):
        return {**schema, "items": with_examples(schema["items"], value[0])}
    is_said = (
        isinstance(value, str)
        and 0 < len(value) <= _SHORT
        and "{{" not in value
        and placeholder_type(value) is None
    )
    is_short = isinstance(value, bool | int | float) or is_said
    if is_short and "enum" not in schema and schema.get("type") == type_of_value(value):
        return {**schema, "examples": [value]}
    return schema


def merge(one: JsonSchema, other: JsonSchema) -> JsonSchema:
    """A schema that accepts what either of two inferred schemas accepts."""
    if one == other:
        return one
    if not one or not other:
        return {}
    kinds = {one.get("type"), other.get("type")}
    if kinds == {"integer", "number"}:
        return {"type": "number"}
    if len(kinds) > 1:
        return {}
    if "properties" in one and "properties" in other:
        properties = dict(one["properties"])
        for key, item in other["properties"].items():
            properties[key] = merge(properties[key], item) if key in properties else item
        return {"type": "object", "properties": properties}
    if "items" in one and "items" in other:
        return {"type": "array", "items": merge(one["items"], other["items"])}
    # An empty list or object says nothing of what others hold.
    return next(
        (said for said in (one, other) if "items" in said or "properties" in said), {"type": one["type"]}
    )
