import json
from datetime import UTC, datetime, timedelta

import pytest

from local.functions_host.timer_schedule import parse_schedule
from local.functions_host.timer_status import TimerStatus, on_start, parse_status

NOW = datetime(2026, 11, 22, 3, 21, 38, tzinfo=UTC)
HOURLY = parse_schedule("f", "0 0 * * * *")


def status(updated: datetime) -> TimerStatus:
    return TimerStatus(None, HOURLY.next_after(updated), updated)


def test_the_first_start_writes_down_the_next_tick_and_has_missed_none():
    assert on_start(None, HOURLY, NOW) == (status(NOW), False)


def test_a_tick_that_is_still_to_come_is_waited_for():
    known = status(NOW - timedelta(minutes=10))
    assert on_start(known, HOURLY, NOW) == (known, False)


def test_a_tick_that_passed_while_no_host_ran_was_missed():
    known = status(NOW - timedelta(hours=3))
    assert on_start(known, HOURLY, NOW) == (known, True)


def test_a_changed_schedule_is_taken_over_and_nothing_was_missed():
    known = status(NOW - timedelta(hours=3))
    daily = parse_schedule("f", "0 0 0 * * *")
    begun, missed = on_start(known, daily, NOW)
    assert (begun.next, missed) == (datetime(2026, 11, 23, tzinfo=UTC), False)


@pytest.mark.parametrize("last", [None, NOW])
def test_a_status_survives_its_blob(last: datetime | None):
    known = TimerStatus(last, NOW + timedelta(hours=1), NOW)
    assert parse_status(json.dumps(known.as_json()).encode()) == known


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"Last": "x", "Next": "y", "LastUpdated": "z"}',
    b'{"Last": "2026-01-01T00:00:00", "Next": "2026-01-01T00:00:00", "LastUpdated": "2026-01-01T00:00:00"}'])  # fmt: skip
def test_what_is_no_status_counts_as_none(data: bytes):
    assert parse_status(data) is None
