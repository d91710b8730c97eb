"""How long a model service asks to wait, read from an answer's headers and its error text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_S = 7 * 24 * 3600.0
"""Longer answers are cut to this; a storage queue hides a message for at most 7 days."""

_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+", re.ASCII)
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_TEXT = re.compile(
    r"(?:retry|try again)(?:\s+(?:your|the|this)\s+(?:request|call))?\s+(?:after|in)\s+"
    r"(?:(?P<number>\d+(?:\.\d+)?)\s+(?P<unit>milliseconds?|seconds?|minutes?|hours?|days?)"
    r"|(?P<compact>(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+))",
    re.ASCII | re.IGNORECASE,
)
_WORD_S = {"millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_KINDS = ("requests", "tokens")


def retry_after_s(headers: Mapping[str, str], message: str, now: datetime) -> float | None:
    """Seconds that the service asks to wait before the next call; None if it says nothing usable.

    Looks, in this order, at `retry-after-ms`, `retry-after` (seconds or an HTTP date), the text ("Please
    retry after 45 seconds", "try again in 6m0s") and the quota resets `x-ratelimit-reset-requests|tokens`
    (also spelt `x-rate-limit-…`). Zero, negative and unreadable values say nothing. Waits of a day come
    back as they are; nothing above `LONGEST_WAIT_S` does.

    Args:
        headers: header names in any case.
        message: the error's text.
        now: current time, UTC; a date is turned into seconds with it.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    for wait in (
        _seconds(lower.get("retry-after-ms"), 0.001),
        _seconds(lower.get("retry-after")),
        _until(lower.get("retry-after"), now),
        _from_text(message),
        _quota_reset(lower),
    ):
        if wait is not None:
            return min(wait, LONGEST_WAIT_S)
    return None


def duration_s(text: str | None) -> float | None:
    """Seconds of a quota header: plain seconds (`55`, `1.5`) or units (`6m0s`, `120ms`); None if neither."""
    if text is None:
        return None
    compact = text.strip().lower()
    if _DURATION.fullmatch(compact):
        return sum(float(number) * _UNIT_S[unit] for number, unit in _DURATION_PART.findall(compact))
    try:
        value = float(compact)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _seconds(text: str | None, factor: float = 1.0) -> float | None:
    if text is None:
        return None
    try:
        value = float(text) * factor
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _until(text: str | None, now: datetime) -> float | None:
    if text is None:
        return None
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    wait = (at - now).total_seconds()
    return wait if wait > 0 else None


def _from_text(message: str) -> float | None:
    found = _TEXT.search(message)
    if found is None:
        return None
    if found["compact"]:
        return duration_s(found["compact"]) or None
    return float(found["number"]) * _WORD_S[found["unit"].lower().rstrip("s")] or None


def _quota_reset(headers: Mapping[str, str]) -> float | None:
    """The reset of the quota that is used up; the later of both when the headers do not say which."""
    resets = {kind: wait for kind in _KINDS if (wait := duration_s(_quota(headers, "reset", kind)))}
    used_up = [wait for kind, wait in resets.items() if _quota(headers, "remaining", kind) in ("0", "-1")]
    return max(used_up or resets.values(), default=None)


def _quota(headers: Mapping[str, str], what: str, kind: str) -> str | None:
    return headers.get(f"x-ratelimit-{what}-{kind}") or headers.get(f"x-rate-limit-{what}-{kind}")
