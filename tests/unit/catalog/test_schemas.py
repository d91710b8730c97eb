"""What a schema of a document becomes: parts that hold together, variants, references, and who may see a field."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from shared.catalog.model import Api
from tests.builders.documents import codes, openapi, read, swagger


def document(schema: Any, version: str = "3.1.0", **schemas: Any) -> dict[str, Any]:
    """One operation that takes and returns `schema`."""
    media = {"content": {"application/json": {"schema": schema}}}
    node = {"requestBody": {**media, "required": True}, "responses": {"200": media}}
    return {**openapi({"/a": {"post": node}}, components={"schemas": schemas}), "openapi": version}


def of(schema: Any, version: str = "3.1.0", /, **schemas: Any) -> Api:
    return read(document(schema, version, **schemas)).apis[0]


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def said(api: Api) -> dict[str, bool]:
    return {p.name: p.required for p in api.parameters}


TEXT = {"type": "string"}
TICKET = {
    "type": "object", "required": ["kind"],
    "properties": {
        "kind": {**TEXT, "description": "Sort of ticket"}, "level": {"type": "integer", "maximum": 9},
        "meta": {"type": "object", "properties": {"source": TEXT}},
    },
}  # fmt: skip
INCIDENT = {
    "allOf": [
        ref("Ticket"),
        {
            "type": "object", "required": ["level"],
            "properties": {
                "kind": {"enum": ["incident"]}, "level": {"type": "number", "minimum": 1, "maximum": 20},
                "meta": {"required": ["host"], "properties": {"host": TEXT}},
            },
        },
    ]
}  # fmt: skip


def test_a_child_narrows_its_parent_at_every_level() -> None:
    api = of(ref("Incident"), Ticket=TICKET, Incident=INCIDENT)
    kind, level, meta = api.parameters
    assert (kind.schema, kind.required, kind.description) == (
        {"type": "string", "enum": ["incident"]}, True, "Sort of ticket",
    )  # fmt: skip
    assert (level.schema, level.required) == ({"type": "integer", "minimum": 1, "maximum": 9}, True)
    assert meta.schema["required"] == ["host"]
    assert set(meta.schema["properties"]) == {"source", "host"}
    assert api.responses["properties"]["level"] == level.schema


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ({"type": ["string", "null"]}, {"type": "string"}, {"type": "string"}),
        ({"type": "integer"}, {"type": "number"}, {"type": "integer"}),
        ({"enum": ["a", "b", "c"]}, {"enum": ["c", "b"]}, {"enum": ["b", "c"]}),
        ({"enum": ["a", "b"]}, {"const": "b"}, {"enum": ["b"]}),
        ({**TEXT, "minLength": 2, "maxLength": 9}, {"minLength": 4, "maxLength": 30}, {**TEXT, "minLength": 4, "maxLength": 9}),
        ({"type": "array", "items": {"type": "number"}}, {"items": {"minimum": 3}}, {"type": "array", "items": {"type": "number", "minimum": 3}}),
        ({"type": "object", "additionalProperties": TEXT}, {"additionalProperties": False}, {"type": "object", "additionalProperties": False}),
    ],
)  # fmt: skip
def test_what_holds_together_is_an_intersection(one: Any, other: Any, met: Any) -> None:
    for parts in ([one, other], [other, one]):
        schema = of({"properties": {"a": {"allOf": parts}}}).parameters[0].schema
        assert {**schema, "enum": sorted(schema.get("enum", []))} == {**met, "enum": met.get("enum", [])}


def test_a_contradiction_is_noted_and_the_nearest_word_stays() -> None:
    catalog = read(
        document(
            {"properties": {"a": {"allOf": [ref("Wide"), {"type": "string"}]}}}, Wide={"type": "integer"}
        )
    )
    assert catalog.apis[0].parameters[0].schema == TEXT
    assert codes(catalog) == ["contradiction"]


@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
def test_keywords_beside_a_reference_count(version: str) -> None:
    schema = {
        **ref("House"),
        "required": ["city"],
        "properties": {"city": TEXT, "order": {**ref("Order"), "default": "asc"}},
    }
    house = {"type": "object", "properties": {"street": TEXT}}
    api = of(schema, version, House=house, Order={"enum": ["asc", "desc"], "description": "Sorting"})
    assert said(api) == {"city": True, "order": False, "street": False}
    order = api.parameters[1]
    assert (order.default, order.description, order.enum) == ("asc", "Sorting", ("asc", "desc"))


def test_before_3_1_only_annotations_beside_a_reference_count_and_others_are_noted() -> None:
    field = {**ref("Size"), "description": "How many", "default": 3, "maximum": 5}
    catalog = read(document({"properties": {"size": field}}, "3.0.3", Size={"type": "integer"}))
    (size,) = catalog.apis[0].parameters
    assert (size.description, size.default, size.schema) == ("How many", 3, {"type": "integer"})
    assert codes(catalog) == ["beside_ref"]


CARD, BANK = ({"type": "object", "required": [name], "properties": {name: TEXT}} for name in ("card", "iban"))
HOME, SHOP = (
    {"type": "object", "required": [name], "properties": {name: TEXT}} for name in ("street", "shop")
)
BASE = {"type": "object", "required": ["ref"], "properties": {"ref": TEXT}}


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [BASE, {"oneOf": [CARD, BANK]}, {"oneOf": [HOME, SHOP]}]},
        {**BASE, "anyOf": [CARD, BANK], "oneOf": [HOME, SHOP]},
        {"allOf": [BASE, {"allOf": [{"anyOf": [CARD, BANK]}]}], "anyOf": [HOME, SHOP]},
        {**BASE, "oneOf": [{"oneOf": [CARD, BANK]}, {"anyOf": [HOME, SHOP]}]},
        {**BASE, "oneOf": [CARD, BANK, {"allOf": [HOME]}, {**SHOP, "nullable": True}, {"type": "object"}]},
    ],
)  # fmt: skip
def test_every_choice_counts_and_none_of_its_variants_is_required(schema: dict[str, Any]) -> None:
    fields = {"ref": True, "card": False, "iban": False, "street": False, "shop": False}
    assert said(of(schema)) == fields
    assert said(of({"oneOf": [schema, {"type": "null"}]})) == fields
    nested = of({"properties": {"order": schema}}).parameters[0].schema
    assert "ref" in nested["required"]
    assert all(name in str(nested) for name in fields)


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
@pytest.mark.parametrize("null", [{"type": "null"}, {"enum": [None]}, {"const": None}])
def test_a_variant_that_is_null_costs_the_other_nothing(word: str, null: Any) -> None:
    field = {word: [{**TEXT, "format": "uuid", "minLength": 3, "description": "Which"}, null]}
    (one,) = of({"properties": {"a": field}}).parameters
    assert (one.schema, one.type, one.description) == (
        {"type": ["string", "null"], "format": "uuid", "minLength": 3}, "string", "Which",
    )  # fmt: skip


PETS: dict[str, Any] = {
    "Bird": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, "wings": TEXT}},
    "Fish": {"type": "object", "required": ["kind"], "properties": {"kind": TEXT, "fins": TEXT}},
}


@pytest.mark.parametrize(
    ("mapping", "values"),
    [
        ({"bird": "#/components/schemas/Bird", "fish": "Fish"}, ("bird", "fish")),
        ({"bird": "#/components/schemas/Bird", "owl": "#/components/schemas/Bird"}, ("bird", "owl", "Fish")),
        (None, ("Bird", "Fish")),
    ],
)
def test_a_discriminator_takes_the_names_of_the_variants(mapping: Any, values: tuple[str, ...]) -> None:
    told = {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    schema = {"oneOf": [ref("Bird"), ref("Fish")], "discriminator": told}
    kind = of(schema, **PETS).parameter("kind")
    assert kind is not None
    assert (kind.enum, kind.required) == (values, True)
    variants = of({"properties": {"pet": schema}}, **PETS).parameters[0].schema["anyOf"]
    assert tuple(value for one in variants for value in one["properties"]["kind"]["enum"]) == values


def test_a_base_with_a_discriminator_stands_for_its_children() -> None:
    pet = {"type": "object", "required": ["kind", "name"], "properties": {"kind": TEXT, "name": TEXT}}
    bark, lives = ({"required": [name], "properties": {name: TEXT}} for name in ("bark", "lives"))
    cat, dog = {"allOf": [ref("Pet"), lives]}, {"allOf": [ref("Pet"), bark]}
    expected = {"kind": True, "name": True, "lives": False, "bark": False}
    api = of(ref("Pet"), Pet={**pet, "discriminator": {"propertyName": "kind"}}, Cat=cat, Dog=dog)
    assert said(api) == expected
    assert api.parameters[0].enum == ("Cat", "Dog")
    moved = str(
        {
            "Pet": {**pet, "discriminator": "kind"},
            "Cat": cat,
            "Dog": {**dog, "x-discriminator-value": "hound"},
        }
    )
    definitions = ast.literal_eval(moved.replace("#/components/schemas", "#/definitions"))
    body = {"name": "b", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Pet"}}
    (api,) = read(swagger({"/a": {"post": {"parameters": [body]}}}, definitions=definitions)).apis
    assert said(api) == expected
    assert api.parameters[0].enum == ("Cat", "hound")


def test_a_child_used_by_itself_has_no_fields_of_its_siblings() -> None:
    pet = {"type": "object", "discriminator": {"propertyName": "kind"}, "properties": {"kind": TEXT}}
    cat, dog = ({"allOf": [ref("Pet"), {"properties": {name: TEXT}}]} for name in ("lives", "bark"))
    assert set(said(of(ref("Cat"), Pet=pet, Cat=cat, Dog=dog))) == {"kind", "lives"}


def test_read_only_fields_are_no_arguments_and_write_only_ones_no_answers() -> None:
    account = {
        "type": "object", "required": ["id", "login", "word", "owner"],
        "properties": {
            "id": {**TEXT, "readOnly": True}, "login": TEXT, "word": {**TEXT, "writeOnly": True}, "made": ref("Stamp"),
            "seen": {"allOf": [ref("Stamp")], "description": "x"}, "maybe": {"anyOf": [ref("Stamp"), {"type": "null"}]},
            "owner": {
                "type": "object", "required": ["key", "mail"],
                "properties": {"key": {**TEXT, "readOnly": True}, "mail": TEXT, "seat": ref("Stamp"), "pin": {**TEXT, "writeOnly": True}},
            },
        },
    }  # fmt: skip
    api = of(ref("Account"), Account=account, Stamp={**TEXT, "readOnly": True})
    assert said(api) == {"login": True, "word": True, "owner": True}
    owner = api.parameters[2].schema
    assert (set(owner["properties"]), owner["required"]) == ({"mail", "pin"}, ["mail"])
    assert set(api.responses["properties"]) == {"id", "login", "made", "seen", "maybe", "owner"}
    assert set(api.responses["properties"]["owner"]["properties"]) == {"key", "mail", "seat"}


@pytest.mark.parametrize(
    "path", ["/paths/~1a/x-shape", "/paths/%7E1a/x-shape", "/x-all/a%20b~1c", "/x-all/a b%7E1c"]
)
def test_a_pointer_is_percent_decoded_before_its_tildes(path: str) -> None:
    root = document({"$ref": f"#{path}"})
    root["paths"]["/a"]["x-shape"] = CARD
    root["x-all"] = {"a b/c": CARD}
    assert said(read(root).apis[0]) == {"card": True}


@pytest.mark.parametrize(
    "name", ["#card", "card.json", "https://x.test/card.json", "card.json#card", "card.json#/$defs/it"]
)
def test_anchors_and_ids_are_found(name: str) -> None:
    card = {"$id": "https://x.test/card.json", "$anchor": "card", **CARD, "$defs": {"it": CARD}}
    root = {**document({"$ref": name}, Card=card), "$self": "https://x.test/api"}
    catalog = read(root)
    assert said(catalog.apis[0]) == {"card": True}
    assert codes(catalog) == []


def test_a_dynamic_reference_is_followed_to_its_anchor() -> None:
    tree = {
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"name": TEXT, "child": {"$dynamicRef": "#node"}},
    }
    child = of(ref("Tree"), Tree=tree).parameters[1].schema
    assert child["properties"]["name"] == TEXT


def test_a_required_field_that_nothing_describes_is_a_field() -> None:
    schema = {"type": "object", "required": ["x"], "properties": {"a": {**BASE, "required": ["ref", "y"]}}}
    api = of(schema)
    assert said(api) == {"a": False, "x": True}
    assert api.parameters[0].schema["required"] == ["ref", "y"]


def test_what_means_nothing_for_a_type_is_left_out() -> None:
    field = {**TEXT, "uniqueItems": True, "minItems": 1, "minimum": 3, "maxLength": 4}
    assert of({"properties": {"a": field}}).parameters[0].schema == {**TEXT, "maxLength": 4}


def test_a_reference_inside_an_example_is_a_value() -> None:
    field = {"type": "object", "example": {"$ref": "other.json"}, "default": {"$ref": "#/nowhere"}}
    catalog = read(document({"properties": {"a": field}, "examples": [{"$ref": "third.json"}]}))
    assert codes(catalog) == []


@pytest.mark.parametrize(
    "field",
    [
        {**TEXT, "description": "D"},
        {"allOf": [ref("When")]},
        ref("When"),
        {"oneOf": [ref("When"), {"enum": [1]}]},
    ],
)
def test_the_description_of_a_schema_is_that_of_its_field_and_parameter(field: Any) -> None:
    root = document({"properties": {"a": field}}, When={**TEXT, "description": "D"})
    root["paths"]["/a"]["post"]["parameters"] = [{"name": "q", "in": "query", "schema": field}]
    assert [p.description for p in read(root).apis[0].parameters] == ["D", "D"]


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        ({**TEXT, "example": "/cards/0"}, {**TEXT, "examples": ["/cards/0"]}),
        ({"type": "integer", "default": "12"}, {"type": "integer", "examples": [12]}),
        ({**TEXT, "examples": ["b", "c"]}, {**TEXT, "examples": ["b"]}),
        ({**TEXT, "example": "string"}, TEXT),
        ({**TEXT, "example": "x" * 90}, TEXT),
        ({**TEXT, "enum": ["a"], "example": "a"}, {**TEXT, "enum": ["a"]}),
        ({"type": "boolean", "example": "perhaps"}, {"type": "boolean"}),
    ],
)
def test_a_field_within_another_keeps_its_short_example(field: Any, kept: Any) -> None:
    schema = of({"properties": {"a": {"type": "object", "properties": {"b": field}}}}).parameters[0].schema
    assert schema["properties"]["b"] == kept


def test_an_example_within_that_is_a_credential_is_not_kept() -> None:
    field = {"type": "object", "properties": {"password": {**TEXT, "example": "tulip-77"}}}
    assert "tulip" not in str(of({"properties": {"a": field}}))


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ([{"const": "c"}, {"enum": ["a", "b"]}], "const"),
        ([{"minimum": 5}, {"maximum": 3}], "minimum"),
        ([{"minItems": 2}, {"maxItems": 1}], "minItems"),
        ([{"additionalProperties": False, "properties": {"a": TEXT}}, {"properties": {"b": TEXT}}], "additionalProperties"),
    ],
)  # fmt: skip
def test_parts_that_no_value_satisfies_together_are_noted(parts: list[Any], word: str) -> None:
    (found,) = read(document({"type": "object", "properties": {"f": {"allOf": parts}}})).diagnostics
    assert (found.code, word in found.message) == ("contradiction", True)


@pytest.mark.parametrize(
    ("schema", "closed"),
    [
        # As Django writes an enum that may be blank or null.
        ({"oneOf": [ref("E"), ref("Blank"), ref("Null")]}, {"enum": ["p", "q", "", None]}),
        ({"anyOf": [ref("O"), TEXT], "nullable": True}, {"anyOf": [{"type": "object"}, TEXT, {"type": "null"}]}),
        ({"enum": ["a", "a", "b"]}, {"enum": ["a", "b"]}),
    ],
)  # fmt: skip
def test_values_that_stand_behind_references_are_one_enum_and_null_stays(schema: Any, closed: Any) -> None:
    named = {
        "E": {"type": "string", "enum": ["p", "q"]},
        "Blank": {"enum": [""]},
        "Null": {"enum": [None]},
        "O": {"type": "object"},
    }
    (found,) = of({"type": "object", "properties": {"f": schema}}, "3.0.3", **named).parameters
    assert found.schema == closed


def test_a_field_that_no_value_fits_is_no_argument() -> None:
    fields = {"a": TEXT, "never": {"not": {}}, "no": False}
    assert said(of({"type": "object", "properties": fields})) == {"a": False}
