"""Which media type of several is read."""

from __future__ import annotations

from typing import Any

from shared.catalog.schemas.expand import Schemas

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed")


def media_types(content: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Name, lower case without parameters, and media type object of each, in the order of the document."""
    return [
        (str(key).partition(";")[0].strip().lower(), media if isinstance(media, dict) else {})
        for key, media in content.items()
    ]


def whole_content(content: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    """`content` with references to shared media types followed, and streams of items as lists (OpenAPI 3.2)."""
    found = {}
    for key, raw in content.items():
        media = schemas.refs.resolve(raw, str(key)) or {}
        if "itemSchema" in media and "schema" not in media:
            media = {**media, "schema": {"type": "array", "items": media["itemSchema"]}}
        found[key] = media
    return found


def is_json(media_type: str) -> bool:
    """Whether a media type carries JSON (or anything)."""
    return media_type in ("application/json", "*/*", "text/json") or media_type.endswith(("+json", "/json"))


def preferred_media(content: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The media type whose answer a plan would read: JSON, then forms, then the first.

    One that has a schema goes before others of its kind.
    """
    if isinstance(media := content.get("application/json"), dict) and media.get("schema"):
        return "application/json", media
    types = media_types(content)
    return max(types, key=lambda one: (_kind(one[0]), bool(one[1].get("schema"))))


def richest_media(content: dict[str, Any], schemas: Schemas) -> int:
    """The place in `media_types` of the one with most fields; of equals, JSON goes before forms before others."""
    types = media_types(content)
    if len(types) == 1:
        return 0
    ranks = [
        (len(field_names(media.get("schema"), schemas)), _says_something(media), _kind(name))
        for name, media in types
    ]
    return ranks.index(max(ranks))


def field_names(schema: Any, schemas: Schemas) -> list[str]:
    """Names of the top-level fields of a body with this schema."""
    return [str(name) for name in schemas.fields_of(schema).properties]


def _says_something(media: dict[str, Any]) -> bool:
    return any(media.get(word) for word in ("schema", "example", "examples"))


def _kind(name: str) -> int:
    return 2 if is_json(name) else 1 if name in FORMS else 0
