"""The parameters that the body of a Postman request holds."""

from __future__ import annotations

from typing import Any

from shared.catalog.decode.templated_text import MARK, example_of
from shared.catalog.model import JsonSchema
from shared.catalog.postman.chooser import Choice
from shared.catalog.postman.graphql import GraphqlOperation, add_graphql, add_unread
from shared.catalog.postman.request import Request
from shared.catalog.postman.wrapped import wrapped
from shared.catalog.reading import Reading
from shared.catalog.schemas.inferred import schema_of, with_examples
from shared.catalog.schemas.parameters import Parameters
from shared.catalog.schemas.types import placeholder_type
from shared.scrub.plain import plain

_STRING: JsonSchema = {"type": "string"}
_BINARY: JsonSchema = {"type": "string", "format": "binary"}


def add_body(
    request: Request,
    choice: Choice | None,
    operation: GraphqlOperation | None,
    into: Parameters,
    reading: Reading,
) -> None:
    """Add one argument per field, or one for a body without fields; the chosen field has its one value."""
    if request.graphql is not None and operation is not None:
        add_graphql(request.graphql, operation, into, reading)
    elif request.graphql is not None:
        add_unread(request.graphql, into, reading)
    elif isinstance(request.body, dict):
        pinned = choice.path[1:] if choice is not None and choice.path[0] == "body" else ()
        sent = request.body if request.filled is None else request.filled
        for key, value in sent.items():
            _add_field(str(key), value, pinned, request, into, reading)
    elif request.body is not None:
        sent = request.body if request.filled is None else request.filled
        _add_field("body", sent, (), request, into, reading)
    elif request.opaque:
        schema = _BINARY if request.opaque == "binary" else _STRING
        into.add("body", "body", schema, required=True, default=example_of(request.opaque_example))


def _add_field(
    key: str, value: Any, pinned: tuple[str, ...], request: Request, into: Parameters, reading: Reading
) -> None:
    schema = schema_of(
        value, depth=reading.limits.schema_depth, nodes=reading.limits.schema_nodes, reading=reading
    )
    is_pinned = bool(pinned) and pinned[0] == key
    is_sent = value not in (None, "", [], {}) and key not in request.optional
    if is_pinned:
        schema = _pin(schema, value, pinned[1:])
    elif request.needed_within and "properties" in schema and wrapped(request.body) is not None:
        needed = [name for name in schema["properties"] if name in request.needed_within]
        schema = {**schema, "required": needed} if needed else schema
    required = is_pinned or is_sent or key in request.needed
    example = _without_placeholders(example_of(value))
    if isinstance(example, dict | list):
        schema = with_examples(schema, reading.shown(plain(example), schema, key, "body"))
    into.add(key.lstrip(MARK), "body", schema, required=required, default=example)


def _without_placeholders(value: Any, depth: int = 16) -> Any:
    """`value` without placeholders of generators; None if nothing else remains."""
    if isinstance(value, str):
        return None if placeholder_type(value) is not None else value
    if not isinstance(value, dict | list) or not value or depth <= 0:
        return value
    if isinstance(value, list):
        return [
            kept for item in value if (kept := _without_placeholders(item, depth - 1)) is not None
        ] or None
    found = {key: _without_placeholders(item, depth - 1) for key, item in value.items()}
    return {key: kept for key, kept in found.items() if kept is not None or value[key] is None} or None


def _pin(schema: JsonSchema, value: Any, path: tuple[str, ...]) -> JsonSchema:
    """`schema` with the field at `path` required and limited to its one value."""
    if not path:
        return {"type": "string", "enum": [value]}
    properties = dict(schema.get("properties", {}))
    properties[path[0]] = _pin(properties.get(path[0], {}), value[path[0]], path[1:])
    return {**schema, "type": "object", "properties": properties, "required": [path[0]]}
