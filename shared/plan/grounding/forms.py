"""Whether a task says a text that is a date, a time, a duration or a number, in whatever writing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from shared.plan.grounding.dates import SaidDates

if TYPE_CHECKING:
    from shared.plan.grounding.said import Said

_ISO = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})(?:[T ](?P<time>\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?")
_PERIOD = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MONTH = re.compile(r"\d{4}-\d{2}")
_NUMBER = re.compile(r"[-+]?\d[\d.,']*")


def says_form(text: str, task: Said, assumptions: Said) -> bool | None:
    """Whether the task says the date, time, duration or number that a text is; None for one that is none of these.

    A full date in an assumption is a day to reckon from.
    """
    stamp = _stamp(text)
    if stamp is not None:
        based = SaidDates(task.text, task.numbers.durations, assumptions.text)
        return task.dates.says(stamp[0], timed=stamp[1]) or based.says(stamp[0], timed=stamp[1])
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) < 24 and task.dates.says_time(int(clock[1]), int(clock[2]))
    period = _PERIOD.fullmatch(text)
    if period and any(period.groups()):
        return all(float(number) in task.numbers for number in period.groups() if number)
    if _MONTH.fullmatch(text):
        year, month = map(int, text.split("-"))
        return 1 <= month <= 12 and task.dates.says_day(datetime(year, month, 1, tzinfo=UTC).date())
    if _NUMBER.fullmatch(text):
        try:
            return float(text.replace(",", "").replace("'", "")) in task.numbers or text.strip("+") in (
                "1",
                "01",
            )
        except ValueError:
            return False
    return None


def _stamp(text: str) -> tuple[datetime, bool] | None:
    """The moment of an ISO date or date-time and whether it has a time; None for any other text."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    try:
        day = date.fromisoformat(match["date"])
        hour, minute = map(int, (match["time"] or "00:00").split(":"))
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC), match["time"] is not None
    except ValueError:
        return None
