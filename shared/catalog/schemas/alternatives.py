"""Variants that are no more than values of their own, or null."""

from __future__ import annotations

from typing import Any

from shared.catalog.schemas.meet import Part

# What a variant may say that is no more than a value of its own.
_OF_A_VALUE = frozenset(("const", "enum", "type", "format", "title", "description", "deprecated"))


def is_null(schema: Any) -> bool:
    """Whether a schema allows null and nothing else."""
    return isinstance(schema, dict) and (
        schema.get("type") in ("null", ["null"])
        or schema.get("enum") == [None]
        or ("const" in schema and schema["const"] is None)
    )


def with_null(part: Part) -> Part:
    """The part with null allowed besides; its structure stays."""
    kept = dict(part)
    word = kept.get("type")
    if isinstance(word, str | list):
        words = [word] if isinstance(word, str) else word
        kept["type"] = words if "null" in words else [*words, "null"]
    if isinstance(listed := kept.get("enum"), list) and None not in listed:
        kept["enum"] = [*listed, None]
    if "const" in kept:
        kept["enum"] = [kept.pop("const"), None]
    return kept


def as_values(variants: list[Any]) -> Part | None:
    """Variants that are one value each, as OpenAPI 3.1 describes each value of one, as one `enum`; None for others."""
    values: list[Any] = []
    for one in variants:
        if not isinstance(one, dict) or not all(key in _OF_A_VALUE or str(key)[:2] == "x-" for key in one):
            return None
        listed = one["enum"] if "enum" in one else [one["const"]] if "const" in one else None
        if not isinstance(listed, list) or not listed:
            return None
        values += [value for value in listed if value not in values] if len(values) < 500 else listed
    if not values:
        return None
    first = variants[0].get("type")
    shared = (
        {"type": first} if first is not None and all(one.get("type") == first for one in variants) else {}
    )
    return {**shared, "enum": values}
