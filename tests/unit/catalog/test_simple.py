"""The simple form, and lists of functions in the forms that chat models and tool servers take."""

from __future__ import annotations

import gc
from typing import Any

import orjson
import pytest

from shared.catalog.ingest import Document, ingest
from shared.errors import CatalogError
from tests.builders.documents import codes, only, read

_PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
}


@pytest.mark.parametrize(
    "root",
    [
        {
            "apis": [
                {
                    "name": "get_weather",
                    "parameters": [
                        {"name": "city", "type": "string", "required": True},
                        {"name": "days", "type": "int"},
                    ],
                }
            ]
        },
        {"apis": [{"name": "get_weather", "parameters": _PARAMETERS}]},
        {"apis": {"get_weather": {"parameters": _PARAMETERS}}},
        [{"name": "get_weather", "parameters": _PARAMETERS}],
        {"tools": [{"type": "function", "function": {"name": "get_weather", "parameters": _PARAMETERS}}]},
        {"tools": [{"name": "get_weather", "inputSchema": _PARAMETERS}]},
        {"functions": [{"name": "get_weather", "description": "x", "parameters": _PARAMETERS}]},
        {"name": "get_weather", "parameters": _PARAMETERS},
        {"get_weather": {"parameters": _PARAMETERS}},
        {"jsonrpc": "2.0", "result": {"tools": [{"name": "get_weather", "inputSchema": _PARAMETERS}]}},
        {"tools": [{"functionDeclarations": [{"name": "get_weather", "parameters": _PARAMETERS}]}]},
        [{"tool_name": "skies", "api_list": [{"name": "get_weather", "parameters": _PARAMETERS}]}],
        [{"id": "1", "question": "x", "function": [{"name": "get_weather", "parameters": _PARAMETERS}]}],
        {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": _PARAMETERS}}}]},
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "apiVersion": "2",
            "apis": [{"name": "get_weather", "parameters": {"allOf": [_PARAMETERS]}}],
        },
        {
            "apis": [
                {
                    "name": "get_weather",
                    "required_parameters": [{"name": "city", "type": "STRING"}],
                    "optional_parameters": [{"name": "days", "type": "INTEGER"}],
                }
            ]
        },
        {
            "apis": [
                {
                    "name": "get_weather",
                    "parameters": [
                        {"name": "city", "type": "string", "optional": False},
                        {"name": "days", "type": "int", "optional": True},
                    ],
                }
            ]
        },
    ],
)
def test_parameters_are_taken_in_every_form(root: Any) -> None:
    api = only(root)
    assert api.name == "get_weather"
    assert [(p.name, p.type, p.required, p.location) for p in api.parameters] == [
        ("city", "string", True, "body"), ("days", "integer", False, "body"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "schema"),
    [
        ("dict", {"type": "object"}), ("float", {"type": "number"}), ("tuple", {"type": "array"}), ("List[str]", {"type": "array", "items": {"type": "string"}}),
        ("date", {"type": "string", "format": "date"}), ("bool", {"type": "boolean"}), ("any", {}), ("strange thing", {}),
    ],
)  # fmt: skip
def test_words_for_types_become_json_types(word: str, schema: Any) -> None:
    assert (
        only({"apis": [{"name": "a", "parameters": [{"name": "p", "type": word}]}]}).parameters[0].schema
        == schema
    )


def test_paths_methods_responses_and_tags_are_kept() -> None:
    entry = {
        "name": "orders.get", "method": "get", "path": "/orders/{id}", "tags": ["orders"], "description": "One order",
        "parameters": [{"name": "id", "type": "string"}, {"name": "full", "type": "boolean", "enum": [True], "default": True}],
        "returns": {"type": "object", "properties": {"total": {"type": "number"}}},
    }  # fmt: skip
    api = only({"name": "shop", "apis": [entry]})
    assert (api.name, api.method, api.path, api.tags, api.description) == (
        "orders.get",
        "GET",
        "/orders/{id}",
        ("orders",),
        "One order",
    )
    assert [(p.name, p.location, p.required, p.enum, p.default) for p in api.parameters] == [
        ("id", "path", True, (), None), ("full", "query", False, (True,), True),
    ]  # fmt: skip
    assert api.responses["properties"] == {"total": {"type": "number"}}


