"""The simple form `{"apis": […]}`, and lists of functions or tools as chat models and MCP servers take them."""

from __future__ import annotations

import re
from typing import Any

from shared.catalog.draft import Draft
from shared.catalog.inferred import schema_of
from shared.catalog.model import JsonSchema, Location
from shared.catalog.named_secrets import NamedSecrets
from shared.catalog.naming import NameHints, order_free_text
from shared.catalog.openapi_parameters import documented_value, is_true
from shared.catalog.parameters import Parameters
from shared.catalog.reading import Reading
from shared.catalog.refs import Refs
from shared.catalog.schemas import Schemas
from shared.catalog.typed_values import text_of

LISTS = ("apis", "tools", "functions", "operations", "endpoints")
_SCHEMA_WORDS = ("parameters", "inputSchema", "input_schema", "params", "arguments", "args", "inputs")
_RESPONSE_WORDS = ("responses", "response", "returns", "outputSchema", "output_schema", "output")
_LOCATIONS: dict[str, Location] = {
    "path": "path", "query": "query", "header": "header", "headers": "header", "body": "body", "form": "form",
    "formData": "form",
}  # fmt: skip
_PATH_VARIABLE = re.compile(r"\{\{?([^{}/]{1,80})\}\}?|(?<=/):([A-Za-z_]\w*)")


def simple_entries(root: Any) -> list[Any] | None:
    """The entries of a document in the simple form; None if it is no such document."""
    if isinstance(root, list):
        return root if any(_looks_like_entry(item) for item in root[:20]) else None
    if not isinstance(root, dict):
        return None
    for word in LISTS:
        entries = root.get(word)
        if isinstance(entries, dict):
            entries = [{"name": name, **item} for name, item in entries.items() if isinstance(item, dict)]
        if isinstance(entries, list) and (
            word == "apis" or any(_looks_like_entry(item) for item in entries[:20])
        ):
            return entries
    return [root] if _looks_like_entry(root) else None


