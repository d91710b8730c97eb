"""Paths are looked up in response schemas of every shape."""

from __future__ import annotations

from typing import Any

import pytest

from shared.plan.schema_paths import at, in_response, leaves, output_names, types
from testing.shop import INTEGER, STRING, obj, rows

ORDER = obj(
    id=STRING, lines=rows(obj(sku=STRING)), size={"type": ["integer", "null"]}, meta={"type": "object"}
)


@pytest.mark.parametrize(
    ("schema", "parts", "kinds"),
    [
        (ORDER, ("id",), {"string"}),
        (ORDER, ("lines", 0, "sku"), {"string"}),
        (ORDER, ("size",), {"integer", "null"}),
        (ORDER, ("meta", "anything"), set()),
        (ORDER, ("nothing",), None),
        (ORDER, ("id", "deeper"), None),
        (ORDER, ("lines", "sku"), None),
        (ORDER, ("id", 0), None),
        ({}, ("anything", 3, "at", "all"), set()),
        ({"anyOf": [obj(a=STRING), obj(b=INTEGER)]}, ("b",), {"integer"}),
        ({"anyOf": [obj(a=STRING), obj(b=INTEGER)]}, ("c",), None),
        ({"type": "object", "allOf": [obj(a=STRING), obj(b=INTEGER)]}, ("b",), {"integer"}),
        ({"type": "object", "allOf": [obj(a=STRING), obj(b=INTEGER)]}, ("c",), None),
        ({"type": "object", "additionalProperties": INTEGER}, ("x",), {"integer"}),
        ({**obj(a=STRING), "additionalProperties": True}, ("x",), set()),
        ({"type": "array", "maxItems": 2, "items": STRING}, (1,), {"string"}),
        ({"type": "array", "maxItems": 2, "items": STRING}, (2,), None),
        ({"type": "array", "prefixItems": [INTEGER, STRING]}, (1,), {"string"}),
        ({"type": "object", "properties": {"odata.id": STRING}}, ("odata", "id"), {"string"}),
    ],
)
def test_a_path_exists_with_its_types_or_not_at_all(schema: Any, parts: Any, kinds: set[str] | None) -> None:
    found = at(schema, parts)
    assert (None if found is None else set(types(found))) == kinds


def test_a_response_that_is_no_object_is_called_result() -> None:
    assert in_response(rows(ORDER), ("result", 0, "id")) == [STRING]
    assert in_response(rows(ORDER), ("orders", 0, "id")) is None
    assert in_response(obj(result=INTEGER), ("result",)) == [INTEGER]


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ({}, None),
        (ORDER, ("id", "lines", "size", "meta")),
        (rows(ORDER), ("result",)),
        ({"type": "object"}, None),
        ({"anyOf": [obj(a=STRING), obj(b=STRING)]}, ("a", "b")),
    ],
)
def test_output_names_are_the_first_names_of_paths(schema: Any, names: tuple[str, ...] | None) -> None:
    assert output_names(schema) == names


def test_leaves_list_shallow_paths_first_and_keep_the_limit() -> None:
    assert leaves(rows(obj(id=STRING, lines=rows(INTEGER))), limit=9) == [
        ("result", "array"),
        ("result[0]", "object"),
        ("result[0].id", "string"),
        ("result[0].lines", "array"),
        ("result[0].lines[0]", "integer"),
    ]
    assert len(leaves(ORDER, limit=3)) == 3


def test_every_listed_path_exists() -> None:
    from shared.plan.references import parse_path
    from testing.shop import CATALOG

    for api in CATALOG.apis:
        for path, _ in leaves(api.responses, limit=50):
            assert in_response(api.responses, parse_path(path)) is not None
