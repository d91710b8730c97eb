"""Findings as lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any


def finding_line(place: str, found: Mapping[str, Any], kind: str = "") -> str:
    """A finding on one line: where, what, its path and its words; `kind` stands before the code."""
    return (
        f"{place}: {kind}{found['code']}{' at ' + found['path'] if found['path'] else ''}: {found['message']}"
    )


def codes_counted(codes: Iterable[str]) -> list[str]:
    """How often each code came, the most frequent first."""
    counts = sorted(Counter(codes).items(), key=lambda pair: (-pair[1], pair[0]))
    return [f"  {count:>6}  {code}" for code, count in counts]
