"""A referenced value fits a parameter by type, format, enum and structure."""

from __future__ import annotations

from typing import Any

import pytest

from shared.plan.fit import describe, misfit
from testing.shop import DATE, INTEGER, NUMBER, STAMP, STRING, UUID, obj, rows

OPEN = {"type": "string", "enum": ["open", "paid"]}
NULLABLE = {"type": ["string", "null"]}
CLOSED = {"type": "string", "enum": ["closed"]}


@pytest.mark.parametrize(
    ("producer", "consumer"),
    [
        (STRING, STRING),
        (STRING, UUID),
        (UUID, STRING),
        (INTEGER, NUMBER),
        (NUMBER, INTEGER),
        (NULLABLE, STRING),
        ({}, INTEGER),
        (STRING, {}),
        (STRING, OPEN),
        (OPEN, {"type": "string", "enum": ["paid", "shipped"]}),
        ({"anyOf": [STRING, INTEGER]}, INTEGER),
        (STRING, {"anyOf": [INTEGER, STRING]}),
        (rows(STRING), rows(STRING)),
        (obj(a=STRING, b=INTEGER), obj(("a",), a=STRING)),
    ],
)
def test_what_can_be_right_fits(producer: Any, consumer: Any) -> None:
    assert misfit([producer], consumer, as_text=False) == ""


@pytest.mark.parametrize(
    ("producer", "consumer"),
    [
        (STRING, INTEGER),
        (INTEGER, STRING),
        (obj(a=STRING), STRING),
        (rows(STRING), STRING),
        (STRING, rows(STRING)),
        (rows(INTEGER), rows(STRING)),
        (STAMP, DATE),
        (UUID, STAMP),
        (OPEN, CLOSED),
        ({"type": "boolean"}, INTEGER),
        (obj(b=INTEGER), obj(("a",), a=STRING)),
    ],
)
def test_what_can_never_be_right_does_not_fit(producer: Any, consumer: Any) -> None:
    assert "is wanted" in misfit([producer], consumer, as_text=False)


def test_scalars_travel_as_text_outside_a_body() -> None:
    assert misfit([INTEGER], STRING, as_text=True) == ""
    assert misfit([obj(a=STRING)], STRING, as_text=True)


def test_values_are_told_as_json_never_as_python() -> None:
    told = describe([{"type": ["string", "null"], "enum": ["a", None, True, {"b": 1.5}]}])
    assert told == 'null or string, one of "a", null, true, {"b":1.5}'