def test_entries_without_a_name_are_told_one_by_one() -> None:
    catalog = read({"apis": [{"name": "a"}, {"description": "x"}, 7, None]})
    assert ([api.name for api in catalog.apis], codes(catalog)) == (["a"], ["malformed_item"] * 3)


def test_a_function_on_each_line_is_a_list_of_functions() -> None:
    lines = b"\n".join(orjson.dumps({"name": f"f{n}", "description": "x"}) for n in range(3))
    assert [api.name for api in ingest([Document("x.json", lines)]).apis] == ["f0", "f1", "f2"]
    with pytest.raises(CatalogError, match="starts like JSON"):
        ingest([Document("x.json", lines + b"\n{")])


def test_a_schema_that_brings_its_own_definitions_is_closed_by_them() -> None:
    def tool(name: str, kind: str) -> dict[str, Any]:
        schema = {"properties": {"unit": {"$ref": "#/$defs/Unit"}, "size": {"$ref": "#/$defs/Size"}}}
        return {"name": name, "inputSchema": {**schema, "$defs": {"Unit": {"type": kind}}}}

    root = {"tools": [tool("a", "string"), tool("b", "integer")], "$defs": {"Size": {"type": "number"}}}
    catalog = read(root)
    assert [[p.type for p in api.parameters] for api in catalog.apis] == [
        ["string", "number"],
        ["integer", "number"],
    ]
    assert not catalog.diagnostics


def test_schemas_that_refer_to_themselves_leave_no_cycle_behind() -> None:
    tree = {
        "type": "object",
        "properties": {"left": {"$ref": "#/$defs/Tree"}, "right": {"$ref": "#/$defs/Tree"}},
    }
    own = {"properties": {"tree": {"$ref": "#/$defs/Tree"}}, "$defs": {"Tree": tree}}
    shared = {"properties": {"tree": {"$ref": "#/$defs/Tree"}}}
    tools = [
        {"name": name, "inputSchema": schema} for name, schema in (("a", own), ("b", own), ("c", shared))
    ]
    gc.collect()
    catalog = read({"tools": tools, "$defs": {"Tree": tree}})
    assert gc.collect() == 0
    assert len(catalog.apis) == 3


def test_a_schema_of_variants_has_the_fields_of_all() -> None:
    variants = [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "integer"}}}]
    api = only({"tools": [{"name": "f", "inputSchema": {"type": "object", "anyOf": variants}}]})
    assert [(p.name, p.type, p.required) for p in api.parameters] == [
        ("a", "string", False),
        ("b", "integer", False),
    ]


def test_arguments_may_stand_by_their_place_as_types_or_as_examples() -> None:
    entry = {
        "name": "send", "method": "POST", "url": "{{host}}/boxes/{box}/{{item}}",
        "headers": {"X-Mode": "fast"}, "query": {"dry": "boolean"}, "body": {"count": 3, "note": {"type": "string"}},
    }  # fmt: skip
    found = [(p.name, p.location, p.type, p.default) for p in only({"apis": [entry]}).parameters]
    assert found == [
        ("dry", "query", "boolean", None), ("X-Mode", "header", "string", "fast"), ("count", "body", "integer", 3),
        ("note", "body", "string", None), ("box", "path", "string", None), ("item", "path", "string", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("returns", "shape"),
    [
        ([{"name": "id", "type": "int"}], {"type": "object", "properties": {"id": {"type": "integer"}}}),
        (
            [{"id": 1}],
            {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}},
        ),
        (
            {"200": {"schema": {"type": "integer"}}, "404": {"schema": {"type": "string"}}},
            {"type": "integer"},
        ),
    ],
)
def test_a_response_may_be_rows_an_example_or_one_for_each_code(returns: Any, shape: Any) -> None:
    assert only({"apis": [{"name": "f", "responses": returns}]}).responses == shape


