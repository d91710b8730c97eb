"""What the page of the HTTP API shows, read out of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

type Json = Mapping[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 3
"""Levels of an object's fields that are listed."""


def operations(document: Json) -> list[dict[str, Any]]:
    """Every operation with what it takes and answers, in the document's order."""
    return [
        {
            "id": f"{method}-{path.strip('/').replace('/', '-').translate(_BRACES)}",
            "method": method.upper(),
            "path": f"/api{path}",
            "summary": told.get("summary", ""),
            "is_open": told.get("security") == [],
            "parameters": [_parameter(one) for one in told.get("parameters", ())],
            "bodies": list(_contents(told.get("requestBody") or {})),
            "answers": [
                {"status": status, "said": one.get("description", ""), "bodies": list(_contents(one))}
                for status, one in told["responses"].items()
            ],
        }
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if method in _METHODS
    ]


_BRACES = str.maketrans("", "", "{}")


def schemas(document: Json) -> list[dict[str, Any]]:
    """Every schema with its fields."""
    return [
        {
            "name": name,
            "about": spec.get("description", ""),
            "kind": kind(spec),
            "fields": list(_fields(spec)),
        }
        for name, spec in document["components"]["schemas"].items()
    ]


def kind(spec: Any) -> dict[str, str]:
    """What a schema takes: `text` in words, and `schema`, its name, "" for an unnamed schema."""
    if not isinstance(spec, Mapping) or not spec:
        return {"text": "anything", "schema": ""}
    if "$ref" in spec:
        return {
            "text": "",
            "schema": str(spec["$ref"]).removeprefix("#/components/schemas/").partition("/")[0],
        }
    if "items" in spec:
        inner = kind(spec["items"])
        return {"text": f"list of {inner['text']}".rstrip(), "schema": inner["schema"]}
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in spec:
            return _several(spec[choice], " and " if choice == "allOf" else " or ")
    if "enum" in spec or "const" in spec:
        values = spec.get("enum", [spec.get("const")])
        return {"text": ", ".join(map(str, values[:12])) + (", …" if len(values) > 12 else ""), "schema": ""}
    named = spec.get("type", "object" if "properties" in spec else "anything")
    return {"text": " or ".join(named) if isinstance(named, list) else str(named), "schema": ""}


def _several(choices: Any, between: str) -> dict[str, str]:
    found = [kind(one) for one in choices]
    texts = dict.fromkeys(one["text"] or one["schema"] for one in found)
    return {"text": between.join(texts), "schema": ""} if len(texts) > 1 else found[0]


def _parameter(one: Json) -> dict[str, Any]:
    where, needed = one["in"], bool(one.get("required"))
    return {"name": one["name"], "where": where, "needed": needed, "kind": kind(one.get("schema", {}))}


def _contents(of: Json) -> Iterator[dict[str, Any]]:
    for media, content in (of.get("content") or {}).items():
        spec = content.get("schema", {})
        yield {"media": media, "kind": kind(spec), "fields": list(_fields(spec))}


def _fields(spec: Any, prefix: str = "", depth: int = 1) -> Iterator[dict[str, Any]]:
    properties = spec.get("properties") if isinstance(spec, Mapping) else None
    if not isinstance(properties, Mapping) or depth > _DEEPEST:
        return
    needed = spec.get("required", ())
    for name, inner in properties.items():
        about = inner.get("description", "") if isinstance(inner, Mapping) else ""
        yield {"name": f"{prefix}{name}", "needed": name in needed, "kind": kind(inner), "about": about}
        yield from _fields(inner, f"{prefix}{name}.", depth + 1)
