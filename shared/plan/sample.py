"""Deterministic typed values made from a JSON Schema: fake responses, and stand-ins for what is not known yet."""

from __future__ import annotations

from typing import Any

from shared.plan.schema_paths import branches, declared_types

_BY_FORMAT = {
    "date-time": "2026-03-01T09:30:00Z",
    "date": "2026-03-01",
    "time": "09:30:00Z",
    "uuid": "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80",
    "email": "maria.keller@example.com",
    "uri": "https://example.com/item/1",
    "url": "https://example.com/item/1",
    "uri-reference": "/item/1",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "host.example.com",
    "duration": "P1D",
}
_PREFERRED = ("object", "array", "string", "integer", "number", "boolean")
_DEPTH = 6


def sample(schema: Any, *, depth: int = 0) -> Any:
    """A value that `schema` describes, the same every time; text for a schema that says nothing.

    Objects hold all their known properties and lists one element, down to six levels. Patterns are not
    solved: where a schema has one, its own example, default or first enum value is used if there is one.
    """
    chosen, kind = _choose(schema)
    for key in ("const", "default", "example"):
        if key in chosen and chosen[key] is not None:
            return chosen[key]
    for key in ("enum", "examples"):
        values = (
            [value for value in chosen.get(key, []) if value is not None]
            if isinstance(chosen.get(key), list)
            else []
        )
        if values:
            return values[0]
    match kind:
        case "object":
            properties = chosen.get("properties")
            if depth >= _DEPTH or not isinstance(properties, dict):
                return {}
            return {name: sample(child, depth=depth + 1) for name, child in properties.items()}
        case "array":
            return [] if depth >= _DEPTH else [sample(chosen.get("items", {}), depth=depth + 1)]
        case "integer" | "number":
            return _number(chosen)
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return _text(chosen)


def _choose(schema: Any) -> tuple[dict[str, Any], str]:
    """The branch to make a value of, the most structured one, and its type."""
    options = [(branch, kind) for branch in branches(schema) for kind in declared_types(branch) or {"any"}]
    for preferred in _PREFERRED:
        for branch, kind in options:
            if kind == preferred:
                return branch, kind
    return options[0] if options else ({}, "any")


def _number(schema: dict[str, Any]) -> int:
    least, most = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    low = int(least) + 1 if isinstance(least, int | float) else 1
    if isinstance(most, int | float) and low > most:
        return int(most)
    return max(low, 1) if not isinstance(most, int | float) or most >= 1 else int(most)


def _text(schema: dict[str, Any]) -> str:
    form = schema.get("format")
    if isinstance(form, str) and form in _BY_FORMAT:
        return _BY_FORMAT[form]
    least, most = schema.get("minLength"), schema.get("maxLength")
    text = "sample"
    if isinstance(least, int) and len(text) < least:
        text = text.ljust(min(least, 4096), "x")
    return text[:most] if isinstance(most, int) and most >= 0 else text
