"""Modes go from strict to plain and stop there."""

from __future__ import annotations

from shared.plan.wire import WIRE_SCHEMA
from shared.teacher.response_format import MODES, is_tolerant, next_mode, record_format, strict_format


def test_each_mode_leads_to_the_next_and_the_last_to_none() -> None:
    assert [next_mode(mode) for mode in MODES] == ["json_object", "text", None]


def test_only_the_strict_mode_is_read_strictly() -> None:
    assert [is_tolerant(mode) for mode in MODES] == [False, True, True]


def test_the_request_asks_in_the_mode() -> None:
    assert record_format("json_schema") == {
        "type": "json_schema",
        "json_schema": {"name": "plan_record", "strict": True, "schema": WIRE_SCHEMA},
    }
    assert record_format("json_object") == {"type": "json_object"} == strict_format("json_object", "x", {})
    assert record_format("text") is None is strict_format("text", "x", {})
