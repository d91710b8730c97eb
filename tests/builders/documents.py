"""Small catalog documents of every accepted format, with valid defaults."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import orjson
import yaml

from shared.catalog.ingest import Document, ingest
from shared.catalog.model import Api, Catalog

V21 = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
V20 = "https://schema.getpostman.com/json/collection/v2.0.0/collection.json"


def request(name: str, url: Any = "{{base}}/things", method: Any = "GET", **more: Any) -> dict[str, Any]:
    """A Postman item; `body` may be a JSON value (sent raw) or a body object with a `mode`."""
    body = more.pop("body", None)
    if body is not None and not (isinstance(body, dict) and "mode" in body):
        body = {"mode": "raw", "raw": body if isinstance(body, str) else orjson.dumps(body).decode()}
    responses = more.pop("response", [])
    raw = {"method": method, "url": url, **more} | ({"body": body} if body is not None else {})
    return {"name": name, "request": raw, "response": responses}


def folder(name: str, *items: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "item": list(items), **more}


def collection(*items: Any, name: str = "shop", schema: str = V21, **more: Any) -> dict[str, Any]:
    return {"info": {"name": name, "schema": schema}, "item": list(items), **more}


def openapi(paths: Any, *, version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "shop", "version": "1"}, "paths": paths, **more}


def swagger(paths: Any, **more: Any) -> dict[str, Any]:
    return {"swagger": "2.0", "info": {"title": "shop", "version": "1"}, "paths": paths, **more}


def json_document(root: Any, name: str = "catalog.json") -> Document:
    return Document(name, orjson.dumps(root))


def yaml_document(root: Any, name: str = "catalog.yaml") -> Document:
    return Document(name, yaml.safe_dump(root, sort_keys=False).encode())


def zipped(**files: Any) -> Document:
    """A zip; a value is bytes or a JSON value."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else orjson.dumps(content)
            archive.writestr(name, data)
    return Document("upload.zip", buffer.getvalue())


def read(root: Any) -> Catalog:
    return ingest([json_document(root)])


def only(root: Any) -> Api:
    """The one API of a document."""
    (api,) = read(root).apis
    return api


def codes(catalog: Catalog) -> list[str]:
    return [found.code for found in catalog.diagnostics]


EVERY_FORMAT: dict[str, dict[str, Any]] = {
    "postman": collection(
        folder(
            "hub",
            *(
                request(
                    name,
                    "{{base}}/api/hub",
                    "POST",
                    body=f'{{"request_type": "{name}", "top": 3, "app": {{{{app}}}}, "filter": {{"a": [1, "x"]}}}}',
                    header=[{"key": "X-Trace", "value": "on"}, {"key": "Authorization", "value": "Bearer {{t}}"}],
                )
                for name in ("search-orders", "cancel-order", "list-customers")
            ),
        ),
        request("one thing", {"raw": "{{base}}/things/:id?full=true", "variable": [{"key": "id", "value": "7"}]}),
        request(
            "hero", "{{base}}/graphql", "POST",
            body={"mode": "graphql", "graphql": {"query": "query Hero($id: ID!) {hero(id: $id) {name}}", "variables": "{\"id\": \"1\"}"}},
        ),
        request("upload", "{{base}}/files", "POST", body={"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "/etc/passwd"}]}),
    ),
    "openapi": openapi(
        {
            "/orders/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": {
                    "operationId": "getOrder",
                    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}},
                },
                "put": {
                    "operationId": "putOrder",
                    "requestBody": {"content": {"application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/Order"}, {"required": ["total"]}]}}}},
                    "responses": {"default": {"description": "x"}},
                },
            },
            "/search": {"get": {"parameters": [{"name": "q", "in": "query", "required": "false", "schema": {"type": ["string", "null"], "enum": ["a", None]}}]}},
        },
        components={
            "parameters": {"Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}},
            "schemas": {
                "Order": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "integer"}, "total": {"type": "number", "nullable": True},
                        "parent": {"$ref": "#/components/schemas/Order"},
                        "lines": {"type": "array", "items": {"oneOf": [{"$ref": "#/components/schemas/Line"}, {"type": "string"}]}},
                    },
                },
                "Line": {"properties": {"sku": {"type": "string"}, "order": {"$ref": "#/components/schemas/Order"}}},
            },
        },
    ),
    "swagger": swagger(
        {
            "/pets": {
                "post": {
                    "parameters": [
                        {"name": "pet", "in": "body", "schema": {"$ref": "#/definitions/Pet"}},
                        {"name": "X-Tenant", "in": "header", "type": "string"},
                    ],
                    "responses": {"200": {"schema": {"$ref": "#/definitions/Pet"}}},
                },
                "put": {"parameters": [{"name": "picture", "in": "formData", "type": "file", "required": True}]},
            }
        },
        definitions={"Pet": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}},
    ),
    "simple": {
        "apis": [
            {"name": "get_weather", "description": "Weather of a day", "parameters": [{"name": "day", "type": "date", "required": True}]},
            {"name": "book.flight", "parameters": {"type": "object", "properties": {"to": {"type": "str"}, "seats": {"type": "int"}}, "required": ["to"]}},
        ]
    },
}  # fmt: skip
