"""The shape of a success, from the schema or the example of an OpenAPI or Swagger response."""

from __future__ import annotations

from typing import Any

from shared.catalog.decode.templated_text import parse_templated_json
from shared.catalog.model import JsonSchema
from shared.catalog.openapi.media import is_json, preferred_media, whole_content
from shared.catalog.openapi.parameters import documented_value
from shared.catalog.reading import Reading
from shared.catalog.schemas.expand import Schemas
from shared.catalog.schemas.inferred import schema_of


def success_shape(responses: Any, schemas: Schemas, reading: Reading, where: str) -> JsonSchema:
    """The closed schema of the first success with a JSON body (200 before 201 …); `{}` if none is documented."""
    if not isinstance(responses, dict):
        return {}
    if "200" in responses and (shape := _shape_of(responses["200"], schemas, reading, where)):
        return shape
    codes = sorted([code for raw in responses if (code := str(raw))[:1] == "2" and code != "200"])
    if not codes and set(responses) == {"default"}:
        codes = ["default"]
    for code in codes:
        if shape := _shape_of(responses.get(code), schemas, reading, where):
            return shape
    return {}


def _shape_of(response: Any, schemas: Schemas, reading: Reading, where: str) -> JsonSchema:
    node = schemas.refs.resolve(response, where)
    if not node:
        return {}
    media = node
    content = node.get("content")
    if isinstance(content, dict) and content:
        name, media = preferred_media(whole_content(content, schemas))
        if not is_json(name):
            return {}
    closed = schemas.close(media.get("schema"), side="response") if media.get("schema") is not None else {}
    if closed and closed != {"type": "object"}:
        return closed
    example = documented_value(media, refs=schemas.refs)
    if example is None and isinstance(node.get("examples"), dict):
        example = node["examples"].get("application/json")
    if isinstance(example, str):  # some write the JSON as text
        example = parse_templated_json(example[: reading.limits.response_bytes])
    if isinstance(example, dict | list):
        return schema_of(
            example, depth=reading.limits.schema_depth, nodes=reading.limits.schema_nodes, reading=reading
        )
    return closed
