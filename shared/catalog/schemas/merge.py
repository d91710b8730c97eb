"""`allOf` as one schema, and variants that are one value each as one `enum`."""

from __future__ import annotations

from typing import Any

from shared.catalog.schemas.keywords import ENUM_LIMIT
from shared.catalog.schemas.refs import Refs

_MAX_PARTS = 64
# What a variant may say that is no more than a value of its own.
_OF_A_VALUE = frozenset(("const", "enum", "type", "format", "title", "description", "deprecated"))


def merge_all_of(schema: dict[str, Any], refs: Refs) -> dict[str, Any]:
    """`schema` with its `allOf` (nested ones too) merged in: properties and `required` united, first word wins.

    References inside properties stay; a part that leads back to itself counts once.
    """
    merged: dict[str, Any] = {}
    _add(schema, merged, refs, set())
    return merged


def merge_values(schema: dict[str, Any]) -> dict[str, Any]:
    """`schema` itself, or with an `enum` for variants that are values, as OpenAPI 3.1 describes each value of one.

    The type that all of them have becomes that of the schema, unless it has one.
    """
    word = "oneOf" if schema.get("oneOf") else "anyOf"
    variants = schema.get(word)
    if not isinstance(variants, list) or not 0 < len(variants) <= ENUM_LIMIT:
        return schema
    first = variants[0]
    if not isinstance(first, dict) or ("const" not in first and "enum" not in first):  # as most are
        return schema
    if "enum" in schema or "const" in schema:
        return schema
    values: list[Any] = []
    for one in variants:
        if not isinstance(one, dict) or not (_OF_A_VALUE.issuperset(one) or all(map(_is_of_a_value, one))):
            return schema
        listed = one["enum"] if "enum" in one else [one["const"]] if "const" in one else None
        if not isinstance(listed, list) or not listed:
            return schema
        values += listed
    merged = {key: value for key, value in schema.items() if key not in ("oneOf", "anyOf")}
    kinds = [one.get("type") for one in variants]
    if "type" not in schema and kinds[0] is not None and kinds.count(kinds[0]) == len(kinds):
        merged["type"] = kinds[0]
    return {**merged, "enum": values}


def _is_of_a_value(key: Any) -> bool:
    return key in _OF_A_VALUE or str(key)[:2] == "x-"


def _add(schema: Any, merged: dict[str, Any], refs: Refs, seen: set[int]) -> None:
    node = refs.resolve(schema, "allOf")
    if node is None or id(node) in seen or len(seen) >= _MAX_PARTS:
        return
    seen.add(id(node))
    for key, value in node.items():
        if key == "properties":
            own = merged.setdefault("properties", {})
            for name, sub in value.items() if isinstance(value, dict) else ():
                own.setdefault(name, sub)
        elif key == "required":
            merged["required"] = [*merged.get("required", ()), *(value if isinstance(value, list) else ())]
        elif key in ("oneOf", "anyOf") and "oneOf" in merged:
            continue
        elif key != "allOf":
            merged.setdefault(key, value)
    parts = node.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        _add(part, merged, refs, seen)
