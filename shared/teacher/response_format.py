"""How an answer's form is asked for, and what comes next when a deployment does not know it."""

from __future__ import annotations

from typing import Any

from shared.plan.wire import response_format as _wire_format

MODES = ("json_schema", "json_object", "text")
"""From the strictest: a schema the service keeps, any JSON object, plain text read tolerantly."""


def next_mode(mode: str) -> str | None:
    """The mode to try when the service refuses `mode` (`unsupported_response_format`); None after the last."""
    position = MODES.index(mode) + 1
    return MODES[position] if position < len(MODES) else None


def is_tolerant(mode: str) -> bool:
    """Whether answers in `mode` may be wrapped in prose or fences, as no schema bounds them."""
    return mode != "json_schema"


def record_format(mode: str) -> dict[str, Any] | None:
    """`response_format` of a request for a record in `mode`, None for plain text."""
    return _wire_format(mode)


def strict_format(mode: str, name: str, schema: dict[str, Any]) -> dict[str, Any] | None:
    """`response_format` of a request for an answer of `schema` in `mode`, None for plain text."""
    if mode == "json_schema":
        return {"type": "json_schema", "json_schema": {"name": name, "strict": True, "schema": schema}}
    return {"type": "json_object"} if mode == "json_object" else None
