"""The linter knows Azure's rules, and our own schemas keep them."""

from __future__ import annotations

from typing import Any

import pytest

from local.openai_emulator.strict_schema import lint
from shared.plan.wire import WIRE_SCHEMA
from shared.teacher.judge import JUDGEMENT_SCHEMA


def strict(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = strict(inner=schema)
    return schema


@pytest.mark.parametrize("schema", [WIRE_SCHEMA, JUDGEMENT_SCHEMA, strict(), nested(5)])
def test_schemas_within_the_rules_pass(schema: dict[str, Any]) -> None:
    assert lint(schema) == []


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        (
            strict(arguments={"type": "object"}),
            "In context=('properties', 'arguments'), 'additionalProperties' is required to be supplied and to be false.",
        ),
        (
            {**strict(a={"type": "string"}, b={"type": "string"}), "required": ["a"]},
            "In context=(), 'required' is required to be supplied and to be an array including every key in "
            "properties. Missing 'b'.",
        ),
        (
            strict(a={"type": "array", "items": {"type": "string"}, "minItems": 1}),
            "'minItems' is not permitted.",
        ),
        (strict(a={"type": "string", "pattern": "x"}), "'pattern' is not permitted."),
        (strict(a={"type": "string", "default": "x"}), "'default' is not permitted."),
        (strict(a={"oneOf": [{"type": "string"}]}), "'oneOf' is not permitted."),
        (strict(a={"$ref": "#/$defs/x", "description": "y"}), "$ref cannot have keywords {'description'}."),
        (strict(a={"$ref": "#/$defs/x"}), "cannot be resolved"),
        (
            strict(a={"anyOf": [strict(k={"type": "string"}), strict(k={"type": "integer"})]}),
            "Objects provided via 'anyOf' must not share identical first keys.",
        ),
        (nested(6), "6 levels of nesting exceeds limit of 5."),
        (strict(**{f"p{n}": {"type": "string"} for n in range(101)}), "101 parameters exceeds limit of 100."),
        (
            {"type": "array", "items": {"type": "string"}},
            "schema must be a JSON Schema of 'type: \"object\"'",
        ),
        ({"anyOf": [strict()]}, "schema must be a JSON Schema of 'type: \"object\"'"),
        (strict(a={"type": "array"}), "array schema missing items."),
        (strict(a={"type": "text"}), '"text" is not a valid type.'),
        (strict(a={"description": "anything"}), "schema must have a 'type' key."),
        (strict(a={"enum": [str(n) for n in range(1001)]}), "1001 enum values exceeds limit of 1000."),
        (strict(a=True), "schema must be an object"),
        ("text", "schema must be a JSON Schema"),
    ],
)
def test_each_breach_is_named_in_the_service_s_words(schema: Any, sentence: str) -> None:
    assert any(sentence in breach for breach in lint(schema))


def test_definitions_and_recursion_are_allowed_and_end() -> None:
    node = strict(value={"type": "string"}, children={"type": "array", "items": {"$ref": "#/$defs/node"}})
    assert lint({**strict(root={"$ref": "#/$defs/node"}), "$defs": {"node": node}}) == []


def test_levels_are_counted_through_references() -> None:
    schema = {**strict(a=strict(b={"$ref": "#/$defs/deep"})), "$defs": {"deep": nested(4)}}
    assert lint(schema) == ["6 levels of nesting exceeds limit of 5."]
