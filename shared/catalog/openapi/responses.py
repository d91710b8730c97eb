"""The shape of a success, from the schema or the example of an OpenAPI or Swagger response."""

from __future__ import annotations

from typing import Any

from shared.catalog.decode.templated_text import parse_templated_json
from shared.catalog.model import JsonSchema
from shared.catalog.openapi.media import is_json, media_types, preferred_media, whole_content
from shared.catalog.openapi.parameters import documented_value
from shared.catalog.reading import Reading
from shared.catalog.schemas.expand import Schemas
from shared.catalog.schemas.inferred import schema_of

_OF_STRUCTURE = frozenset(("properties", "items", "anyOf", "additionalProperties", "patternProperties"))


def success_shape(responses: Any, schemas: Schemas, reading: Reading, where: str) -> JsonSchema:
    """The closed schema of the first success whose body has a structure (200 before 201 …); `{}` if none is documented.

    Bodies of other successes and media types that are described otherwise are counted.
    """
    if not isinstance(responses, dict):
        return {}
    codes = sorted(
        [code for raw in responses if (code := str(raw))[:1] == "2"], key=lambda code: code != "200"
    )
    if not codes and set(responses) == {"default"}:
        codes = ["default"]
    found: JsonSchema = {}
    told: Any = None
    for code in codes:
        response = responses.get(code)
        if found:
            if response != told and _is_described(schemas.refs.resolve(response, where)):
                reading.count("answers_left_out", code)
        elif shape := _shape_of(response, schemas, reading, where):
            found, told = shape, response
    return found


def _is_described(response: dict[str, Any] | None) -> bool:
    content = (response or {}).get("content")
    listed = content.values() if isinstance(content, dict) else [response]
    return any(isinstance(one, dict) and one.get("schema") for one in listed)


def _shape_of(response: Any, schemas: Schemas, reading: Reading, where: str) -> JsonSchema:
    node = schemas.refs.resolve(response, where)
    if not node:
        return {}
    media = node
    content = node.get("content")
    is_data = True
    if isinstance(content, dict) and content:
        content = whole_content(content, schemas)
        name, media = preferred_media(content)
        is_data = is_json(name)
        _count_others(content, media.get("schema"), reading)
    closed = schemas.close(media.get("schema"), side="response") if media.get("schema") is not None else {}
    if not is_data:  # a text or a file has no fields that a later step could take
        return closed if not _OF_STRUCTURE.isdisjoint(closed) else {}
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


def _count_others(content: dict[str, Any], kept: Any, reading: Reading) -> None:
    if len(content) > 1:
        for name, media in media_types(content):
            if (schema := media.get("schema")) is not None and schema != kept:
                reading.count("answers_left_out", name)
