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
