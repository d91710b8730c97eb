"""`allOf` as one schema."""

from __future__ import annotations

from typing import Any

from shared.catalog.refs import Refs

_MAX_PARTS = 64


def merge_all_of(schema: dict[str, Any], refs: Refs) -> dict[str, Any]:
    """`schema` with its `allOf` (nested ones too) merged in: properties and `required` united, first word wins.

    References inside properties stay; a part that leads back to itself counts once.
    """
    merged: dict[str, Any] = {}
    _add(schema, merged, refs, set())
    return merged


def _add(schema: Any, merged: dict[str, Any], refs: Refs, seen: set[int]) -> None:
    node = refs.resolve(schema, "allOf")
    if node is None or id(node) in seen or len(seen) >= _MAX_PARTS:
        return
    seen.add(id(node))
    for key, value in node.items():
        if key == "properties" and isinstance(value, dict):
            own = merged.setdefault("properties", {})
            for name, sub in value.items():
                own.setdefault(name, sub)
        elif key == "required" and isinstance(value, list):
            merged["required"] = [*merged.get("required", ()), *value]
        elif key in ("oneOf", "anyOf") and "oneOf" in merged:
            continue
        elif key != "allOf":
            merged.setdefault(key, value)
    parts = node.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        _add(part, merged, refs, seen)
