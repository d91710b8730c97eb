"""Request bodies of OpenAPI 3 and Swagger 2: the top-level fields become parameters."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from shared.catalog.model import JsonSchema, Location
from shared.catalog.openapi.media import (
    FORMS,
    field_names,
    is_json,
    media_types,
    richest_media,
    whole_content,
)
from shared.catalog.openapi.parameters import documented_value, is_true, schema_of_parameter
from shared.catalog.reading import Reading, content_key
from shared.catalog.schemas.expand import Fields, Schemas
from shared.catalog.schemas.parameters import Parameters
from shared.catalog.schemas.typed_values import text_of
from shared.scrub.siblings import without_sibling_secrets

_TEXT: JsonSchema = {"type": "string"}
_BINARY: JsonSchema = {"type": "string", "format": "binary"}
_OF_BYTES = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "application/octet-stream",
    "application/zip",
    "application/pdf",
)


def add_request_body(
    node: dict[str, Any], into: Parameters, schemas: Schemas, reading: Reading, where: str
) -> None:
    """The body of an OpenAPI 3 operation in the media type with most fields; what the others add is noted."""
    content = node.get("content")
    if not isinstance(content, dict) or not content:
        if "content" in node:
            reading.note("body_left_out", where, "The request body has no media type; left out.")
        return
    content = whole_content(content, schemas)
    types = media_types(content)
    chosen = richest_media(content, schemas)
    name, media = types[chosen]
    if len(types) > 1:
        _note_others(types, chosen, schemas, reading, where)
    body = Body(
        name="body",
        schema=media.get("schema"),
        example=documented_value(media, refs=schemas.refs),
        location="form" if name in FORMS else "body",
        required=is_true(node.get("required")),
        description=node.get("description") or ("" if is_json(name) or name in FORMS else name),
        opaque=None if is_json(name) or name in FORMS else _BINARY if name.startswith(_OF_BYTES) else _TEXT,
    )
    add_body(body, into, schemas)


def add_swagger_bodies(
    bodies: list[dict[str, Any]], into: Parameters, schemas: Schemas, reading: Reading, where: str
) -> None:
    """The `in: body` parameters of a Swagger operation: normally one; if there are several, all are kept."""
    if len(bodies) > 1:
        names = ", ".join(str(body.get("name")) for body in bodies)
        message = f"{len(bodies)} bodies ({names}) where Swagger allows one; the fields of all are kept."
        reading.note("several_bodies", where, message)
    for node in bodies:
        body = Body(
            name=str(node.get("name") or "body") if len(bodies) > 1 else "body",
            schema=schema_of_parameter(node),
            example=documented_value(node),
            location="body",
            required=is_true(node.get("required")),
            description=node.get("description") or "",
        )
        add_body(body, into, schemas)


def add_query_string(node: dict[str, Any], into: Parameters, schemas: Schemas) -> None:
    """The fields of a query that is described as a whole (`in: querystring`, OpenAPI 3.2)."""
    add_body(
        Body(
            name=str(node.get("name") or "query"),
            schema=schema_of_parameter(node),
            example=documented_value(node),
            location="query",
            required=is_true(node.get("required")),
            description=node.get("description") or "",
        ),
        into,
        schemas,
    )


class Body(Struct, frozen=True):
    """A request body as documented.

    `name` is what it is called where it has no fields, `opaque` its schema where the document says none.
    """

    name: str
    schema: Any
    example: Any
    location: Location
    required: bool
    description: Any
    opaque: JsonSchema | None = None


def add_body(body: Body, into: Parameters, schemas: Schemas) -> None:
    """Fields of an object body, or one parameter for a body of any other kind."""
    fields = schemas.fields_of(body.schema)
    if fields.properties:
        _add_fields(body, fields, into, schemas)
        return
    closed = schemas.close(body.schema)
    into.add(
        body.name,
        body.location,
        closed or body.opaque or {},
        required=body.required,
        default=body.example if body.example is not None else documented_value(fields.said),
        description=body.description or schemas.description_of(body.schema),
    )


def _note_others(
    types: list[tuple[str, dict[str, Any]]], chosen: int, schemas: Schemas, reading: Reading, where: str
) -> None:
    """Each media type that is not read, with the fields that are nowhere else."""
    kept_schema = types[chosen][1].get("schema")
    kept = set(field_names(kept_schema, schemas))
    for place, (name, media) in enumerate(types):
        schema = media.get("schema")
        if place == chosen:
            continue
        if schema is None or schema == kept_schema:
            reading.count("media_types_alike", name)
            continue
        lost = [field for field in field_names(schema, schemas) if field not in kept]
        what = f"its fields {', '.join(lost)} are left out" if lost else "it has no field of its own"
        message = f"The body can be sent as {name}, too; {types[chosen][0]} is read, {what}."
        reading.note("media_type_left_out", where, message)


def _add_fields(body: Body, fields: Fields, into: Parameters, schemas: Schemas) -> None:
    """Make an argument of each field; equal fields of several operations share one."""
    examples = body.example if isinstance(body.example, dict) else fields.said.get("example")
    values = without_sibling_secrets(examples) if isinstance(examples, dict) else {}
    needed = set(fields.required)
    for name, sub in fields.properties.items():
        said = schemas.flatten(sub)
        is_required = body.required and (text_of(name) in needed or said.get("required") is True)
        key = content_key((name, body.location, is_required, sub, values.get(name)))
        known = schemas.fields.get(key) if key is not None else None
        if known is not None and into.share(known):
            continue
        default = said.get("default", values.get(name))
        made = into.add(
            name,
            body.location,
            schemas.close(sub, name),
            required=is_required,
            default=default if default is not None else documented_value(said),
            description=schemas.description_of(sub),
        )
        if key is not None and made is not None:
            schemas.fields[key] = (made,)
    into.require(fields.conditions, body.location, is_needed=body.required)
