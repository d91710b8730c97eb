"""Documented values have the type that is declared for them."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from shared.catalog.ingest import Document, ingest
from shared.catalog.schemas.fitness import fits
from shared.catalog.schemas.typed_values import fitted
from tests.builders.documents import json_document, only, openapi, swagger


def parameter(schema: dict[str, Any]) -> Any:
    return only(
        openapi({"/a": {"get": {"parameters": [{"name": "p", "in": "query", "schema": schema}]}}})
    ).parameters[0]


@pytest.mark.parametrize(
    ("schema", "enum", "type_"),
    [
        ({"type": "string", "enum": [1.5, 2]}, ("1.5", "2"), "string"),
        ({"type": "integer", "enum": ["1", "2"]}, (1, 2), "integer"),
        ({"type": "integer", "enum": ["1", 1]}, (1,), "integer"),
        ({"type": "number", "enum": ["1.5", 2]}, (1.5, 2), "number"),
        ({"type": "boolean", "enum": ["true", "false"]}, (True, False), "boolean"),
        ({"type": "integer", "enum": ["01", "02"]}, ("01", "02"), "string"),
        ({"type": "object", "enum": ["a"]}, ("a",), "string"),
        ({"type": "string", "enum": ["a", None]}, ("a", None), "string"),
        ({"type": "string", "enum": ["a", "b"]}, ("a", "b"), "string"),
    ],
)  # fmt: skip
def test_members_of_an_enum_have_its_type_or_the_type_goes(
    schema: dict[str, Any], enum: Any, type_: str
) -> None:
    found = parameter(schema)
    assert [(type(value), value) for value in found.enum] == [(type(value), value) for value in enum]
    assert found.type == type_
    for value in found.enum:
        if value is not None:
            jsonschema.validate(value, found.schema)


def test_an_enum_of_a_nested_field_has_its_type() -> None:
    schema = {"type": "object", "properties": {"v": {"type": "string", "enum": [1, 2]}}}
    assert parameter(schema).schema["properties"]["v"] == {"type": "string", "enum": ["1", "2"]}


def test_an_enum_of_a_swagger_parameter_has_its_type() -> None:
    row = {"name": "p", "in": "query", "type": "integer", "enum": ["1"], "default": "1"}
    found = only(swagger({"/a": {"get": {"parameters": [row]}}})).parameters[0]
    assert (found.enum, found.default) == ((1,), 1)


@pytest.mark.parametrize(
    ("value", "type_", "kept"),
    [
        ("12", "integer", 12), ("0755", "integer", None), ("abc", "integer", None), (12, "string", "12"), (2.0, "integer", 2),
        (2.5, "integer", None), ("true", "boolean", True), ("yes", "boolean", None), (3, "number", 3), (True, "string", "true"),
        (True, "integer", None), ("x", ["integer", "string"], "x"), ("x", None, "x"),
    ],
)  # fmt: skip
def test_a_default_has_the_declared_type_or_is_left_out(value: Any, type_: Any, kept: Any) -> None:
    found = fitted(value, {} if type_ is None else {"type": type_})
    assert (type(found), found) == (type(kept), kept)


def yaml(text: str) -> Any:
    (api,) = ingest([Document("x", text.encode())]).apis
    return api


_HEAD = "openapi: 3.0.0\ninfo: {title: t}\npaths:\n  /a:\n    post:\n"


def test_a_yaml_version_in_a_text_enum_is_kept_as_written() -> None:
    schema = "{type: string, enum: [1.10, 2, on], default: 1.10}"
    (found,) = yaml(f"{_HEAD}      parameters: [{{name: v, in: query, schema: {schema}}}]\n").parameters
    assert (found.enum, found.default) == (("1.10", "2", "on"), "1.10")


def test_a_yaml_octal_is_no_default_of_an_integer() -> None:
    schema = "{type: integer, default: 0755}"
    (found,) = yaml(f"{_HEAD}      parameters: [{{name: v, in: query, schema: {schema}}}]\n").parameters
    assert (found.type, found.default) == ("integer", None)


def test_required_names_and_property_names_are_compared_as_text() -> None:
    schema = "{type: object, required: [on, 1, 1.10], properties: {on: {type: string}, 1: {type: string}, 1.10: {type: string}}}"
    body = f"      requestBody: {{required: true, content: {{application/json: {{schema: {schema}}}}}}}\n"
    assert {p.name: p.required for p in yaml(_HEAD + body).parameters} == {
        "on": True,
        "1": True,
        "1.10": True,
    }
    nested = f"      parameters: [{{name: v, in: query, schema: {schema}}}]\n"
    assert yaml(_HEAD + nested).parameters[0].schema["required"] == ["on", "1", "1.10"]


def test_a_required_number_of_a_json_document_names_its_property() -> None:
    schema = {"type": "object", "required": [1], "properties": {"1": {"type": "string"}}}
    root = openapi(
        {
            "/a": {
                "post": {
                    "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}
                }
            }
        }
    )
    assert ingest([json_document(root)]).apis[0].parameters[0].required


def test_values_of_texts_stay_as_yaml_has_them_wherever_the_type_stands() -> None:
    rows = "{name: a, in: query, schema: {type: string}, example: 1.10}, {name: b, in: query, example: 1234567e8, schema: {type: [string, 'null']}}"
    more = "{name: c, in: query, schema: {type: [string, 'null'], enum: [1.10, 1.20, null]}}, {name: d, in: query, schema: {type: string, examples: [1.10]}}"
    numbers = "{name: e, in: query, schema: {type: number, default: 1e-8}}, {name: f, in: query, schema: {type: integer, example: 123456789012345678901234567890}}"
    a, b, c, d, e, f = yaml(_HEAD + f"      parameters: [{rows}, {more}, {numbers}]\n").parameters
    assert [a.default, b.default, d.default, e.default, f.default] == [
        "1.10",
        "1234567e8",
        "1.10",
        1e-8,
        None,
    ]
    assert c.enum == ("1.10", "1.20", None)


@pytest.mark.parametrize("word", ["url", "guid", "datetime"])
def test_other_words_for_formats_count_at_any_level(word: str) -> None:
    one = {"type": "string", "format": word}
    for schema, value in ((one, "?"), ({"type": "array", "items": one}, ["?"])):
        assert not fits(value, schema)
        assert fits(value, schema, formats=False)
