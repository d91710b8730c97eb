"""A schema with variants as one object of all their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.catalog.schemas.typed_values import text_of


def with_variants(node: dict[str, Any], flatten: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """A body with variants as one object: all their fields, required only what every variant requires."""
    variants = node.get("oneOf") or node.get("anyOf")
    if not isinstance(variants, list) or not variants:
        return node
    flat = [flatten(variant) for variant in variants[:32]]
    if not all(isinstance(one.get("properties"), dict) for one in flat):
        return node
    own = node.get("properties")
    properties = dict(own) if isinstance(own, dict) else {}
    needed: set[str] | None = None
    for one in flat:
        for name, sub in one["properties"].items():
            # Fields that differ between variants are left open rather than wrongly narrowed.
            properties[name] = sub if properties.get(name, sub) == sub else _loose(properties[name], sub)
        listed = one.get("required")
        names = {name for raw in listed if (name := text_of(raw))} if isinstance(listed, list) else set()
        needed = names if needed is None else needed & names
    base = node.get("required")
    required = [*(base if isinstance(base, list) else ()), *sorted(needed or ())]
    return {**node, "properties": properties, "required": required}


def _loose(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        values = [value for sub in (one, other) for value in _values(sub)]
        if one.get("type") == other.get("type") and isinstance(one.get("type"), str):
            kept = {key: one[key] for key in ("type", "description") if key in one}
            unique = [value for i, value in enumerate(values) if value not in values[:i]]
            return {**kept, "enum": unique} if _values(one) and _values(other) and len(unique) <= 64 else kept
    return {}


def _values(sub: dict[str, Any]) -> list[Any]:
    if "const" in sub:
        return [sub["const"]]
    listed = sub.get("enum")
    return listed if isinstance(listed, list) else []
