"""Quotas hold in every kind of window."""

from __future__ import annotations

import pytest

from local.openai_emulator.limiter import Limiter
from local.openai_emulator.switches import Switches


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def admitted(limiter, switches, count, tokens=1):
    return sum(limiter.admit(tokens, switches).allowed for _ in range(count))


@pytest.mark.parametrize("window", ["fixed", "sliding", "bucket"])
def test_a_window_holds_its_share_of_the_minute(window):
    clock, switches = Clock(), Switches(rpm=1200, rpm_window_s=1.0, window=window)
    limiter = Limiter(clock)
    assert admitted(limiter, switches, 50) == 20
    clock.now += 1.0
    assert admitted(limiter, switches, 50) == 20


@pytest.mark.parametrize("window", ["fixed", "sliding", "bucket"])
def test_waiting_as_long_as_asked_is_enough(window):
    clock, switches = Clock(), Switches(rpm=600, rpm_window_s=1.0, window=window)
    limiter = Limiter(clock)
    for _ in range(200):
        decision = limiter.admit(1, switches)
        if not decision.allowed:
            assert decision.what == "call"
            clock.now += decision.wait_s + 1e-9
            assert limiter.admit(1, switches).allowed


def test_a_bucket_refills_steadily():
    clock, switches = Clock(), Switches(rpm=600, rpm_window_s=1.0, window="bucket")
    limiter = Limiter(clock)
    admitted(limiter, switches, 10)
    clock.now += 0.25
    assert admitted(limiter, switches, 10) == 2


def test_tokens_are_limited_as_estimated_and_refused_calls_use_them_too():
    clock, switches = Clock(), Switches(tpm=1000)
    limiter = Limiter(clock)
    assert admitted(limiter, switches, 3, tokens=400) == 2
    assert not limiter.admit(150, switches).allowed
    lenient = Switches(tpm=1000, rejected_tokens_count=False)
    clock.now += 60
    assert admitted(limiter, lenient, 3, tokens=400) == 2
    assert limiter.admit(150, lenient).allowed


def test_a_call_larger_than_the_window_may_have_a_whole_one():
    limiter = Limiter(Clock())
    switches = Switches(tpm=100, rejected_tokens_count=False)
    assert limiter.admit(500, switches).allowed
    assert not limiter.admit(1, switches).allowed


def test_headers_tell_limit_rest_and_reset():
    headers = Limiter(Clock()).admit(300, Switches(rpm=60, rpm_window_s=60, tpm=1000)).headers
    assert headers["x-ratelimit-limit-requests"] == "60"
    assert headers["x-ratelimit-remaining-requests"] == "59"
    assert headers["x-ratelimit-remaining-tokens"] == "700"
    assert 1 <= int(headers["x-ratelimit-reset-tokens"]) <= 60


def test_without_a_limit_nothing_is_told():
    assert Limiter(Clock()).admit(10**9, Switches()).headers == {}
