"""The published JSON Schemas of messages, options, records and manifests."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import orjson


@cache
def schema(name: str) -> dict[str, Any]:
    """The contract called `name` (`options`, `run-requests`, `record`, …). Do not change what it returns."""
    text = resources.files(__name__).joinpath(f"{name}.schema.json").read_bytes()
    loaded: dict[str, Any] = orjson.loads(text)
    return loaded


def schema_within(name: str, place: str) -> dict[str, Any]:
    """The contract as a part of another document, where its own definitions stand below `place` (`#/…/$defs/`)."""
    found: dict[str, Any] = _moved(schema(name), place)
    return found


def _moved(value: Any, place: str) -> Any:
    if isinstance(value, dict):
        return {
            key: inner.replace("#/$defs/", place, 1)
            if key == "$ref" and isinstance(inner, str)
            else _moved(inner, place)
            for key, inner in value.items()
        }
    return [_moved(inner, place) for inner in value] if isinstance(value, list) else value