def test_functions_of_one_name_are_told_apart_by_their_parameters() -> None:
    first, second = ({"name": "f", "parameters": {"properties": {name: {"type": "string"}}}} for name in "ab")
    here, there = (
        {a.name: a for a in read({"apis": both}).apis} for both in ([first, second], [second, first])
    )
    assert here == there


@pytest.mark.parametrize(
    ("text", "kind", "required", "description"),
    [
        ("int, optional", "integer", False, ""),
        ("string, required", "string", True, ""),
        ("float (required)", "number", True, ""),
        ("Optional[int]", "integer", False, ""),
        ("str | None", "string", False, ""),
        ("bool?", "boolean", False, ""),
        ("string - where to look", "string", False, "where to look"),
        ("str (optional): the city", "string", False, "the city"),
        ("where to look", "any", False, "where to look"),
        ("List[str], required", "array", True, ""),
    ],
)
def test_a_type_in_words_says_whether_a_field_is_required(
    text: str, kind: str, required: bool, description: str
) -> None:
    for parameters in ({"a": text}, {"a": {"type": text}}):
        if kind == "any" and isinstance(parameters["a"], dict):
            continue
        (one,) = only({"apis": [{"name": "book", "description": "d", "parameters": parameters}]}).parameters
        assert (one.type, one.required) == (kind, required)
        assert isinstance(parameters["a"], dict) or one.description == description


@pytest.mark.parametrize(
    "root",
    [
        [{"name": "t", "parameter_definitions": {"a": {"type": "str", "required": True}, "b": {"type": "int"}}}],
        {"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "t", "inputSchema": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}}]}},
        {"toolConfig": {"tools": [{"toolSpec": {"name": "t", "inputSchema": {"json": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}}}}]}},
    ],
    ids=["parameter_definitions", "tools/list", "toolConfig"],
)  # fmt: skip
def test_tool_forms_of_vendors_are_read(root: Any) -> None:
    found = {p.name: (p.type, p.required) for p in only(root).parameters}
    assert found == {"a": ("string", True), "b": ("integer", False)}


