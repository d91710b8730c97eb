"""Postman's local form: a folder of YAML files, one a request."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import yaml

from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.catalog.model import Api, Catalog
from shared.errors import CatalogError
from tests.builders.documents import codes, openapi, zipped

REQUEST: dict[str, Any] = {
    "$kind": "http-request",
    "name": "Get order",
    "method": "GET",
    "url": "{{base}}/orders/:id",
    "headers": [{"key": "X-Shop", "value": "north"}],
    "queryParams": [{"key": "page", "value": "2"}],
    "pathVariables": [{"key": "id", "value": "7", "description": "Number"}],
}


def text(root: Any) -> bytes:
    return yaml.safe_dump(root, sort_keys=False).encode()


def taken(**files: Any) -> Catalog:
    """A zip of files by path; `/` is written `__` in a name."""
    return ingest([zipped(**{name.replace("__", "/"): text(root) for name, root in files.items()})])


def said(api: Api) -> list[tuple[str, str, bool]]:
    return [(p.name, p.location, p.required) for p in api.parameters]


def sent(body: Any) -> Api:
    root = {"$kind": "http-request", "method": "POST", "url": "{{base}}/orders", "body": body}
    return ingest([Document("Add order.request.yaml", text(root))]).apis[0]


def test_one_request_is_a_catalog() -> None:
    catalog = ingest([Document("x.yaml", text(REQUEST))])
    (api,) = catalog.apis
    assert (api.name, api.method, api.path) == ("Get_order", "GET", "{{base}}/orders/:id")
    assert said(api) == [("id", "path", True), ("page", "query", False), ("X-Shop", "header", False)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"type": "json", "content": '{"a": 1, "b": "x"}'}, [("a", "body", True), ("b", "body", True)]),
        ({"type": "json", "content": {"a": 1}}, [("a", "body", True)]),
        ({"type": "urlencoded", "content": [{"key": "a", "value": "1"}]}, [("a", "form", True)]),
        ({"type": "formdata", "content": [{"key": "f", "type": "file", "src": ""}]}, [("f", "form", True)]),
        ({"type": "text", "content": "hello"}, [("body", "body", True)]),
        ({"type": "graphql", "content": {"query": "query A($n: Int!) { a(n: $n) }", "variables": '{"n": 1}'}}, [("n", "body", True)]),
        ({"type": "none"}, []),
    ],
)  # fmt: skip
def test_bodies_are_read_as_those_of_other_collections(body: Any, found: Any) -> None:
    api = sent(body)
    assert api.name == "Add_order"
    assert [one for one in said(api) if one[0] != "operationName"] == found


def test_a_folder_of_files_is_one_collection_with_its_folders_and_examples() -> None:
    example = {
        "$kind": "http-example",
        "request": {"url": "{{base}}/orders/:id", "method": "GET"},
        "response": {"statusCode": 200, "body": {"type": "json", "content": '{"total": 3}'}},
    }
    files = {
        "postman/collections/Shop/.resources/definition.yaml": {"$kind": "collection", "name": "Our shop", "variables": [{"key": "base", "value": "https://x.example.com"}]},
        "postman/collections/Shop/Orders/.resources/definition.yaml": {"$kind": "collection", "order": 5},
        "postman/collections/Shop/Orders/Get order.request.yaml": {**REQUEST, "order": 2000},
        "postman/collections/Shop/Orders/.resources/Get order.resources/examples/ok.example.yaml": example,
        "postman/collections/Shop/Health.request.yaml": {"$kind": "http-request", "url": "{{base}}/health", "order": 3000},
        "postman/collections/Shop/Chat.request.yaml": {"$kind": "websocket-request", "url": "wss://x"},
    }  # fmt: skip
    catalog = taken(**files)
    assert catalog.name == "Our shop"
    assert {api.original_name: api.tags for api in catalog.apis} == {"Get order": ("Orders",), "Health": ()}
    order = next(api for api in catalog.apis if api.original_name == "Get order")
    assert order.responses == {"type": "object", "properties": {"total": {"type": "integer"}}}
    assert "skipped_document" in codes(catalog)


def test_credentials_of_local_files_go() -> None:
    secret = "Zt8-mQ2v-Lk5x"
    auth = {"type": "bearer", "credentials": [{"key": "token", "value": secret}]}
    root = {**REQUEST, "auth": auth, "headers": {"X-Other": secret}, "description": f"Use {secret}"}
    catalog = ingest([Document("x.yaml", text(root))])
    assert secret not in str(catalog)
    assert "auth_left_out" in codes(catalog)


def test_other_catalogs_beside_local_files_are_read_too() -> None:
    catalog = ingest(
        [Document("x.yaml", text(REQUEST)), Document("y.yaml", text(openapi({"/a": {"get": {}}})))]
    )
    assert len(catalog.apis) == 2


@pytest.mark.parametrize("kind", ["collection", "environment", "http-example", "grpc-request"])
def test_files_without_a_request_are_refused_by_name(kind: str) -> None:
    with pytest.raises(CatalogError, match="v3") as raised:
        ingest([Document("x.yaml", text({"$kind": kind, "name": "x"}))])
    assert raised.value.code == "unsupported_format"


def test_a_local_file_that_cannot_be_read_is_left_out_with_a_diagnostic() -> None:
    broken = b"$kind: http-request\nurl: {{base}}-x: [\n"
    catalog = ingest([Document("x.yaml", text(REQUEST)), Document("y.yaml", broken)])
    assert len(catalog.apis) == 1
    assert "skipped_document" in codes(catalog)
    with pytest.raises(CatalogError):
        ingest([Document("y.yaml", broken)])


def test_a_collection_of_a_newer_form_is_refused_by_name() -> None:
    info = {"name": "x", "schema": "https://schema.postman.com/collection/v3.0.0/collection.json"}
    with pytest.raises(CatalogError, match=r"v3.*Collection v2\.1"):
        ingest([Document("x.json", orjson.dumps({"info": info, "items": []}))])
