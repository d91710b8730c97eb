"""The simple form `{"apis": […]}`, and lists of functions or tools as chat models and MCP servers take them."""

from __future__ import annotations

import re
from typing import Any

from shared.catalog.counted import note_counted
from shared.catalog.draft import Draft
from shared.catalog.model import JsonSchema
from shared.catalog.naming import NameHints, order_free_text
from shared.catalog.openapi.responses import success_shape
from shared.catalog.reading import Reading, content_key
from shared.catalog.schemas.expand import Schemas
from shared.catalog.schemas.inferred import schema_of
from shared.catalog.schemas.refs import Refs
from shared.catalog.simple.entries import pages_of, unwrapped
from shared.catalog.simple.parameters import Scope, is_schema, parameters_of, schema_of_row
from shared.catalog.simple.words import schema_of_typed
from shared.scrub.harvest import Harvest
from shared.scrub.known import KnownSecrets

_RESPONSE_WORDS = (
    "responses",
    "response",
    "returns",
    "outputSchema",
    "output_schema",
    "responseJsonSchema",
    "response_json_schema",
    "output",
)
# What an MCP server lists besides its tools.
_NO_CALLS = ("prompts", "resources", "resourceTemplates")
# So many names of parameters tell apart what is called alike.
_MOST_FIELDS = 4
_METHOD = re.compile(r"[A-Za-z][A-Za-z-]{0,19}")
_CODE = re.compile(r"[1-5](?:\d\d|XX)|default")


def read_simple(root: Any, entries: list[Any], reading: Reading, where: str) -> tuple[str, str, list[Draft]]:
    """Title, description and operations of a document in the simple form."""
    top: dict[str, Any] = root if isinstance(root, dict) else {}
    scope = Scope(top, Schemas(Refs(top, reading), reading), reading)
    found = Harvest(root)
    reading.begin(KnownSecrets((), found.values, found.pairs))
    last = [top, *pages_of(root)][-1]
    if any(last.get(word) for word in ("nextCursor", "next_cursor")):
        message = "The list goes on (`nextCursor`) in pages that are not here. Put all pages in one list."
        reading.note("further_pages", where, message)
    _note_others([top, *pages_of(root)], reading, where)
    drafts = []
    seen: set[str | int] = set()
    for number, raw in enumerate(entries):
        entry = unwrapped(raw)
        if not isinstance(entry, dict) or not _name_of(entry):
            reading.note("malformed_item", f"{where} [{number}]", "Not an object with a name; left out.")
            continue
        content = content_key(entry) or -number
        if content in seen:
            reading.note(
                "repeated_request", f"{where} [{number}]", "The same as another entry; one operation."
            )
            continue
        seen.add(content)
        if reading.takes_another():
            reading.place = _name_of(entry)
            drafts.append(_draft(entry, scope))
    note_counted(reading, where)
    title = "" if entries == [root] else top.get("name", top.get("title"))
    return reading.name(title), reading.text(top.get("description"), 500), drafts


def _note_others(holders: list[dict[str, Any]], reading: Reading, where: str) -> None:
    """Say what else an MCP server lists."""
    counts = {
        word: sum(len(listed) for holder in holders if isinstance(listed := holder.get(word), list))
        for word in _NO_CALLS
    }
    if listed := ", ".join(f"{word} {count}" for word, count in counts.items() if count):
        reading.note("not_operations", where, f"Left out, as a plan calls tools alone: {listed}.")


def _name_of(entry: dict[str, Any]) -> str:
    for word in ("name", "operationId", "id", "api", "api_name"):
        if isinstance(entry.get(word), str) and entry[word].strip():
            return str(entry[word]).strip()
    return ""


def _draft(entry: dict[str, Any], scope: Scope) -> Draft:
    reading = scope.reading
    name = reading.name(_name_of(entry))
    method = entry.get("method")
    method = method.strip().upper() if isinstance(method, str) and _METHOD.fullmatch(method.strip()) else ""
    raw_path = next(
        (entry[word] for word in ("path", "url", "endpoint") if isinstance(entry.get(word), str)), ""
    )
    path = reading.url(raw_path)
    tags = entry.get("tags", entry.get("category", entry.get("tag")))
    listed = tags if isinstance(tags, list) else [tags]
    groups = tuple(tag for raw in listed if (tag := reading.name(raw)))
    into = parameters_of(entry, raw_path, method, name, scope)
    parameters = into.done()
    fields = sorted(parameter.name for parameter in parameters)[:_MOST_FIELDS]
    return Draft(
        hints=NameHints(
            tuple(name.split(".")),
            lambda: (*groups, method.lower(), path, *fields),
            lambda: order_free_text(entry),
        ),
        original_name=name,
        description=reading.text(entry.get("description", entry.get("summary")), reading.limits.description),
        method=method,
        path=path,
        tags=groups,
        parameters=parameters,
        conditions=into.conditions(),
        responses=_response(entry, name, scope),
    )


def _response(entry: dict[str, Any], where: str, scope: Scope) -> JsonSchema:
    for word in _RESPONSE_WORDS:
        node = entry.get(word)
        if isinstance(node, list) and node and all(map(_is_row, node)):
            node = {"type": "object", "properties": {str(row["name"]): schema_of_row(row) for row in node}}
        if not isinstance(node, dict | list) or not node:
            continue
        if isinstance(node, dict) and all(_CODE.fullmatch(str(key)) for key in node):
            return success_shape(node, scope.schemas(node), scope.reading, where)
        inner = (
            next((node[key] for key in ("schema", "json") if isinstance(node.get(key), dict)), node)
            if (isinstance(node, dict))
            else node
        )
        if isinstance(inner, dict) and is_schema(inner):
            return scope.schemas(inner).close(inner)
        if typed := schema_of_typed(inner):
            return scope.schemas(typed).close(typed)
        limits = scope.reading.limits
        return schema_of(inner, depth=limits.schema_depth, nodes=limits.schema_nodes, reading=scope.reading)
    return {}


def _is_row(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("name"), str) and isinstance(item.get("type"), str)
