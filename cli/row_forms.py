"""What rows of a dataset say, whoever made them: turns, calls, tasks and names read in one form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from shared.catalog.model import Catalog
from shared.plan.json_text import load
from shared.plan.record import VERSION

_OWN_ID = re.compile(r"[a-z0-9][a-z0-9-]*-\d{6,}")


def read_inside(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages with the JSON text of calls and of their answers read, so that each value is looked at by itself."""
    return [
        {
            **message,
            **({"content": _read(message.get("content"))} if message.get("role") == "tool" else {}),
            **(
                {"tool_calls": [_read_call(call) for call in message["tool_calls"]]}
                if message.get("tool_calls")
                else {}
            ),
        }
        for message in messages
    ]


def _read_call(call: dict[str, Any]) -> dict[str, Any]:
    function = call["function"]
    return {**call, "function": {**function, "arguments": _read(function["arguments"])}}


def _read(text: Any) -> Any:
    try:
        return load(text) if isinstance(text, str) else text
    except ValueError:
        return text


def is_own(row: Mapping[str, Any]) -> bool:
    """Whether a record is one that this app made and nobody changed: its id, source and version say so."""
    metadata = row.get("metadata")
    return (
        isinstance(metadata, dict)
        and metadata.get("source") == "synthetic"
        and metadata.get("version") == VERSION
        and isinstance(row.get("task_id"), str)
        and _OWN_ID.fullmatch(row["task_id"]) is not None
    )


def original_names(catalog: Catalog) -> dict[str, str]:
    """API name by the name in its document, where ingestion had to change it and the name is no other's."""
    given = {api.name for api in catalog.apis}
    shared = Counter(api.original_name for api in catalog.apis)
    return {
        api.original_name: api.name
        for api in catalog.apis
        if api.original_name and api.original_name not in given and shared[api.original_name] == 1
    }


def offered_in(row: dict[str, Any]) -> frozenset[str] | None:
    """Names of the row's tools or, in the older form, functions; None if it lists none."""
    functions = [tool.get("function") for tool in row.get("tools") or () if isinstance(tool, dict)]
    older = row.get("functions")
    functions += older if isinstance(older, list) else []
    if row.get("tools") is None and not isinstance(older, list):
        return None
    return frozenset(str(function.get("name")) for function in functions if isinstance(function, dict))


def relocated(path: str, places: list[str]) -> str:
    """A path into the steps as one into the row's tool calls."""
    for position, place in enumerate(places):
        start = f"plan.steps[{position}]"
        if path == f"{start}.api":
            return f"{place}.name"
        if path == start or path.startswith(f"{start}."):
            return place + path[len(start) :]
    return path
