"""What counts as a wait that the service asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.pacing.retry_after import LONGEST_WAIT_S, duration_s, retry_after_s

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "message", "expected"),
    [
        ({}, "", None),
        ({"retry-after": "7"}, "", 7.0),
        ({"Retry-After": "1.5"}, "", 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, "", 0.25),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:35 GMT"}, "", 30.0),
        ({"retry-after": "Fri, 02 Jan 2026 03:04:00 GMT"}, "", None),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "0"}, "", None),
        ({"retry-after": "-3"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "inf"}, "Please retry after 4 seconds.", 4.0),
        ({"retry-after": "86400"}, "", 86400.0),
        ({"retry-after": "1e12"}, "", LONGEST_WAIT_S),
        ({}, "You have exceeded the token rate limit. Please retry after 45 seconds.", 45.0),
        ({}, "Please retry after 1 second.", 1.0),
        ({}, "Please retry your request after 30 seconds.", 30.0),
        ({}, "Please retry after 24 hours.", 86400.0),
        ({}, "Please retry after 800 milliseconds", 0.8),
        ({}, "Please try again in 6m0.5s. Visit the portal.", 360.5),
        ({}, "try again in 20ms", 0.02),
        ({}, "retry after 0 seconds", None),
        ({"x-ratelimit-reset-tokens": "55"}, "", 55.0),
        ({"x-rate-limit-reset-tokens": "55"}, "", 55.0),
        ({"x-ratelimit-reset-requests": "2", "x-ratelimit-reset-tokens": "1m10s"}, "", 70.0),
        (
            {
                "x-ratelimit-reset-requests": "2",
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-tokens": "60",
                "x-ratelimit-remaining-tokens": "900",
            },
            "",
            2.0,
        ),
        ({"x-ratelimit-reset-tokens": "60"}, "Please retry after 3 seconds", 3.0),
    ],
)
def test_the_most_explicit_statement_of_a_wait_counts(
    headers: dict[str, str], message: str, expected: float | None
) -> None:
    assert retry_after_s(headers, message, NOW) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("55", 55.0),
        ("6m0s", 360.0),
        ("1h2m", 3720.0),
        ("120ms", 0.12),
        ("x", None),
        ("-1", None),
        ("", None),
    ],
)
def test_a_quota_header_is_seconds_or_units(text: str | None, expected: float | None) -> None:
    assert duration_s(text) == pytest.approx(expected)
