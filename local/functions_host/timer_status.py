"""What a timer's status blob says, and whether a start finds a missed tick in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from local.functions_host.timer_schedule import Schedule


@dataclass(frozen=True, slots=True)
class TimerStatus:
    """The recorded life of a timer; `last` is None before its first tick. Times are UTC."""

    last: datetime | None
    next: datetime
    updated: datetime

    def as_json(self) -> dict[str, str]:
        """As in the blob and in the function's `schedule_status`."""
        last = self.last.isoformat() if self.last else "0001-01-01T00:00:00+00:00"
        return {"Last": last, "Next": self.next.isoformat(), "LastUpdated": self.updated.isoformat()}


def parse_status(data: bytes) -> TimerStatus | None:
    """The status in a blob; None if it is not one, which counts as no status."""
    try:
        document = json.loads(data)
        last = datetime.fromisoformat(document["Last"])
        due, updated = (
            datetime.fromisoformat(document["Next"]),
            datetime.fromisoformat(document["LastUpdated"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
    if due.tzinfo is None or updated.tzinfo is None:
        return None
    return TimerStatus(last if last.year > 1 and last.tzinfo else None, due, updated)


def on_start(status: TimerStatus | None, schedule: Schedule, now: datetime) -> tuple[TimerStatus, bool]:
    """The status to go on with, and whether a tick was missed while no host ran.

    A changed schedule is taken over without calling anything missed.
    """
    if status is None:
        return TimerStatus(None, schedule.next_after(now), now), False
    if schedule.next_after(status.updated) != status.next:
        return TimerStatus(status.last, schedule.next_after(now), now), False
    return status, status.next < now
