"""Durations for people."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """42 s, 3 min 5 s, 1 h 42 min."""
    total = max(0, round(seconds))
    if total < 60:
        return f"{total} s"
    minutes, rest = divmod(total, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60} min"
