"""Counts and sizes as people read them; `shared.report.figures` has shares and money, `shared.times` durations."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """1 record, 12 records."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def short(number: float) -> str:
    """A count in few characters: 950, 12.3k, 4.56M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.3g}{unit}"
    return f"{number:.0f}"


def bytes_of(count: int) -> str:
    """Bytes in a unit that a person reads: 3 B, 2.0 KiB."""
    for limit, unit in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count} B"
