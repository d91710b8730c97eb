"""Schemas with an `$id`: references count from it, and dynamic ones mean what the schema that leads there says."""

from __future__ import annotations

from typing import Any

from tests.builders.documents import codes, openapi, read

CITY = {"type": "object", "properties": {"city": {"type": "string"}}}


def posted(schema: Any, **schemas: Any) -> Any:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    root = openapi({"/a": {"post": {"requestBody": body}}}, components={"schemas": schemas})
    return read({**root, "openapi": "3.1.0"})


def test_a_reference_counts_from_the_id_that_it_stands_in() -> None:
    order = {
        "$id": "https://example.com/order",
        "$defs": {"address": {**CITY, "$anchor": "address"}},
        "type": "object",
        "properties": {
            "pointer": {"$ref": "#/$defs/address"},
            "anchor": {"$ref": "#address"},
            "whole": {"$ref": "https://example.com/order#/$defs/address"},
            "relative": {"$ref": "order#/$defs/address"},
        },
    }
    catalog = posted(order)
    assert {one.name: one.schema for one in catalog.apis[0].parameters} == dict.fromkeys(
        ("pointer", "anchor", "whole", "relative"), CITY
    )
    assert codes(catalog) == []


def test_two_schemas_may_give_one_pointer_to_different_things() -> None:
    def state(*values: str) -> dict[str, Any]:
        return {
            "type": "object",
            "$defs": {"s": {"enum": [*values]}},
            "properties": {"s": {"$ref": "#/$defs/s"}},
        }

    schema = {"type": "object", "properties": {"one": {"$ref": "one"}, "two": {"$ref": "two"}}}
    one, two = (
        posted(schema, One={"$id": "one", **state("a")}, Two={"$id": "two", **state("b")}).apis[0].parameters
    )
    assert [p.schema["properties"]["s"]["enum"] for p in (one, two)] == [["a"], ["b"]]


def test_what_an_id_does_not_hold_counts_from_the_document() -> None:
    schema = {"$id": "order", "type": "object", "properties": {"a": {"$ref": "#/components/schemas/City"}}}
    (found,) = posted(schema, City=CITY).apis[0].parameters
    assert found.schema == CITY


def test_a_dynamic_reference_means_what_the_outermost_schema_says() -> None:
    item = {"$dynamicAnchor": "item", "type": "object"}
    page = {
        "$id": "page", "$defs": {"item": item}, "type": "object",
        "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#item"}}},
    }  # fmt: skip

    def of(name: str, field: str) -> dict[str, Any]:
        told = {**item, "properties": {field: {"type": "string"}}}
        return {"$id": name, "$defs": {"item": told}, "$ref": "page"}

    both = {"type": "object", "properties": {"users": {"$ref": "users"}, "orders": {"$ref": "orders"}}}
    catalog = posted(both, Page=page, Users=of("users", "name"), Orders=of("orders", "total"))
    found = {
        p.name: [*p.schema["properties"]["items"]["items"]["properties"]] for p in catalog.apis[0].parameters
    }
    assert found == {"users": ["name"], "orders": ["total"]}


def test_a_dynamic_reference_to_the_schema_itself_ends() -> None:
    fields = {"data": {"type": "string"}, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}}
    tree = {"$id": "tree", "$dynamicAnchor": "node", "type": "object", "properties": fields}
    catalog = posted({"$ref": "tree"}, Tree=tree)
    assert [p.name for p in catalog.apis[0].parameters] == ["data", "children"]
    assert codes(catalog) == ["schema_cut"]


def test_what_is_no_url_is_a_reference_that_leads_nowhere() -> None:
    order = {
        "$id": "https://example.com/order",
        "properties": {"a": {"$ref": "http://[c"}, "b": {"$id": "http://[d", **CITY}},
    }
    catalog = posted({"type": "object", **order})
    assert [one.name for one in catalog.apis[0].parameters] == ["a", "b"]
    assert codes(catalog) == ["external_ref"]