def _looks_like_entry(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    inner = item.get("function") if isinstance(item.get("function"), dict) else item
    assert isinstance(inner, dict)
    known = (*_SCHEMA_WORDS, "description", "path", "url", "method")
    return isinstance(inner.get("name"), str) and any(word in inner for word in known)


def read_simple(root: Any, entries: list[Any], reading: Reading, where: str) -> tuple[str, str, list[Draft]]:
    """Title, description and operations of a document in the simple form."""
    top: dict[str, Any] = root if isinstance(root, dict) else {}
    schemas = Schemas(Refs(top, reading), reading)
    reading.begin(NamedSecrets())
    drafts = []
    for number, raw in enumerate(entries):
        entry = (
            raw.get("function") if isinstance(raw, dict) and isinstance(raw.get("function"), dict) else raw
        )
        if not isinstance(entry, dict) or not _name_of(entry):
            reading.note("malformed_item", f"{where} [{number}]", "Not an object with a name; left out.")
            continue
        drafts.append(_draft(entry, schemas, reading))
    title = "" if entries == [root] else top.get("name", top.get("title"))
    return reading.name(title), reading.text(top.get("description"), 500), drafts


def _name_of(entry: dict[str, Any]) -> str:
    for word in ("name", "operationId", "id", "api", "api_name"):
        if isinstance(entry.get(word), str) and entry[word].strip():
            return str(entry[word]).strip()
    return ""


def _draft(entry: dict[str, Any], schemas: Schemas, reading: Reading) -> Draft:
    name = reading.name(_name_of(entry))
    method = entry.get("method")
    method = method.strip().upper()[:30] if isinstance(method, str) else ""
    raw_path = next(
        (entry[word] for word in ("path", "url", "endpoint") if isinstance(entry.get(word), str)), ""
    )
    path = reading.url(raw_path)
    tags = entry.get("tags", entry.get("category", entry.get("tag")))
    listed = tags if isinstance(tags, list) else [tags]
    return Draft(
        hints=NameHints(
            tuple(name.split(".")), lambda: (method.lower(), path), lambda: order_free_text(entry)
        ),
        original_name=name,
        description=reading.text(entry.get("description", entry.get("summary")), reading.limits.description),
        method=method,
        path=path,
        tags=tuple(tag for raw in listed if (tag := reading.name(raw))),
        parameters=_parameters(entry, raw_path, method, name, schemas, reading),
        responses=_response(entry, schemas, reading),
    )


def _parameters(
    entry: dict[str, Any], path: str, method: str, where: str, schemas: Schemas, reading: Reading
) -> tuple[Any, ...]:
    into = Parameters(reading, where)
    in_path = {a.strip() or b for a, b in _PATH_VARIABLE.findall(path)}
    otherwise: Location = "query" if method in ("GET", "DELETE", "HEAD") else "body"
    for row in _rows(
        next((entry[word] for word in _SCHEMA_WORDS if entry.get(word) is not None), None), where, reading
    ):
        name = row.get("name")
        place = row.get("location", row.get("in"))
        location = _LOCATIONS.get(place) if isinstance(place, str) else None
        location = location or ("path" if isinstance(name, str) and name in in_path else otherwise)
        schema = _schema_of(row)
        into.add(
            name,
            location,
            schemas.close(schema, name if isinstance(name, str) else ""),
            required=location == "path" or is_true(row.get("required")),
            default=documented_value(row, schemas.flatten(schema)),
            description=row.get("description") or "",
        )
    for name in sorted(in_path):
        if name not in into and path:
            into.add(name, "path", {"type": "string"}, required=True)
    return into.done()


def _rows(raw: Any, where: str, reading: Reading) -> list[dict[str, Any]]:
    """Parameters as a list of objects, whatever way they are given: list, JSON Schema, mapping by name."""
    if raw is None:
        return []
    if isinstance(raw, dict):
        properties = raw.get("properties")
        if isinstance(properties, dict):
            required = raw.get("required")
            needed = set(map(text_of, required)) if isinstance(required, list) else set()
            return [_named(name, node, name in needed) for name, node in properties.items()]
        if raw.get("type") in ("object", "dict") and not any(
            isinstance(value, dict) for value in raw.values()
        ):
            return []
        return [_named(name, node, False) for name, node in raw.items()]
    if not isinstance(raw, list):
        reading.note("malformed_parameters", where, "`parameters` is neither a list nor an object; left out.")
        return []
    rows = []
    for item in raw:
        if isinstance(item, str):
            rows.append({"name": item})
        elif isinstance(item, dict):
            rows.append(item)
        else:
            reading.note("malformed_parameter", where, "A parameter that is not an object is left out.")
    return rows


def _named(name: str, node: Any, required: bool) -> dict[str, Any]:
    if isinstance(node, str):  # {"city": "string"} or {"city": "where to look"}
        return (
            {"name": name, "type": node, "description": node} if " " in node else {"name": name, "type": node}
        )
    if not isinstance(node, dict):
        return {"name": name, "required": required}
    return {**node, "name": name, "required": required or node.get("required") is True}


def _schema_of(row: dict[str, Any]) -> Any:
    if isinstance(row.get("schema"), dict):
        return row["schema"]
    return {
        key: value
        for key, value in row.items()
        if key not in ("name", "required", "description", "in", "location")
    }


def _response(entry: dict[str, Any], schemas: Schemas, reading: Reading) -> JsonSchema:
    for word in _RESPONSE_WORDS:
        node = entry.get(word)
        if isinstance(node, dict) and node:
            inner = node.get("schema", node)
            if isinstance(inner, dict) and _is_schema(inner):
                return schemas.close(inner)
            limits = reading.limits
            return schema_of(inner, depth=limits.schema_depth, nodes=limits.schema_nodes)
    return {}


def _is_schema(node: dict[str, Any]) -> bool:
    return any(
        word in node for word in ("properties", "$ref", "items", "anyOf", "oneOf", "allOf")
    ) or isinstance(node.get("type"), str | list)
