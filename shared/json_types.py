"""The types and formats of JSON Schema by name."""

from __future__ import annotations

SCALARS = frozenset({"string", "integer", "number", "boolean"})
JSON_TYPES = SCALARS | {"object", "array", "null"}

NAME_OF: dict[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}
"""The name of each type that JSON is read into."""

FORMAT_ALIASES = {"url": "uri", "guid": "uuid", "datetime": "date-time"}
"""Words that documents use for formats, and what JSON Schema calls them."""
