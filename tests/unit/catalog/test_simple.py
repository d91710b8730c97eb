"""The simple form, and lists of functions in the forms that chat models and tool servers take."""

from __future__ import annotations

from typing import Any

import pytest

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
        ("dict", {"type": "object"}), ("float", {"type": "number"}), ("tuple", {"type": "array"}), ("List[str]", {"type": "array"}),
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
