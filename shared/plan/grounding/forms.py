"""Values that are written in a form of their own: dates, times, durations, months, numbers as text."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from shared.plan.grounding.dates import read_stamp
from shared.plan.grounding.said import Said

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?")
_PERIOD = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MONTH = re.compile(r"\d{4}-\d{2}")
_NUMBER = re.compile(r"[-+]?\d[\d.,']*")


def said_form(text: str, task: Said, assumptions: Said) -> bool | None:
    """Whether a date, time, duration or number in text form is said; None if the text is none of these."""
    stamp = read_stamp(text)
    if stamp is not None:
        based = Said(task.text, assumptions.text)
        return task.dates.says(stamp[0], timed=stamp[1]) or based.dates.says(stamp[0], timed=stamp[1])
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
