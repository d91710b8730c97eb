"""Schemas told apart by a discriminator, used as a base, as a member of a union and by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Api
from tests.builders.documents import openapi, read, swagger

TEXT = {"type": "string"}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def pet(*, kind: Any = TEXT, mapping: dict[str, str] | None = None) -> dict[str, Any]:
    tells = {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    return {"type": "object", "required": ["kind"], "properties": {"kind": kind}, "discriminator": tells}


def heir(*parts: Any, **more: Any) -> dict[str, Any]:
    return {"allOf": [*parts], **more}


def posted(schema: Any, version: str = "3.0.3", /, **schemas: Any) -> Api:
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    root = openapi({"/a": {"post": {"requestBody": body}}}, components={"schemas": schemas})
    return read({**root, "openapi": version}).apis[0]


def kinds(api: Api) -> Any:
    (found,) = [one for one in api.parameters if one.name == "kind"]
    return list(found.enum)


LIVES = {"type": "object", "properties": {"lives": {"type": "integer"}}}
AGE = {"type": "object", "properties": {"age": {"type": "integer"}}}
BY_NAME = {"cat": "#/components/schemas/Cat"}
WORDS = {"type": "string", "enum": ["CAT", "DOG", "COW"]}


@pytest.mark.parametrize(
    ("base", "child", "values"),
    [
        (pet(), heir(ref("Pet"), LIVES), ["Cat"]),
        (pet(mapping=BY_NAME), heir(ref("Pet"), LIVES), ["cat"]),
        (pet(mapping={"cat": "Cat", "tom": "Cat"}), heir(ref("Pet"), LIVES), ["cat", "tom"]),
        (pet(), heir(ref("Pet"), LIVES, **{"x-ms-discriminator-value": "felis"}), ["felis"]),
        (pet(kind=WORDS, mapping={"CAT": "#/components/schemas/Cat"}), heir(ref("Pet"), LIVES), ["CAT"]),
        # A name that the property itself rules out tells nothing.
        (pet(kind=WORDS), heir(ref("Pet"), LIVES), ["CAT", "DOG", "COW"]),
        (pet(kind=WORDS), heir(ref("Pet"), {"properties": {"kind": {"enum": ["CAT"]}}}), ["CAT"]),
    ],
)  # fmt: skip
def test_a_child_used_by_itself_has_its_own_value(base: Any, child: Any, values: list[str]) -> None:
    assert kinds(posted(ref("Cat"), Pet=base, Cat=child)) == values
    assert kinds(posted({"allOf": [ref("Cat"), AGE]}, Pet=base, Cat=child)) == values
    (inside,) = posted({"type": "object", "properties": {"in": ref("Cat")}}, Pet=base, Cat=child).parameters
    assert inside.schema["properties"]["kind"]["enum"] == values


def test_a_child_of_swagger_has_its_own_value() -> None:
    base = {"type": "object", "discriminator": "kind", "properties": {"kind": TEXT}}
    child = {"allOf": [{"$ref": "#/definitions/Pet"}, LIVES]}
    body = {"name": "b", "in": "body", "schema": {"$ref": "#/definitions/Cat"}}
    root = swagger({"/a": {"post": {"parameters": [body]}}}, definitions={"Pet": base, "Cat": child})
    assert kinds(read(root).apis[0]) == ["Cat"]


def test_a_child_stands_for_its_own_children_too() -> None:
    api = posted(ref("Cat"), Pet=pet(), Cat=heir(ref("Pet"), LIVES), Kitten=heir(ref("Cat"), AGE))
    assert kinds(api) == ["Cat", "Kitten"]
    assert {one.name: one.required for one in api.parameters} == {"kind": True, "lives": False, "age": False}


def test_a_base_in_a_wrapper_stands_for_its_children() -> None:
    wrapped = {"description": "An animal", "allOf": [ref("Pet")]}
    api = posted({"type": "object", "properties": {"pet": wrapped}}, Pet=pet(), Cat=heir(ref("Pet"), LIVES))
    (variant,) = api.parameters[0].schema.get("anyOf", [api.parameters[0].schema])
    assert variant["properties"]["kind"]["enum"] == ["Cat"]
    assert "lives" in variant["properties"]


def test_what_nobody_describes_is_no_field_for_having_a_discriminator() -> None:
    base = {"type": "object", "discriminator": {"propertyName": "kind"}, "properties": {"a": TEXT}}
    assert [one.name for one in posted(ref("Cat"), Pet=base, Cat=heir(ref("Pet"), LIVES)).parameters] == [
        "a", "lives",
    ]  # fmt: skip


def test_children_keep_the_values_they_say_themselves() -> None:
    """A base whose property lists its values, one child that says its own and one that says nothing."""
    base = pet(kind={"type": "string", "enum": ["outer", "inner"]})
    outer = heir(ref("Pet"), {"properties": {"kind": {"enum": ["outer"]}, "lives": TEXT}})
    assert kinds(posted(ref("Pet"), Pet=base, Outer=outer, Inner=heir(ref("Pet"), AGE))) == ["outer", "inner"]


def test_a_default_mapping_leaves_all_other_values_open() -> None:
    tells = {"propertyName": "kind", "mapping": {"c": "Cat"}, "defaultMapping": "Other"}
    fields = {"type": "object", "properties": {"kind": TEXT}, "required": ["kind"]}
    union = {"oneOf": [ref("Cat"), ref("Other")], "discriminator": tells}
    api = posted(union, "3.2.0", Cat=fields, Other={"type": "object", "properties": {"kind": TEXT}})
    assert [(one.name, one.required, one.enum) for one in api.parameters] == [("kind", False, ())]


def test_a_base_that_is_mapped_to_itself_has_its_own_value_too() -> None:
    base = pet(mapping={"any": "#/components/schemas/Pet", "cat": "#/components/schemas/Cat"})
    cat = heir(ref("Pet"), LIVES)
    assert kinds(posted(ref("Pet"), Pet=base, Cat=cat)) == ["any", "cat"]
    assert kinds(posted(ref("Cat"), Pet=base, Cat=cat)) == ["cat"]
    assert kinds(posted(ref("Pet"), Pet=pet(mapping={"any": "#/components/schemas/Pet"}))) == ["any"]


def test_a_variant_stands_for_no_other_heirs_than_those_that_it_may_be() -> None:
    """Pet is what all three are; each of them has its own fields and no variants of its own."""
    schemas = {"Pet": pet(), "Cat": heir(ref("Pet"), LIVES), "Kitten": heir(ref("Cat"), AGE)}
    (one,) = posted({"type": "object", "properties": {"pet": ref("Pet")}}, **schemas).parameters
    assert [(v["properties"]["kind"]["enum"], sorted(v["properties"])) for v in one.schema["anyOf"]] == [
        (["Cat"], ["kind", "lives"]),
        (["Kitten"], ["age", "kind", "lives"]),
    ]
    assert not any("anyOf" in variant for variant in one.schema["anyOf"])


@pytest.mark.parametrize("more", [{}, {"discriminator": {"propertyName": "kind"}}])
def test_a_long_line_of_heirs_ends(more: dict[str, Any]) -> None:
    line = {f"A{n}": heir(ref(f"A{n - 1}"), {"properties": {f"f{n}": TEXT}}, **more) for n in range(1, 25)}
    assert kinds(posted(ref("A1"), A0=pet(), **line)) == [*line]


def test_heirs_of_one_another_end() -> None:
    line = {
        name: heir(ref(of), AGE, discriminator={"propertyName": "kind"}) for name, of in ("AB", "BC", "CA")
    }
    assert sorted(kinds(posted(ref("A"), **line))) == ["A", "B", "C"]


def union(*names: str, mapping: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "oneOf": [ref(name) for name in names],
        "discriminator": pet(mapping=mapping)["discriminator"],
    }


TELLING = {"type": "object", "properties": {"kind": TEXT, "lives": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("child", "unions", "values"),
    [
        (TELLING, [union("Cat", "Dog")], ["Cat"]),
        (TELLING, [union("Cat", "Dog", mapping=BY_NAME)], ["cat"]),
        (heir(TELLING, AGE), [union("Cat", "Dog", mapping=BY_NAME)], ["cat"]),
        # Unions that call it otherwise tell nothing.
        (TELLING, [union("Cat", "Dog", mapping=BY_NAME), union("Cat", "Dog")], []),
        ({"type": "object", "properties": {"kind": {"enum": ["C"]}}}, [union("Cat", "Dog")], ["C"]),
    ],
)
def test_a_variant_of_a_union_used_by_itself_has_its_own_value(
    child: Any, unions: list[Any], values: list[str]
) -> None:
    named = {f"Pet{number}": one for number, one in enumerate(unions)}
    assert kinds(posted(ref("Cat"), Cat=child, Dog=TELLING, **named)) == values


def test_a_variant_that_does_not_describe_the_property_gets_none_where_it_stands_alone() -> None:
    api = posted(ref("Cat"), Cat=LIVES, Dog=TELLING, Pet=union("Cat", "Dog"))
    assert [one.name for one in api.parameters] == ["lives"]
