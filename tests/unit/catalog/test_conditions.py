"""Keywords that decide over other keywords or fields: kept exactly where they can be, and noted with their place."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from shared.catalog.model import Catalog
from tests.builders.documents import codes, openapi, read

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
PERSON = {"type": "object", "properties": {"kind": TEXT, "zip": TEXT, "state": TEXT}}


def taken(field: Any, version: str = "3.1.0", **schemas: Any) -> Catalog:
    """What is made of a body with one field `a` of a schema."""
    return whole({"type": "object", "properties": {"a": field}}, version, **schemas)


def whole(schema: Any, version: str = "3.1.0", **schemas: Any) -> Catalog:
    node = {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
    return read(openapi({"/a": {"post": node}}, version=version, components={"schemas": schemas}))


def of_field(field: Any, version: str = "3.1.0", **schemas: Any) -> dict[str, Any]:
    catalog = taken(field, version, **schemas)
    assert codes(catalog) == []
    return catalog.apis[0].parameters[0].schema


IF_US = {
    "if": {"properties": {"kind": {"const": "us"}}, "required": ["kind"]},
    "then": {"required": ["state"]},
}
IF_DE = {"if": {"properties": {"kind": {"const": "de"}}, "required": ["kind"]}, "then": {"required": ["zip"]}}


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ({**TEXT, "pattern": "^[A-Z]{3}$"}, ["EUR"], ["eur", "EURO"]),
        ({**TEXT, "allOf": [{"pattern": "^a"}, {"pattern": "z$"}]}, ["abz"], ["ab", "bz"]),
        ({"type": "number", "multipleOf": 0.01}, [1.23, 4.35, 0.07], [1.234]),
        ({**NUMBER, "allOf": [{"multipleOf": 2}, {"multipleOf": 3}]}, [6], [4, 9]),
        ({**NUMBER, "maximum": 2**64 - 1, "minimum": -(2**63)}, [2**63], ["x"]),
        ({**NUMBER, "maximum": "50", "minimum": "0.5"}, [50], [0, 51]),
        ({"type": "number", "maximum": 1e25}, [1e24], [1e26]),
        ({**NUMBER, "not": {"enum": [7, 13]}}, [8], [7]),
        ({**PERSON, "not": {"required": ["zip", "state"]}}, [{"zip": "1"}], [{"zip": "1", "state": "a"}]),
        ({**PERSON, **IF_US}, [{"kind": "de"}, {"kind": "us", "state": "x"}], [{"kind": "us"}]),
        ({**PERSON, "allOf": [IF_US, IF_DE]}, [{"kind": "de", "zip": "1"}, {"kind": "x"}], [{"kind": "us"}, {"kind": "de"}]),
        ({**PERSON, **IF_US, "else": {"not": {"required": ["state"]}}}, [{"zip": "1"}], [{"kind": "de", "state": "x"}]),
        ({**PERSON, "dependentRequired": {"zip": ["state"]}}, [{"state": "x"}], [{"zip": "1"}]),
        ({**PERSON, "dependencies": {"zip": ["state"], "kind": {"required": ["zip"]}}}, [{}], [{"zip": "1"}, {"kind": "x"}]),
        ({**PERSON, "dependentSchemas": {"zip": {"properties": {"city": TEXT}, "required": ["city"]}}}, [{"zip": "1", "city": "x"}], [{"zip": "1"}, {"zip": "1", "city": 3}]),
        ({**PERSON, "anyOf": [{"required": ["zip"]}, {"required": ["state"]}]}, [{"zip": "1"}], [{}, {"kind": "x"}]),
        ({**PERSON, "oneOf": [{"required": ["zip"]}, {"required": ["state"]}]}, [{"zip": "1"}], [{}, {"zip": "1", "state": "x"}]),
        ({"type": "object", "patternProperties": {"^x-": NUMBER}, "additionalProperties": False}, [{"x-a": 1}], [{"x-a": "1"}, {"y": 1}]),
        ({"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}}, [{"ab": 1}], [{"A": 1}]),
        ({"type": "array", "prefixItems": [NUMBER, TEXT], "items": False}, [[1, "a"], [1]], [["a"], [1, "a", 2]]),
        ({"type": "array", "prefixItems": [NUMBER], "items": TEXT}, [[1, "a", "b"]], [[1, 2], ["a"]]),
        ({"type": "array", "items": [NUMBER], "additionalItems": TEXT}, [[1, "a"]], [[1, 2]]),
        ({"type": "array", "contains": {"const": 1}, "maxContains": 1}, [[1, 2]], [[2], [1, 1]]),
        ({**PERSON, "unevaluatedProperties": False}, [{"zip": "1"}], [{"other": 1}]),
        ({"type": "object", "required": ["x"]}, [{"x": 1, "y": 2}], [{"y": 2}]),
    ],
)  # fmt: skip
def test_what_a_schema_asks_for_is_asked_for_by_what_is_kept(
    field: Any, good: list[Any], bad: list[Any]
) -> None:
    schema = of_field(field)
    kept = jsonschema_rs.Draft202012Validator(schema)
    assert all(map(kept.is_valid, good)), schema
    assert not any(map(kept.is_valid, bad)), schema
    is_lax = "dependencies" in field or isinstance(field.get("items"), list) or field.get("maximum") == "50"
    if not is_lax:  # so that a validator of the draft takes it as it stands
        said = jsonschema_rs.Draft202012Validator(field)
        assert all(map(said.is_valid, good))
        assert not any(map(said.is_valid, bad))


def test_references_in_a_condition_are_written_out() -> None:
    rule = {"if": {"$ref": "#/components/schemas/Us"}, "then": {"required": ["zip"]}}
    schema = of_field({**PERSON, **rule}, Us={"properties": {"kind": {"enum": ["us"]}}})
    assert schema["if"] == {"properties": {"kind": {"enum": ["us"]}}}


@pytest.mark.parametrize(
    "rule",
    [
        {"if": {"properties": {"kind": TEXT}}, "then": {"properties": {"extra": NUMBER}}},
        {"if": {"required": ["kind"]}, "else": {"properties": {"extra": NUMBER}}},
        {"dependentSchemas": {"kind": {"anyOf": [{"properties": {"extra": NUMBER}}, {"properties": {"more": TEXT}}]}}},
        {"allOf": [{"if": {"required": ["kind"]}, "then": {"$ref": "#/components/schemas/Extra"}}]},
    ],
)  # fmt: skip
def test_fields_that_only_a_condition_describes_are_fields(rule: dict[str, Any]) -> None:
    extra = {"type": "object", "properties": {"extra": NUMBER}, "required": ["extra"]}
    body = {"type": "object", "properties": {"kind": TEXT}, **rule}
    parameters = {p.name: p for p in whole(body, Extra=extra).apis[0].parameters}
    assert (parameters["extra"].schema, parameters["extra"].required) == (NUMBER, False)
    assert "extra" in of_field(body, Extra=extra)["properties"]


def test_a_name_that_a_condition_gives_twice_is_kept_once() -> None:
    schema = of_field({**PERSON, "not": {"required": ["zip", "zip"]}, "dependentRequired": {"a": ["b", "b"]}})
    assert (schema["not"], schema["dependentRequired"]) == ({"required": ["zip"]}, {"a": ["b"]})


def test_a_condition_that_leads_back_to_its_own_schema_ends() -> None:
    node = {"type": "object", "properties": {"a": TEXT}, "if": {"required": ["a"]}}
    node["then"] = {"$ref": "#/components/schemas/Node"}
    catalog = whole({"$ref": "#/components/schemas/Node"}, Node=node)
    assert [p.name for p in catalog.apis[0].parameters] == ["a"]
    assert codes(catalog) == ["keyword_left_out"]


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ({**TEXT, "pattern": "^(?!x)a"}, "pattern"),
        ({**TEXT, "pattern": "(a)\\1"}, "pattern"),
        ({**TEXT, "pattern": "[unclosed"}, "pattern"),
        ({**TEXT, "pattern": "/^a$/i"}, "pattern"),
        ({**TEXT, "pattern": "^((a{1,999}){1,999}){1,999}$"}, "pattern"),
        ({**TEXT, "pattern": "^a", "example": "Berlin"}, "pattern"),
        ({**NUMBER, "multipleOf": -2}, "multipleOf"),
        ({**TEXT, "minLength": "many"}, "minLength"),
        ({**PERSON, "not": {"$ref": "other.json"}}, "not"),
        ({**PERSON, "if": {"properties": {"zip": {"pattern": "(?=a)"}}}, "then": {}}, "if"),
        ({**PERSON, "unevaluatedProperties": TEXT}, "unevaluatedProperties"),
        ({"type": "array", "unevaluatedItems": False}, "unevaluatedItems"),
        ({**TEXT, "contentSchema": {"type": "object"}}, "contentSchema"),
        ({"type": "object", "properties": {"id": {**TEXT, "readOnly": True}, "b": TEXT}, "not": {"required": ["id"]}}, "not"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_exactly_is_noted_with_its_place(field: dict[str, Any], word: str) -> None:
    found = [one for one in taken(field).diagnostics if one.code == "keyword_left_out"]
    assert [(one.where, f"`{word}`" in one.message, " a " in one.message) for one in found] == [
        ("POST /a", True, True)
    ]


def test_a_pattern_of_fields_that_is_not_kept_leaves_the_object_open() -> None:
    field = {"type": "object", "patternProperties": {"(?=x)": NUMBER}, "additionalProperties": False}
    catalog = taken(field)
    assert catalog.apis[0].parameters[0].schema == {"type": "object"}
    assert codes(catalog) == ["keyword_left_out"]


def test_a_filler_that_a_pattern_refuses_is_no_example() -> None:
    (a,) = taken({**TEXT, "pattern": "^[A-Z]{3}$", "example": "string"}).apis[0].parameters
    assert (a.default, a.schema["pattern"]) == (None, "^[A-Z]{3}$")


def test_conditions_on_the_fields_of_a_body_are_those_of_the_operation() -> None:
    rule = {"dependentRequired": {"zip": ["state"]}, "minProperties": 1}
    assert whole({**PERSON, **rule}).apis[0].conditions == (
        {"minProperties": 1},
        {"dependentRequired": {"zip": ["state"]}},
    )


def test_conditions_on_a_body_that_need_not_be_sent_hold_where_it_is() -> None:
    node = {"requestBody": {"content": {"application/json": {"schema": {**PERSON, "minProperties": 2}}}}}
    (api,) = read(openapi({"/a": {"post": node}})).apis
    assert api.conditions == ({"anyOf": [{"maxProperties": 0}, {"minProperties": 2}]},)


def test_a_condition_on_a_field_that_has_another_name_here_is_noted() -> None:
    media = {"application/json": {"schema": {**PERSON, "dependentRequired": {"zip": ["kind"]}}}}
    query = [{"name": "zip", "in": "query", "schema": TEXT}]
    catalog = read(openapi({"/a": {"post": {"parameters": query, "requestBody": {"content": media}}}}))
    assert catalog.apis[0].conditions == ()
    assert codes(catalog) == ["repeated_parameter", "keyword_left_out"]


def test_conditions_of_the_simple_form_are_kept() -> None:
    rule = {"if": {"properties": {"kind": {"const": "us"}}}, "then": {"required": ["state"]}}
    (api,) = read({"tools": [{"name": "t", "inputSchema": {**PERSON, **rule}}]}).apis
    assert api.conditions == (
        {"if": {"properties": {"kind": {"enum": ["us"]}}}, "then": {"required": ["state"]}},
    )


def test_a_secret_inside_a_condition_is_not_kept() -> None:
    token = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"
    catalog = taken(
        {**PERSON, "if": {"properties": {"kind": {"const": token}}}, "then": {"required": ["zip"]}}
    )
    assert token not in str(catalog)
    assert codes(catalog) == ["keyword_left_out"]


def test_of_answers_what_tells_their_shape_is_kept_and_the_rest_counted() -> None:
    answer = {
        "type": "object",
        "properties": {"a": {**TEXT, "not": {"const": "x"}}},
        "patternProperties": {"^x": TEXT},
    }
    media = {"content": {"application/json": {"schema": answer}}}
    catalog = read(openapi({"/a": {"get": {"responses": {"200": media}}}}, version="3.1.0"))
    assert catalog.apis[0].responses == {
        "type": "object", "properties": {"a": TEXT}, "patternProperties": {"^x": TEXT},
    }  # fmt: skip
    assert codes(catalog) == ["keywords_left_out"]
