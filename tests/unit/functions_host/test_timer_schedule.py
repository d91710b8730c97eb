from datetime import UTC, datetime

import pytest

from local.functions_host.errors import HostError
from local.functions_host.timer_schedule import is_often, parse_schedule

START = datetime(2026, 11, 22, 3, 21, 38, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("*/15 * * * * *", "2026-11-22T03:21:45"),
        ("0 */5 * * * *", "2026-11-22T03:25:00"),
        ("*/5 * * * *", "2026-11-22T03:25:00"),
        ("0 30 9 * * 1-5", "2026-11-23T09:30:00"),
        ("0 0 0 1 Jan *", "2027-01-01T00:00:00"),
        ("0 0 0 13 * Fri", "2027-08-13T00:00:00"),  # day and weekday must both fit
        ("00:05:00", "2026-11-22T03:26:38"),
    ],
)
def test_the_next_due_time_follows_the_schedule(text: str, due: str):
    assert parse_schedule("f", text).next_after(START) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_due_time_is_always_later_than_the_moment():
    schedule = parse_schedule("f", "0 * * * * *")
    assert schedule.next_after(START.replace(second=0)) == START.replace(minute=22, second=0)


@pytest.mark.parametrize(
    "text", ["", "* * * *", "* * * * * * *", "61 * * * * *", "@daily x y z w v", "00:00:00", "often"]
)
def test_what_is_no_schedule_is_refused(text: str):
    with pytest.raises(HostError, match=r"^f: "):
        parse_schedule("f", text)


def test_more_than_once_a_minute_is_often():
    assert is_often(parse_schedule("f", "*/30 * * * * *"), START)
    assert not is_often(parse_schedule("f", "0 * * * * *"), START)