def test_entries_that_are_the_same_are_one_operation() -> None:
    entry = {"name": "t", "description": "d", "parameters": {"a": "int"}}
    catalog = read({"apis": [entry, {**entry, "description": "other"}, dict(entry)]})
    assert [api.description for api in catalog.apis] == ["d", "other"]
    assert codes(catalog) == ["repeated_request"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"properties": {"a": {"type": "object", "properties": {"b": {}, "c": {}}, "required": ["b"]}}},
        {"a": {"type": "object", "properties": {"b": {}, "c": {}}, "required": ["b"]}},
        [{"name": "a", "type": "object", "properties": {"b": {}, "c": {}}, "required": ["b"]}],
    ],
)
def test_required_fields_within_an_argument_are_its_own(parameters: Any) -> None:
    (a,) = only({"apis": [{"name": "t", "parameters": parameters}]}).parameters
    assert (a.required, a.schema["required"]) == (False, ["b"])


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("List[Dict[str, int]]", {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "integer"}}}),
        ("string[]", {"type": "array", "items": {"type": "string"}}),
        ("array<date>", {"type": "array", "items": {"type": "string", "format": "date"}}),
        ("list of integers", {"type": "array", "items": {"type": "integer"}}),
        ("typing.Literal['a', 'b']", {"enum": ["a", "b"]}),
        ("Union[str, int], optional", {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ("List[Thing]", {"type": "array"}),
        ("List[Optional[int]]", {"type": "array", "items": {"type": "integer"}}),
        ("Dict[str, Optional[int]]", {"type": "object", "additionalProperties": {"type": "integer"}}),
        ("Annotated[int, 'x']", {"type": "integer"}),
        ("int | str", {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        ("List[int | None]", {"type": "array", "items": {"type": "integer"}}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["row", "mapping", "word"])
def test_a_type_of_a_program_says_what_is_in_it(text: str, schema: Any, form: str) -> None:
    said: Any = {"row": [{"name": "a", "type": text}], "mapping": {"a": {"type": text}}, "word": {"a": text}}[
        form
    ]
    assert (
        only({"apis": [{"name": "f", "description": "d", "parameters": said}]}).parameters[0].schema == schema
    )


@pytest.mark.parametrize(
    ("row", "required", "schema"),
    [
        ({"dataType": "int", "is_required": "yes"}, True, {"type": "integer"}),
        ({"type": "string", "choices": ["p", "q"]}, False, {"type": "string", "enum": ["p", "q"]}),
        (
            {"type": "int, optional", "min": 1, "max": 5},
            False,
            {"type": "integer", "minimum": 1, "maximum": 5},
        ),
        ({"type": "string", "mandatory": True}, True, {"type": "string"}),
    ],
)
def test_a_row_may_say_things_in_other_words(row: dict[str, Any], required: bool, schema: Any) -> None:
    (one,) = only(
        {"apis": [{"name": "f", "description": "d", "parameters": [{"name": "a", **row}]}]}
    ).parameters
    assert (one.required, one.schema) == (required, schema)


def test_a_list_of_required_names_counts_beside_rows_and_beside_fields() -> None:
    rows = {"name": "f", "parameters": [{"name": "a"}, {"name": "b"}], "required": ["b"]}
    schema = {"name": "g", "parameters": {"properties": {"a": {}}, "required": ["b"]}}
    for one in (rows, schema):
        assert {p.name: p.required for p in only({"apis": [one]}).parameters} == {"a": False, "b": True}


def test_a_pointer_in_the_schema_of_a_tool_counts_from_it() -> None:
    """As converters of other schema languages write what stands twice."""
    place = {"type": "object", "properties": {"city": {"type": "string"}}}
    fields = {"here": place, "there": {"$ref": "#/properties/here"}, "never": {"not": {}}}
    here, there = only([{"name": "t", "inputSchema": {"type": "object", "properties": fields}}]).parameters
    assert there.schema == here.schema == place


def test_schemas_under_the_names_of_vendors_are_read() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    api = only(
        [
            {
                "functionDeclarations": [
                    {"name": "t", "parametersJsonSchema": schema, "responseJsonSchema": schema}
                ]
            }
        ]
    )
    assert ([p.name for p in api.parameters], api.responses) == (["a"], schema)


def test_tools_of_a_group_have_its_name_and_are_told_apart_by_it() -> None:
    def tool(field: str) -> dict[str, Any]:
        return {"name": "f", "parameters": {"type": "object", "properties": {field: {"type": "string"}}}}

    catalog = read({"tools": [{"type": "namespace", "name": "ns", "tools": [tool("a")]}, tool("b")]})
    assert [(api.name, api.tags) for api in catalog.apis] == [("f_ns", ("ns",)), ("f_b", ())]


def test_pages_of_one_list_are_read_together_and_a_missing_one_is_noted() -> None:
    def page(name: str, **more: str) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": name, "inputSchema": {}}], **more}}

    whole = read([page("a", nextCursor="x"), page("b")])
    assert ([api.name for api in whole.apis], codes(whole)) == (["a", "b"], [])
    assert codes(read(page("a", nextCursor="x"))) == ["further_pages"]


def test_an_answer_may_be_an_example_of_types() -> None:
    returns = {"total": "number", "items": ["string"], "first": {"on": "date"}}
    found = only({"apis": [{"name": "f", "description": "d", "returns": returns}]}).responses["properties"]
    assert found == {
        "total": {"type": "number"}, "items": {"type": "array", "items": {"type": "string"}},
        "first": {"type": "object", "properties": {"on": {"type": "string", "format": "date"}}},
    }  # fmt: skip


def test_all_lists_of_a_document_are_read_and_what_is_no_call_is_noted() -> None:
    def tool(name: str) -> dict[str, Any]:
        return {"name": name, "inputSchema": {"type": "object", "properties": {"q": {"type": "string"}}}}

    catalog = read(
        {
            "tools": [tool("search")],
            "functions": [tool("look_up"), tool("search")],
            "prompts": [{"name": "greet"}],
            "resources": [{"uri": "file:///a"}, {"uri": "file:///b"}],
        }
    )
    assert [api.name for api in catalog.apis] == ["search", "look_up"]
    assert codes(catalog) == ["not_operations", "repeated_request"]
    assert "prompts 1, resources 2" in catalog.diagnostics[0].message
