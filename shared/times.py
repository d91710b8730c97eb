"""Times as they are stored, and durations for people."""

from __future__ import annotations

from datetime import datetime, timedelta


def duration(seconds: float) -> str:
    """42 s, 3 min 5 s, 1 h 42 min."""
    total = max(0, round(seconds))
    if total < 60:
        return f"{total} s"
    minutes, rest = divmod(total, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60} min"


def stamp(at: datetime) -> str:
    """A time (UTC) as it is stored, to the millisecond."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The time that `stamp` wrote; "" is long ago."""
    return datetime.fromisoformat(text or "1970-01-01T00:00:00Z")


def later(now: datetime, seconds: float) -> str:
    """The stored time `seconds` after `now`."""
    return stamp(now + timedelta(seconds=seconds))
