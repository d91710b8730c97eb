"""Fits a value into the JSON Schema that an answer must have."""

from __future__ import annotations

from typing import Any

import orjson

_EMPTY: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None}
_MAX_DEPTH = 12


def conform(value: Any, schema: Any, depth: int = 0) -> Any:
    """`value` with what the schema asks for added and all else dropped; empty values where nothing is known.

    A dict that should be a list of name/`value_json` pairs becomes one.
    """
    if not isinstance(schema, dict) or depth > _MAX_DEPTH:
        return value
    if schema.get("enum"):
        return value if value in schema["enum"] else schema["enum"][0]
    if "anyOf" in schema:
        return conform(value, schema["anyOf"][0], depth + 1)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        given = value if isinstance(value, dict) else {}
        return {
            name: conform(given.get(name), child, depth + 1)
            for name, child in schema.get("properties", {}).items()
        }
    if kind == "array":
        items = schema.get("items", {})
        if isinstance(value, dict) and "value_json" in items.get("properties", {}):
            value = [
                {"name": name, "value_json": orjson.dumps(item).decode()} for name, item in value.items()
            ]
        return [conform(item, items, depth + 1) for item in value] if isinstance(value, list) else []
    if kind == "string":
        return value if isinstance(value, str) else "" if value is None else orjson.dumps(value).decode()
    if kind in ("integer", "number"):
        return value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    if kind == "boolean":
        return value is True
    return value if value is not None else _EMPTY.get(str(kind))
