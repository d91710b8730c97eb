"""Request bodies of OpenAPI 3 and Swagger 2: the top-level fields become parameters."""

from __future__ import annotations

from typing import Any

from shared.catalog.model import JsonSchema, Location
from shared.catalog.openapi.parameters import documented_value, is_true
from shared.catalog.reading import content_key
from shared.catalog.schemas.expand import Schemas
from shared.catalog.schemas.parameters import Parameters
from shared.catalog.schemas.typed_values import text_of

_OPAQUE: JsonSchema = {"type": "string"}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed")


def add_request_body(node: dict[str, Any], into: Parameters, schemas: Schemas) -> None:
    """The body of an OpenAPI 3 operation; JSON before forms, anything else is one opaque `body`."""
    content = node.get("content")
    if not isinstance(content, dict) or not content:
        return
    name, media = preferred_media(content)
    required = node.get("required")
    is_optional = required is not None and not is_true(required)
    description = node.get("description") or ""
    if not is_json(name) and name not in _FORMS:
        into.add("body", "body", _OPAQUE, required=not is_optional, description=description or name)
        return
    example = documented_value(media)
    location: Location = "form" if name in _FORMS else "body"
    add_body_schema(media.get("schema"), example, location, not is_optional, description, into, schemas)


def add_body_schema(
    schema: Any,
    example: Any,
    location: Location,
    required: bool,
    description: str,
    into: Parameters,
    schemas: Schemas,
) -> None:
    """Fields of an object body, or one parameter `body` for a body of any other kind."""
    node = with_variants(schemas.flatten(schema), schemas)
    properties = node.get("properties")
    if not isinstance(properties, dict) or not properties:
        body_schema = schemas.close(schema)
        value = example if example is not None else documented_value(node)
        into.add("body", location, body_schema, required=required, default=value, description=description)
        return
    examples = example if isinstance(example, dict) else node.get("example")
    values = examples if isinstance(examples, dict) else {}
    _add_fields(node, properties, values, location, required, into, schemas)


def _add_fields(
    node: dict[str, Any],
    properties: dict[str, Any],
    values: dict[str, Any],
    location: Location,
    required: bool,
    into: Parameters,
    schemas: Schemas,
) -> None:
    """The arguments made of the properties; equal ones are made once."""
    listed = node.get("required")
    needed = set(map(text_of, listed)) if isinstance(listed, list) else set()
    for name, sub in properties.items():
        own = sub if isinstance(sub, dict) else {}
        if own.get("readOnly") is True:
            continue
        is_required = required and (name in needed or own.get("required") is True)
        key = content_key((name, location, is_required, sub, values.get(name)))
        known = schemas.fields.get(key) if key is not None else None
        if known is not None and into.share(known):
            continue
        said = schemas.flatten(own) if "$ref" in own or "allOf" in own else own
        default = said.get("default", values.get(name))
        made = into.add(
            name,
            location,
            schemas.close(sub, name),
            required=is_required,
            default=default if default is not None else documented_value(said),
            description=own.get("description") or _referred_description(own, schemas),
        )
        if key is not None and made is not None:
            schemas.fields[key] = (made,)


def _referred_description(own: dict[str, Any], schemas: Schemas) -> Any:
    ref = own.get("$ref")
    found = schemas.refs.find(ref) if isinstance(ref, str) else None
    return found.get("description") or "" if isinstance(found, dict) else ""


def with_variants(node: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    """A body with variants as one object: all their fields, required only what every variant requires."""
    variants = node.get("oneOf") or node.get("anyOf")
    if not isinstance(variants, list) or not variants:
        return node
    flat = [schemas.flatten(variant) for variant in variants[:32]]
    if not all(isinstance(one.get("properties"), dict) for one in flat):
        return node
    own = node.get("properties")
    properties = dict(own) if isinstance(own, dict) else {}
    needed: set[str] | None = None
    for one in flat:
        for name, sub in one["properties"].items():
            # Fields that differ between variants are left open rather than wrongly narrowed.
            properties[name] = sub if properties.get(name, sub) == sub else _loose(properties[name], sub)
        listed = one.get("required")
        names = {name for raw in listed if (name := text_of(raw))} if isinstance(listed, list) else set()
        needed = names if needed is None else needed & names
    base = node.get("required")
    required = [*(base if isinstance(base, list) else ()), *sorted(needed or ())]
    return {**node, "properties": properties, "required": required}


def _loose(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        values = [value for sub in (one, other) for value in _values(sub)]
        if one.get("type") == other.get("type") and isinstance(one.get("type"), str):
            kept = {key: one[key] for key in ("type", "description") if key in one}
            unique = [value for i, value in enumerate(values) if value not in values[:i]]
            return {**kept, "enum": unique} if _values(one) and _values(other) and len(unique) <= 64 else kept
    return {}


def _values(sub: dict[str, Any]) -> list[Any]:
    if "const" in sub:
        return [sub["const"]]
    listed = sub.get("enum")
    return listed if isinstance(listed, list) else []


def preferred_media(content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The media type a plan would use, lower case without parameters: JSON, then forms, then the first.

    One that has a schema goes before others of its kind.
    """
    if isinstance(media := content.get("application/json"), dict) and media.get("schema"):
        return "application/json", media
    types = [
        (str(key).partition(";")[0].strip().lower(), media if isinstance(media, dict) else {})
        for key, media in content.items()
    ]
    for accepted in (is_json, _FORMS.__contains__):
        fitting = [(name, media) for name, media in types if accepted(name)]
        if fitting:
            return next((one for one in fitting if one[1].get("schema")), fitting[0])
    return types[0]


def is_json(media_type: str) -> bool:
    """Whether a media type carries JSON (or anything)."""
    return media_type in ("application/json", "*/*", "text/json") or media_type.endswith(("+json", "/json"))
