"""Paths of OpenAPI documents: what their templates declare, their references, and what no verb names."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.openapi.templates import variables
from shared.errors import CatalogError
from tests.builders.documents import codes, only, openapi, read, swagger


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/a/{id}", ["id"]),
        ("/a/{year:[0-9]+}/{rest:.*}", ["year", "rest"]),
        ("/days/{day:[0-9]{2}}/{month:\\d{1,2}}", ["day", "month"]),
        ("/files/{path*}/{proxy+}/{**slug}/{id?}", ["path", "proxy", "slug", "id"]),
        ("/v1/{name=projects/*/keys/*}:rotate", ["name"]),
        ("/items/{id:int}/{key:[^/]+}", ["id", "key"]),
        ("/a{?q,limit}{&sort}", ["q", "limit", "sort"]),
        ("/a/{id}/b/{id}", ["id"]),
        ("/a/{}/{ }/{open", []),
        ("/a#{x}", []),
    ],
)
def test_a_variable_is_the_name_in_its_template(path: str, names: list[str]) -> None:
    assert [variable.name for variable in variables(path)] == names


@pytest.mark.parametrize(
    "template", ["{id:int}", "{id*}", "{id+}", "{id:[0-9]{2}}", "{*id}", "{id?}", "{id=a/*}"]
)
def test_a_pattern_in_a_template_declares_no_parameter_of_its_own(template: str) -> None:
    declared = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    catalog = read(openapi({f"/a/{template}": {"get": {"parameters": [declared]}}}))
    assert [(p.name, p.type) for p in catalog.apis[0].parameters] == [("id", "integer")]
    assert codes(catalog) == []


def test_a_pattern_that_nothing_declares_is_noted() -> None:
    catalog = read(openapi({"/a/{proxy+}": {"get": {}}}))
    assert catalog.apis[0].parameters == ()
    assert codes(catalog) == ["undeclared_path_parameter"]


def tenant(where: str = "header") -> dict[str, Any]:
    return {"name": "tenant", "in": where, "type": "string", "required": True}


def test_a_path_item_has_what_its_reference_names_and_what_stands_beside() -> None:
    body = {"name": "b", "in": "body", "schema": {"properties": {"label": {"type": "string"}}}}
    root = swagger(
        {
            "/crates": {"parameters": [tenant()], "get": {"summary": "List"}, "post": {"summary": "Old"}},
            "/boxes": {"$ref": "#/paths/~1crates", "post": {"summary": "Add", "parameters": [body]}},
        }
    )
    found = {(api.method, api.path): api for api in read(root).apis}
    assert {key for key in found if key[1] == "/boxes"} == {("GET", "/boxes"), ("POST", "/boxes")}
    assert found["GET", "/boxes"].parameters[0].required
    assert found["POST", "/boxes"].description == "Add"
    assert "label" in [p.name for p in found["POST", "/boxes"].parameters]


def test_a_chain_of_path_items_is_followed_and_a_cycle_ends() -> None:
    paths = {
        "/a": {"$ref": "#/paths/~1b"},
        "/b": {"$ref": "#/paths/~1c"},
        "/c": {"get": {}},
        "/d": {"$ref": "#/paths/~1d"},
    }
    catalog = read(openapi(paths))
    assert sorted(api.path for api in catalog.apis) == ["/a", "/b", "/c"]
    assert "malformed_path" in codes(catalog)


@pytest.mark.parametrize("key", ["x-amazon-apigateway-any-method", "x-vendor-fallback"])
def test_an_operation_of_a_vendor_is_noted(key: str) -> None:
    catalog = read(openapi({"/a": {key: {"responses": {}}, "get": {}, "x-note": {"text": "no operation"}}}))
    assert [(found.code, found.where) for found in catalog.diagnostics] == [("vendor_operation", f"{key} /a")]


def test_operations_of_other_files_are_counted_and_the_way_out_is_named() -> None:
    paths = {
        "/a": {"$ref": "paths/a.yaml"},
        "/b": {"$ref": "paths/b.yaml#/b"},
        "/c": {"get": {"$ref": "c.yaml"}},
        "/d": {"get": {}},
    }
    (found,) = [one for one in read(openapi(paths)).diagnostics if one.code == "operations_elsewhere"]
    assert found.message.startswith(
        "3 paths or operations stand in 3 other files (paths/a.yaml, paths/b.yaml, c.yaml)"
    )
    assert "bundle" in found.message


def test_a_document_whose_operations_all_stand_elsewhere_says_so() -> None:
    with pytest.raises(CatalogError, match=r"paths/a\.yaml.*redocly bundle") as caught:
        read(openapi({"/a": {"$ref": "paths/a.yaml"}}))
    assert caught.value.code == "no_operations"


@pytest.mark.parametrize("place", ["Query", "QUERY", " query "])
def test_the_place_of_a_parameter_may_be_written_in_another_case(place: str) -> None:
    assert only(swagger({"/a": {"get": {"parameters": [tenant(place)]}}})).parameters[0].location == "query"


def test_declared_headers_are_arguments_whatever_they_look_like() -> None:
    names = [
        "Accept-Language",
        "Date",
        "Origin",
        "Range",
        "If-Match",
        "User-Agent",
        "Host",
        "Cache-Control",
        "Sec-Mode",
    ]
    listed = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in names
    ]
    assert [
        (p.name, p.required) for p in only(openapi({"/a": {"get": {"parameters": listed}}})).parameters
    ] == [(name, True) for name in names]
