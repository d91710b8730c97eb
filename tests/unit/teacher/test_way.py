"""Ways go from a strict form to plain text and stop there."""

from __future__ import annotations

from shared.plan.wire import SCHEMA_NAME, WIRE_SCHEMA
from shared.teacher.ask_options import MODES, Way


def test_each_mode_leads_to_the_next_and_the_last_to_none() -> None:
    after = [Way(mode).after("response_format") for mode in MODES]
    assert [way and way.response_mode for way in after] == ["json_object", "text", None]


def test_a_refused_field_is_left_out_and_cannot_be_refused_again() -> None:
    without = Way().after("seed")
    assert without == Way(without=frozenset({"seed"}))
    assert without.after("seed") is None


def test_only_the_strict_mode_is_read_strictly() -> None:
    assert [Way(mode).is_tolerant for mode in MODES] == [False, True, True]


def test_the_request_asks_in_the_mode() -> None:
    strict, loose, plain = [Way(mode).form(SCHEMA_NAME, WIRE_SCHEMA) for mode in MODES]
    assert strict == {
        "type": "json_schema",
        "json_schema": {"name": "plan_record", "strict": True, "schema": WIRE_SCHEMA},
    }
    assert (loose, plain) == ({"type": "json_object"}, None)
