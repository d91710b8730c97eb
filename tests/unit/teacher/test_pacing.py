"""The rules of the pace, one by one."""

from __future__ import annotations

from itertools import pairwise

from shared.ports import RateLimits
from shared.teacher.pacing import Pace

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


def test_a_downgraded_quota_is_followed_at_once() -> None:
    pace = _known()
    pace.answered(pace.start(6000, 1.0), RateLimits(limit_requests=120, remaining_requests=1), 1.2)
    assert pace.requests.rate <= 2.0
