"""Request bodies: required or not, several of them, and several media types of one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.documents import codes, only, openapi, read, swagger

FIELD = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}


def fields(*names: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, **more}


def posted(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    media = {name: {"schema": schema} for name, schema in content.items()}
    return openapi({"/a": {"post": {"requestBody": {"content": media, **more}}}})


@pytest.mark.parametrize(
    ("more", "required"), [({}, False), ({"required": False}, False), ({"required": True}, True)]
)
def test_only_a_body_that_is_required_requires_its_fields(more: dict[str, Any], required: bool) -> None:
    assert only(posted({"application/json": FIELD}, **more)).parameters[0].required is required
    body = {"name": "b", "in": "body", "schema": FIELD, **more}
    assert only(swagger({"/a": {"post": {"parameters": [body]}}})).parameters[0].required is required


def test_every_body_of_a_swagger_operation_is_kept() -> None:
    shared = {"name": "shared", "in": "body", "schema": fields("fromPath")}
    listed = [
        {"name": "branch", "in": "body", "type": "string", "required": True},
        {"name": "rows", "in": "body", "schema": {"type": "array", "items": {"type": "string"}}},
        {"name": "file", "in": "formData", "type": "file"},
        {
            "name": "payload",
            "in": "Body",
            "schema": fields("fromOperation", required=["fromOperation"]),
            "required": True,
        },
    ]
    catalog = read(swagger({"/a": {"parameters": [shared], "post": {"parameters": listed}}}))
    assert {p.name: (p.location, p.type, p.required) for p in catalog.apis[0].parameters} == {
        "fromPath": ("body", "string", False),
        "branch": ("body", "string", True),
        "rows": ("body", "array", False),
        "file": ("form", "string", False),
        "fromOperation": ("body", "string", True),
    }
    assert codes(catalog) == ["several_bodies"]


def test_a_required_body_without_a_schema_is_one_required_argument() -> None:
    body = {"name": "payload", "in": "body", "required": True}
    assert [
        (p.name, p.required) for p in only(swagger({"/a": {"post": {"parameters": [body]}}})).parameters
    ] == [("body", True)]


@pytest.mark.parametrize(
    ("content", "kept", "lost"),
    [
        ({"application/json": fields("a"), "multipart/form-data": fields("a", "file")}, ["a", "file"], "application/json"),
        ({"multipart/form-data": fields("a"), "application/json": fields("b")}, ["b"], "multipart/form-data"),
        ({"application/vnd.x+json; v=1": fields("a"), "application/vnd.x+json; v=2": fields("b", "c")}, ["b", "c"], "vnd.x+json"),
        ({"application/xml": fields("a", "b"), "application/json": {"type": "object"}}, ["a", "b"], "application/json"),
        ({"text/plain": {"type": "string"}, "application/json": fields("b")}, ["b"], "text/plain"),
    ],
)  # fmt: skip
def test_the_richest_media_type_is_read_and_others_are_noted(
    content: dict[str, Any], kept: list[str], lost: str
) -> None:
    catalog = read(posted(content))
    assert [p.name for p in catalog.apis[0].parameters] == kept
    (found,) = catalog.diagnostics
    assert (found.code, found.where) == ("media_type_left_out", "POST /a")
    assert lost in found.message


def test_fields_that_only_another_media_type_has_are_named() -> None:
    (found,) = read(
        posted({"multipart/form-data": fields("file", "title"), "application/json": fields("url")})
    ).diagnostics
    assert "its fields url are left out" in found.message


def test_media_types_that_say_the_same_are_counted_once_for_the_document() -> None:
    node = posted({"application/json": fields("a"), "application/xml": fields("a")})["paths"]["/a"]
    (found,) = read(openapi({"/a": node, "/b": node})).diagnostics
    assert (found.code, found.message.split()[0]) == ("media_types_alike", "2")


def test_a_body_that_is_no_json_has_fields_all_the_same() -> None:
    assert [p.name for p in only(posted({"application/xml": fields("a", "b")})).parameters] == ["a", "b"]


def test_what_openapi_3_2_adds_is_read() -> None:
    schema = fields("a", required=["a"])
    query = {
        "name": "q",
        "in": "querystring",
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": schema}},
    }
    shared = {"Shared": {"schema": fields("c")}}
    node = {
        "parameters": [query],
        "requestBody": {"content": {"application/json": {"$ref": "#/components/mediaTypes/Shared"}}},
        "responses": {"200": {"content": {"application/json-seq+json": {"itemSchema": fields("d")}}}},
    }
    root = openapi(
        {"/a": {"query": node, "additionalOperations": {"COPY": {}}}}, components={"mediaTypes": shared}
    )
    first, second = read({**root, "openapi": "3.2.0"}).apis
    assert [first.method, second.method] == ["QUERY", "COPY"]
    assert [(p.name, p.location, p.required) for p in first.parameters] == [
        ("a", "query", True),
        ("c", "body", False),
    ]
    assert (first.responses["type"], list(first.responses["items"]["properties"])) == ("array", ["d"])
