"""Documents of every form with planted credentials, and the values that must stay."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data" / "scrub"


@dataclass(frozen=True)
class Planted:
    """A fake credential: where it stands, under which name, the whole value and the part that must vanish."""

    position: str
    name: str
    value: str
    secret: str


@dataclass(frozen=True)
class Innocent:
    kind: str
    name: str
    location: str
    value: Any


def planted() -> list[Planted]:
    # The file holds every value in pieces, so that no scanner takes the fakes for the real thing.
    rows = json.loads((_DATA / "planted.json").read_text())
    return [
        Planted(row["position"], row["name"], "".join(row["value"]), "".join(row["secret"])) for row in rows
    ]


def kinds(chosen: str, drawn: str) -> list[tuple[str, Any]]:
    """Values and texts that hold one credential each, with what kind it is; the file has marks in their place."""
    text = (_DATA / "kinds.json").read_text().replace("§", chosen).replace("‡", drawn)
    return [(row["kind"], row["value"]) for row in json.loads(text)]


def innocents() -> list[Innocent]:
    rows = json.loads((_DATA / "innocents.json").read_text())
    return [Innocent(**{**row, "value": _joined(row["value"])}) for row in rows]


def _joined(value: Any) -> Any:
    return "".join(value) if isinstance(value, list) else value


def postman_document() -> bytes:
    fakes = planted()
    variables = [{"key": one.name, "value": one.value} for one in fakes if one.position == "variable"]
    auth = [
        {"key": one.name, "value": one.value, "type": "string"} for one in fakes if one.position == "auth"
    ]
    scripts = [one.value for one in fakes if one.position == "script"]
    blocks = [{"type": kind, kind: auth} for kind in ("bearer", "basic", "apikey", "oauth2", "awsv4")]
    event = [{"listen": listen, "script": {"exec": scripts}} for listen in ("prerequest", "test")]
    folders = [
        {
            "name": f"folder {block['type']}",
            "auth": block,
            "event": event,
            "item": [_request(0, fakes[0], block)],
        }
        for block in blocks
    ]
    return _dump(
        {
            "info": {
                "name": "planted",
                "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
            },
            "auth": blocks[0],
            "event": event,
            "variable": variables,
            "item": [*folders, *(_request(i, one, blocks[i % len(blocks)]) for i, one in enumerate(fakes))],
        }
    )


def _request(number: int, one: Planted, auth: dict[str, Any]) -> dict[str, Any]:
    row = {"key": one.name, "value": one.value}
    raw = f"https://api.example.com/operations/{number}"
    url: Any = raw
    header: list[dict[str, Any]] = []
    body: dict[str, Any] | None = None
    match one.position:
        case "header":
            header = [row, {**row, "disabled": True}]
        case "query":
            url = {
                "raw": f"{raw}?{one.name}={one.value}",
                "host": ["api", "example", "com"],
                "path": ["operations", str(number)],
            }
            url["query"] = [row, {**row, "disabled": True}]
        case "url":
            url = one.value
        case "raw":
            body = {"mode": "raw", "raw": one.value}
        case "body" | "plain":
            body = _body(number, one, row)
    request: dict[str, Any] = {"method": "POST", "url": url, "header": header, "auth": auth}
    if body:
        request["body"] = body
    if one.position in ("description", "url", "raw"):
        request["description"] = one.value
    answer = {"name": "ok", "code": 200, "originalRequest": request, "header": header, "cookie": [row]}
    answer["body"] = json.dumps(
        {one.name or "text": one.value, "echo": {"items": [{one.name or "text": one.value}]}}
    )
    return {"name": f"operation {number}", "request": request, "response": [answer]}


def _body(number: int, one: Planted, row: dict[str, Any]) -> dict[str, Any]:
    content = {
        "kind": f"operation-{number}",
        one.name: one.value,
        "nested": {"list": [{one.name: one.value}]},
    }
    match number % 4:
        case 0:
            return {"mode": "urlencoded", "urlencoded": [row, {**row, "disabled": True}]}
        case 1:
            return {"mode": "formdata", "formdata": [{**row, "type": "text"}]}
        case 2:
            query = "query Find($input: In) { find(input: $input) { id } }"
            return {"mode": "graphql", "graphql": {"query": query, "variables": json.dumps(content)}}
    return {"mode": "raw", "raw": json.dumps(content), "options": {"raw": {"language": "json"}}}


def openapi_document() -> bytes:
    fakes = planted()
    variables = {one.name: {"default": one.value} for one in fakes if one.position == "variable"}
    schemes = {
        f"s{i}": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Key",
            "description": one.value,
            "x-example": {one.name: one.value},
        }
        for i, one in enumerate(fakes)
        if one.position == "auth"
    }
    scripts = [{"lang": "js", "source": one.value} for one in fakes if one.position == "script"]
    return _dump(
        {
            "openapi": "3.0.3",
            "info": {"title": "planted", "version": "1"},
            "servers": [{"url": "https://{base_url_code}.example.com", "variables": variables}],
            "components": {"securitySchemes": schemes},
            "paths": {f"/operations/{i}": {"post": _operation(one, scripts)} for i, one in enumerate(fakes)},
        }
    )


def _operation(one: Planted, scripts: list[Any]) -> dict[str, Any]:
    schema = {"type": "string", "default": one.value, "example": one.value, "examples": [one.value]}
    whole = {
        "type": "object",
        "properties": {one.name or "text": schema},
        "example": {one.name or "text": one.value},
    }
    answer = {"application/json": {"schema": whole, "example": {one.name or "text": one.value}}}
    operation: dict[str, Any] = {
        "summary": "Does something",
        "x-codeSamples": scripts,
        "responses": {"200": {"description": "ok", "content": answer}},
    }
    if one.position in ("header", "query"):
        example = {"value": one.value}
        operation["parameters"] = [
            {
                "name": one.name,
                "in": place,
                "schema": schema,
                "example": one.value,
                "examples": {"a": example},
            }
            for place in (one.position, "cookie")
        ]
    elif one.position == "raw":
        operation["requestBody"] = {
            "content": {"text/plain": {"schema": {"type": "string"}, "example": one.value}}
        }
    elif one.position in ("body", "plain"):
        operation["requestBody"] = {"content": answer}
    if one.position in ("description", "url", "raw"):
        operation["description"] = one.value
        operation["externalDocs"] = {"url": one.value}
    if one.position == "url":
        operation["servers"] = [{"url": one.value}]
    return operation


def simple_document() -> bytes:
    return _dump(
        {
            "apis": [
                _simple(i, one) for i, one in enumerate(planted()) if one.position not in ("auth", "script")
            ]
        }
    )


def _simple(number: int, one: Planted) -> dict[str, Any]:
    parameter = {"name": one.name or "text", "type": "string", "default": one.value, "example": one.value}
    parameter["description"] = one.value if one.position in ("description", "raw", "url") else "A value"
    location = one.position if one.position in ("header", "query") else "body"
    api: dict[str, Any] = {"name": f"operation_{number}", "parameters": [{**parameter, "location": location}]}
    if one.position in ("description", "url"):
        api["description"] = api["path"] = api["url"] = one.value
    api["responses"] = {
        "type": "object",
        "properties": {one.name or "text": {"type": "string", "example": one.value}},
    }
    return api


def innocent_document() -> bytes:
    """One operation an innocent, in the simple form, its value the parameter's default."""
    return _dump({"apis": [_kept(i, one) for i, one in enumerate(innocents())]})


def _kept(number: int, one: Innocent) -> dict[str, Any]:
    kind = {str: "string", bool: "boolean", int: "integer", float: "number"}[type(one.value)]
    parameter = {"name": one.name, "type": kind, "location": one.location, "default": one.value}
    return {"name": f"operation_{number}", "parameters": [parameter]}


def _dump(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
