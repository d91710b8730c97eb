"""Values are valid for the schemas they are made for."""

from __future__ import annotations

from random import Random
from typing import Any

import jsonschema_rs
import pytest

from local.openai_emulator.planning.amounts import order_bounds
from local.openai_emulator.planning.patterns import from_pattern
from local.openai_emulator.planning.prompt_catalog import PromptParameter
from local.openai_emulator.planning.values import (
    CREDENTIAL,
    is_speakable,
    parameter_value,
    schema_value,
)
from local.openai_emulator.planning.world import make_world
from shared.scrub.personal import find_personal

SCHEMAS = [
    {"type": "string"},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "email"},
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "ipv4"},
    {"type": "string", "minLength": 30, "maxLength": 40},
    {"type": "string", "maxLength": 5},
    {"type": "string", "pattern": "^[A-Z]{2}-\\d{4}$"},
    {"type": "string", "enum": ["a", "b", None]},
    {"type": "integer", "minimum": 7, "maximum": 9},
    {"type": "integer", "exclusiveMinimum": 3, "maximum": 4},
    {"type": "integer", "multipleOf": 25, "minimum": 30, "maximum": 90},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"type": "number", "maximum": -5},
    {"type": ["null", "integer"]},
    {"const": "fixed"},
    {"type": "boolean"},
    {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 6},
    {"type": "array", "items": {"enum": ["x", "y"]}, "uniqueItems": True},
    {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["a"],
     "additionalProperties": False},
    {"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
               {"properties": {"b": {"type": "boolean"}}, "required": ["b"]}]},
    {"oneOf": [{"type": "null"}, {"type": "object", "properties": {"k": {"const": 1}}, "required": ["k"]}]},
    {"type": "integer", "oneOf": [{"const": 4}, {"const": 8}]},
    {"properties": {"deep": {"properties": {"deeper": {"type": "array", "items": {"type": "number"}}},
                             "required": ["deeper"]}}, "required": ["deep"]},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: str(schema)[:60])
@pytest.mark.parametrize("name", ["id", "customer_email", "tags", "price", "due_date", "anything"])
def test_a_value_is_valid_for_its_schema(schema, name):
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for seed in range(8):
        rng = Random(seed)
        value = schema_value(schema, name, rng, make_world(rng))
        assert validator.is_valid(value), value


def test_the_same_draw_gives_the_same_value():
    def draw():
        rng = Random(3)
        return schema_value(SCHEMAS[-1], "x", rng, make_world(rng))

    assert draw() == draw()


def test_no_credential_is_invented():
    parameter = PromptParameter("x-api-key", "header", "string", True, (), "", "abc", "", {})
    assert parameter_value(parameter, "user", Random(1), make_world(Random(1))) == CREDENTIAL


def test_people_live_at_example_com_and_have_fictional_numbers():
    world = make_world(Random(5))
    assert schema_value({"type": "string"}, "contact_email", Random(1), world).endswith("@example.com")
    assert schema_value({"type": "string"}, "phone", Random(1), world).startswith("+1 202-555-01")


def test_the_lower_bound_is_not_above_the_upper_one():
    values: dict[str, Any] = {
        "start_date": "2027-05-01",
        "end_date": "2027-04-01",
        "inner": {"min_price": 9, "max_price": 2},
    }
    order_bounds(values)
    assert values["start_date"] < values["end_date"]
    assert values["inner"] == {"min_price": 2, "max_price": 9}


@pytest.mark.parametrize("pattern", ["^a+b?$", "[^a-z]{3}", r"(foo|bar)-\d{2,4}", r"^\w+@\w+\.com$", "."])
def test_a_text_matches_its_pattern(pattern):
    import re

    for seed in range(10):
        assert re.search(pattern, from_pattern(pattern, Random(seed)))


def test_a_pattern_beyond_reach_gives_nothing():
    assert from_pattern("(", Random(1)) is None
    assert from_pattern(r"(?=x)y", Random(1)) is None


def test_keys_are_not_spoken():
    assert is_speakable("a plain sentence")
    assert not is_speakable("JV9IRGZmieiBasejOG9yDCRNgd2ymoZIbjsbamNjPWHM")


def test_a_number_made_from_a_pattern_looks_like_nobodys_card():
    made = [from_pattern("^[0-9]{13}$", Random(seed)) or "" for seed in range(300)]
    assert [number for number in made if len(number) != 13 or find_personal(number)] == []


def test_what_is_called_name_of_somebody_is_a_persons_name():
    world = make_world(Random(5))
    parameter = PromptParameter("name", "query", "string", True, (), "", None, "", {})
    assert parameter_value(parameter, "customers", Random(1), world) == world.person
    assert parameter_value(parameter, "projects", Random(1), world) != world.person
