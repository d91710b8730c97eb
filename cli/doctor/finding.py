"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        level: `ok`, `warning` (works, but not as one may think) or `error` (something does not work).
        code: names the kind of finding; does not change.
        text: what was found, on one line.
        do: what to do about it; "" only where all is well.
    """

    level: str
    code: str
    text: str
    do: str = ""


def ok(code: str, text: str) -> Finding:
    """All is well there."""
    return Finding("ok", code, text)


def warning(code: str, text: str, do: str) -> Finding:
    """It works, but not as one may think."""
    return Finding("warning", code, text, do)


def error(code: str, text: str, do: str) -> Finding:
    """Something does not work."""
    return Finding("error", code, text, do)
