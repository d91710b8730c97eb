"""When a timer is due: NCRONTAB expressions with 5 or 6 fields, or a plain interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from croniter import croniter

from local.functions_host.errors import HostError
from local.functions_host.host_json import parse_span


class Schedule(Protocol):
    """Times at which something is due, UTC."""

    def next_after(self, moment: datetime) -> datetime:
        """The first due time later than `moment`."""


@dataclass(frozen=True, slots=True)
class Cron:
    """`{second} {minute} {hour} {day} {month} {weekday}`; day and weekday must both fit, as in NCRONTAB."""

    expression: str

    def next_after(self, moment: datetime) -> datetime:
        """The next time that fits the expression."""
        found: datetime = croniter(
            self.expression, moment, ret_type=datetime, day_or=False, second_at_beginning=True
        ).get_next()
        return found


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so often, counted from the last time."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """One interval later."""
        return moment + self.every


def parse_schedule(function: str, text: str) -> Schedule:
    """The schedule in a timer trigger's binding. HostError naming the function if it has no valid one."""
    span = parse_span(text)
    if span:
        return Interval(timedelta(seconds=span))
    fields = text.split()
    if len(fields) == 5:
        fields.insert(0, "0")
    expression = " ".join(fields)
    if len(fields) != 6 or not croniter.is_valid(expression, second_at_beginning=True):
        raise HostError(
            f"{function}: {text!r} is no schedule: six NCRONTAB fields from seconds to weekday, or hh:mm:ss"
        )
    return Cron(expression)


def is_often(schedule: Schedule, moment: datetime) -> bool:
    """Whether it is due more than once a minute, so that its state is not worth keeping."""
    first = schedule.next_after(moment)
    return schedule.next_after(first) - first < timedelta(minutes=1)
