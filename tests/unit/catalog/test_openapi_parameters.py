"""Parameters of OpenAPI documents as they are really written: twice, beside references, with values that do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.ingest import Document, ingest
from shared.catalog.model import Catalog
from tests.builders.documents import codes, only, openapi, read, swagger


def listed(*parameters: Any, path: str = "/a", **more: Any) -> Catalog:
    return read({**openapi({path: {"get": {"parameters": [*parameters]}}}), **more})


def query(schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": "q", "in": "query", "schema": schema, **more}


@pytest.mark.parametrize(
    ("schema", "default", "code"),
    [
        ({"type": "integer", "minimum": 5, "default": 1}, None, "default_left_out"),
        ({"type": "string", "maxLength": 2, "default": "abc"}, None, "default_left_out"),
        ({"type": "boolean", "default": "maybe"}, None, "default_left_out"),
        ({"type": "string", "enum": ["a"], "default": "b"}, None, "default_left_out"),
        ({"type": "array", "items": {"enum": ["a"]}, "default": ["b"]}, None, "default_left_out"),
        ({"anyOf": [{"type": "integer"}, {"type": "boolean"}], "default": "x"}, None, "default_left_out"),
        ({"type": "object", "properties": {"n": {"type": "integer"}}, "default": {"n": "x"}}, None, "default_left_out"),
        ({"type": "string", "not": {"const": "x"}, "default": "x"}, None, "default_left_out"),
        # Documents often name another format than they mean, so both stay.
        ({"type": "string", "format": "date-time", "example": "2024-01-31"}, "2024-01-31", "format_in_doubt"),
        ({"type": "string", "format": "uuid", "default": "abc"}, "abc", "format_in_doubt"),
        ({"type": "integer", "format": "int32", "default": 3_000_000_000}, 3_000_000_000, "format_in_doubt"),
        ({"type": "string", "format": "url", "default": "https://example.com/x"}, "https://example.com/x", None),
        ({"type": "string", "format": "time", "default": "09:30"}, "09:30", None),
        ({"type": "integer", "default": "0x1F"}, 31, None),
        ({"type": "integer", "default": None}, None, None),
    ],
)  # fmt: skip
def test_a_default_that_its_schema_refuses_goes_or_is_noted(
    schema: Any, default: Any, code: str | None
) -> None:
    catalog = listed(query(schema))
    assert (catalog.apis[0].parameters[0].default, codes(catalog)) == (default, [code] if code else [])


def test_a_value_within_a_field_that_its_schema_refuses_is_no_example() -> None:
    fields = {"n": {"type": "integer", "minimum": 3, "example": 1}, "m": {"type": "integer", "example": 4}}
    catalog = listed(query({"type": "object", "properties": fields}))
    assert catalog.apis[0].parameters[0].schema["properties"] == {
        "n": {"type": "integer", "minimum": 3},
        "m": {"type": "integer", "examples": [4]},
    }
    assert codes(catalog) == ["default_left_out"]


def test_of_two_parameters_of_one_name_and_place_the_last_is_read_and_noted() -> None:
    twice = (query({"type": "integer"}), query({"type": "string"}))
    catalog = listed(*twice)
    assert [one.type for one in catalog.apis[0].parameters] == ["string"]
    assert codes(catalog) == ["repeated_parameter"]
    assert codes(listed(twice[0], dict(twice[0]))) == []


def test_a_reference_to_a_parameter_brings_a_description_and_nothing_else() -> None:
    shared = {"parameters": {"Q": query({"type": "integer"}, description="Of all")}}
    beside = {"$ref": "#/components/parameters/Q", "description": "Of this", "required": True}
    catalog = listed(beside, components=shared)
    (found,) = catalog.apis[0].parameters
    assert (found.description, found.required, codes(catalog)) == ("Of this", False, ["beside_ref"])


def test_a_second_description_of_one_parameter_is_noted() -> None:
    json = {"application/json": {"schema": {"type": "object"}}}
    (found,) = listed(query({"type": "integer"}, content=json)).diagnostics
    assert (found.code, "application/json" in found.message) == ("media_type_left_out", True)


@pytest.mark.parametrize("word", ["dataValue", "serializedValue"])
def test_an_example_of_openapi_3_2_is_a_value(word: str) -> None:
    named = query({"type": "string"}, examples={"one": {word: "ten"}})
    assert (
        only({**openapi({"/a": {"get": {"parameters": [named]}}}), "openapi": "3.2.0"}).parameters[0].default
        == "ten"
    )


@pytest.mark.parametrize(
    ("path", "declared", "names", "noted"),
    [
        ("/a/{ID}", ["id"], ["id"], 1),
        ("/a/{order_id}", ["orderId"], ["orderId"], 1),
        ("/a/{one}", ["other"], ["other", "one"], 2),
        ("/a/{{id}}", ["id"], ["id"], 0),
        ("/a/:id", ["id"], ["id"], 0),
        ("/a/:id/b", [], [], 1),
        ("/a/<int:id>", [], [], 1),
        ("/a/[id]/[...rest]", [], [], 2),
        ("/v1/{name}:cancel", ["name"], ["name"], 0),
    ],
)  # fmt: skip
def test_what_a_path_and_its_declarations_disagree_about_is_noted(
    path: str, declared: list[str], names: list[str], noted: int
) -> None:
    rows = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in declared]
    catalog = listed(*rows, path=path)
    assert [one.name for one in catalog.apis[0].parameters] == names
    assert codes(catalog) == ["undeclared_path_parameter"] * noted


def test_a_default_that_no_json_reader_takes_is_counted() -> None:
    text = "openapi: 3.0.3\ninfo: {title: t}\npaths: {/a: {get: {parameters: [{name: q, in: query, schema: {type: integer, default: 1"
    catalog = ingest([Document("x", f"{text}{'0' * 25}}}}}]}}}}}}\n".encode())])
    assert (catalog.apis[0].parameters[0].default, codes(catalog)) == (None, ["default_left_out"])


def test_words_in_an_example_are_no_flags() -> None:
    text = """
      openapi: 3.0.3
      info: {title: t}
      paths:
        /a:
          post:
            requestBody:
              content:
                application/json:
                  schema: {type: object, properties: {required: {type: string}, deprecated: {enum: ["yes", "no"]}}}
                  example: {required: yes, deprecated: no}
    """
    (api,) = ingest([Document("x", text.encode())]).apis
    assert {one.name: one.default for one in api.parameters} == {"required": "yes", "deprecated": "no"}


def test_flags_in_the_words_of_yaml_1_1_are_flags() -> None:
    text = """
      openapi: 3.0.3
      info: {title: t}
      paths:
        /a:
          post:
            parameters: [{name: q, in: query, required: yes, schema: {type: string, nullable: on}}]
            requestBody:
              required: YES
              content: {application/json: {schema: {type: object, properties: {id: {readOnly: yes}, a: {type: string}}}}}
    """
    (api,) = ingest([Document("x", text.encode())]).apis
    assert [(one.name, one.required) for one in api.parameters] == [("q", True), ("a", False)]
    assert api.parameters[0].schema == {"type": ["string", "null"]}


def test_variables_of_servers_are_counted_once() -> None:
    server = {"url": "https://{region}.example.com", "variables": {"region": {"default": "eu"}}}
    node = {"servers": [server], "get": {"servers": [server]}}
    (found,) = read({**openapi({"/a": node, "/b": node}), "servers": [server]}).diagnostics
    assert (found.code, "(region 1)" in found.message) == ("servers_left_out", True)
    host = {"hostTemplate": "{account}.example.com", "parameters": [{"name": "account", "in": "path"}]}
    assert codes(read({**swagger({"/a": {"get": {}}}), "x-ms-parameterized-host": host})) == [
        "servers_left_out"
    ]


@pytest.mark.parametrize(
    ("responses", "fields", "noted"),
    [
        ({"200": "application/xml"}, ["a"], []),
        ({"200": "application/x-ndjson"}, ["a"], []),
        ({"200": "application/json", "201": "application/json"}, ["a"], ["answers_left_out"]),
        ({"204": "", "202": "application/json"}, ["a"], []),
    ],
)  # fmt: skip
def test_the_answer_of_a_success_is_read_and_others_are_counted(
    responses: dict[str, str], fields: list[str], noted: list[str]
) -> None:
    def answer(code: str, media: str) -> dict[str, Any]:
        text = {"type": "string", "description": code}
        return (
            {"content": {media: {"schema": {"type": "object", "properties": {"a": text}}}}} if media else {}
        )

    catalog = read(
        openapi(
            {"/a": {"get": {"responses": {code: answer(code, media) for code, media in responses.items()}}}}
        )
    )
    assert list(catalog.apis[0].responses["properties"]) == fields
    assert codes(catalog) == noted


@pytest.mark.parametrize(
    ("schema", "closed"),
    [
        ({"contentMediaType": "application/octet-stream"}, {"type": "string", "format": "binary"}),
        ({"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"}, {"type": "string", "format": "byte"}),
        ({"type": "string", "contentMediaType": "application/json"}, {"type": "string"}),
    ],
)  # fmt: skip
def test_content_in_a_text_has_the_format_that_means_it(schema: Any, closed: Any) -> None:
    assert listed(query(schema)).apis[0].parameters[0].schema == closed


@pytest.mark.parametrize(
    ("word", "odd"), [("properties", [{"name": "x"}]), ("enum", "a|b"), ("anyOf", {"type": "string"})]
)
def test_a_keyword_whose_value_cannot_be_read_is_noted(word: str, odd: Any) -> None:
    catalog = listed(query({word: odd}))
    assert codes(catalog)[0] in ("keyword_left_out", "keywords_left_out")
    assert word in catalog.diagnostics[0].message


def test_what_a_path_says_of_all_its_operations_is_theirs() -> None:
    first, second = read(
        openapi({"/a": {"summary": "Of the path", "get": {}, "put": {"summary": "Its own"}}})
    ).apis
    assert (first.description, second.description) == ("Of the path", "Its own")


def test_a_verb_that_a_path_and_its_reference_have_is_noted() -> None:
    items = {"x-items": {"A": {"get": {"operationId": "theirs"}}}}
    catalog = read({**openapi({"/a": {"$ref": "#/x-items/A", "get": {"operationId": "mine"}}}), **items})
    assert ([one.name for one in catalog.apis], codes(catalog)) == (["mine"], ["repeated_operation"])


def test_further_fields_of_any_name_are_noted() -> None:
    schema = {"type": "object", "properties": {"a": {}}, "additionalProperties": {"type": "string"}}
    body = {"content": {"application/json": {"schema": schema}}}
    assert codes(read(openapi({"/a": {"post": {"requestBody": body}}}))) == ["keyword_left_out"]
