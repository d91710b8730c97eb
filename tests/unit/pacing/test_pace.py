"""The rules of the pace, one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from shared.pacing.pace import Pace
from shared.ports.teacher import RateLimits

_TOLD = RateLimits(limit_requests=1200, remaining_requests=19)


def _known(limits: RateLimits = _TOLD, at: float = 0.0) -> Pace:
    pace = Pace()
    pace.answered(pace.start(6000, at), limits, at + 0.2)
    return pace


def test_before_the_first_answer_calls_start_one_by_one() -> None:
    pace = Pace()
    pace.start(6000, 10.0)
    assert 0.2 < pace.wait_s(10.0) <= 0.25
    assert pace.wait_s(10.25) == 0


def test_without_quota_headers_nothing_is_held_back() -> None:
    pace = _known(RateLimits())
    for _ in range(200):
        assert pace.wait_s(0.2) == 0
        pace.start(6000, 0.2)


def test_a_known_quota_spaces_the_starts_evenly_from_the_first_one_on() -> None:
    pace = _known()
    starts, now = [], 0.2
    for _ in range(40):
        now += pace.wait_s(now)
        starts.append(now)
        pace.start(6000, now)
    gaps = [later - earlier for earlier, later in pairwise(starts[4:])]
    assert min(gaps) > 0.04
    assert max(gaps) < 0.11


def test_large_calls_wait_for_tokens_although_calls_are_left() -> None:
    limits = RateLimits(limit_requests=6000, limit_tokens=60_000)
    pace = _known(limits)
    pace.start(6000, 0.2)
    assert pace.wait_s(0.2) > 5


def test_a_stray_refusal_slows_down_and_closes_nothing() -> None:
    pace = _known()
    before = pace.requests.rate
    pace.throttled(pace.start(6000, 1.0), 1.0, 1.0)
    assert pace.requests.rate < before
    assert pace.closed_s(1.0) == 0


def test_refusals_in_a_row_close_for_as_long_as_the_service_said() -> None:
    pace = _known()
    for number in range(3):
        pace.throttled(pace.start(6000, 1.0 + number), 1.5, 1.0 + number)
    assert pace.closed_s(3.0) == 1.5


def test_a_long_wait_closes_at_the_first_refusal() -> None:
    pace = _known()
    pace.throttled(pace.start(6000, 1.0), 30.0, 1.0)
    assert pace.wait_s(1.0) == 30.0


def test_refusals_of_calls_from_before_a_cut_do_not_cut_again() -> None:
    pace = _known()
    calls = [pace.start(6000, 1.0) for _ in range(20)]
    pace.throttled(calls[0], 1.0, 1.1)
    once = pace.requests.rate
    for call in calls[1:]:
        pace.throttled(call, 1.0, 1.2)
    assert pace.requests.rate == once


def test_refusals_without_any_header_bound_the_rate_until_they_are_long_past() -> None:
    pace = _known(RateLimits())
    calls = [pace.start(6000, 1.0) for _ in range(50)]
    pace.throttled(calls[-1], None, 1.1)
    bounded = [pace.start(6000, 3.0) for _ in range(5)][-1]
    assert pace.wait_s(3.0) > 0
    pace.answered(bounded, RateLimits(), 100.0)
    pace.start(6000, 100.0)
    assert pace.wait_s(100.0) == 0


def _storm(pace: Pace, calls: int, now: float, limits: RateLimits = RateLimits()) -> float:
    """Every second call is refused, one after another, whatever the pace; when that is over."""
    for number in range(calls):
        now += pace.wait_s(now)
        call = pace.start(6000, now)
        if number % 2:
            pace.throttled(call, 1.0, now)
        else:
            pace.answered(call, limits, now)
    return now


def test_refusals_that_slowness_does_not_cure_are_noise_and_close_nothing() -> None:
    pace = _known(RateLimits())
    now = _storm(pace, 40, 1.0)
    assert pace.noisy
    before = pace.requests.rate
    for _ in range(3):
        pace.throttled(pace.start(6000, now), 1.0, now)
    assert pace.closed_s(now) == 0
    assert pace.requests.rate >= before


def test_noise_ends_with_the_refusals() -> None:
    pace = _known(RateLimits())
    now = _storm(pace, 40, 1.0)
    for _ in range(20):
        now += pace.wait_s(now)
        pace.answered(pace.start(6000, now), RateLimits(), now)
    assert not pace.noisy


def test_refusals_of_a_quota_that_headers_show_used_up_are_no_noise() -> None:
    pace = _known()
    _storm(pace, 60, 1.0, RateLimits(limit_requests=1200, remaining_requests=0))
    assert not pace.noisy


def test_a_long_wait_is_kept_in_noise_too() -> None:
    pace = _known(RateLimits())
    now = _storm(pace, 40, 1.0)
    pace.throttled(pace.start(6000, now), 30.0, now)
    assert pace.closed_s(now) == pytest.approx(30.0)


def test_tokens_count_as_the_falling_remainder_shows_them() -> None:
    pace = Pace()
    for number in range(20):
        now = float(number)
        limits = RateLimits(limit_tokens=1_200_000, remaining_tokens=200_000 - 6600 * number)
        pace.answered(pace.start(6000, now), limits, now)
    assert 1.05 < pace.tokens.scale <= 1.1 + 1e-9


def test_what_is_remembered_of_answers_does_not_grow_with_their_number() -> None:
    pace = Pace()
    for number in range(5000):
        pace.answered(pace.start(10, number / 50), _TOLD, number / 50)
    assert len(pace.requests._remaining) < 100


def test_a_quota_that_answers_no_longer_tell_is_given_up() -> None:
    pace = _known()
    for number in range(19):
        pace.answered(pace.start(6000, 1.0 + number), RateLimits(), 1.0 + number)
    pace.answered(pace.start(6000, 20.0), None, 20.0)
    assert pace.requests.limit is not None
    pace.answered(pace.start(6000, 21.0), RateLimits(), 21.0)
    assert pace.requests.limit is None
    pace.start(6000, 22.0)
    assert pace.wait_s(22.0) == 0


def test_a_downgraded_quota_is_followed_at_once() -> None:
    pace = _known()
    pace.answered(pace.start(6000, 1.0), RateLimits(limit_requests=120, remaining_requests=1), 1.2)
    assert pace.requests.rate <= 2.0


def test_what_remained_of_a_larger_quota_does_not_make_a_smaller_one_look_used_up() -> None:
    pace = _known(RateLimits(limit_requests=12_000, remaining_requests=11_999))
    for number in range(40):
        at = 10.0 + number
        pace.answered(pace.start(6000, at), RateLimits(limit_requests=120, remaining_requests=119), at)
    assert not pace.requests.is_used_up(49.0)
    assert pace.requests.rate > 1.5
