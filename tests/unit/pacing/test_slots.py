"""Open calls are bounded by how long answers take; simulated on a clock that nobody waits for."""

from __future__ import annotations

import heapq
from collections import deque

import pytest

from shared.pacing.slots import MOST, Open, Slots


def test_before_the_first_answer_five_calls_are_open() -> None:
    slots = Slots()
    opened = 0
    while slots.is_free:
        slots.start(0.0)
        opened += 1
    assert opened == 5


def test_a_quick_answer_opens_all() -> None:
    slots = Slots()
    call = slots.start(0.0)
    slots.answered(call, 1.2, 300)
    assert slots.limit == MOST


def test_after_a_first_time_out_with_no_answer_one_call_is_open_at_a_time() -> None:
    slots = Slots()
    calls = [slots.start(0.0) for _ in range(5)]
    for call in calls:
        slots.timed_out(call, 300.0)
        slots.end()
    assert slots.limit == 1


def test_one_time_out_among_many_answers_holds_nothing_back() -> None:
    slots = Slots()
    late = slots.start(0.0)
    for second in range(300):
        for _ in range(20):
            call = slots.start(float(second))
            slots.end()
            slots.answered(call, second + 1.0, 300)
    slots.timed_out(late, 300.0)
    assert slots.limit == MOST


class Server:
    """Answers `at_once` calls at a time, each in `seconds`; a caller gives up after `deadline_s`."""

    def __init__(self, at_once: int, seconds: float, deadline_s: float = 300.0) -> None:
        self.at_once, self.seconds, self.deadline_s = at_once, seconds, deadline_s

    def work_off(self, calls: int) -> tuple[int, float, int]:
        """Calls that timed out, seconds until all were answered, most that were open at once after the first 5."""
        slots, now, timed_out, answered, most = Slots(), 0.0, 0, 0, 0
        left, busy = calls, 0
        line: deque[tuple[int, Open]] = deque()
        events: list[tuple[float, int, str, Open]] = []
        number = 0
        gone: set[int] = set()
        while answered < calls:
            while left and slots.is_free:
                call = slots.start(now)
                number, left = number + 1, left - 1
                most = max(most, slots.open)
                line.append((number, call))
                heapq.heappush(events, (now + self.deadline_s, number, "give up", call))
            while line and busy < self.at_once:
                taken, call = line.popleft()
                if taken not in gone:
                    busy += 1
                    heapq.heappush(events, (now + self.seconds, taken, "answer", call))
            now, which, what, call = heapq.heappop(events)
            if which in gone:
                busy -= what == "answer"
                continue
            gone.add(which)
            slots.end()
            if what == "answer":
                busy -= 1
                answered += 1
                slots.answered(call, now, self.deadline_s)
            else:
                timed_out, left = timed_out + 1, left + 1
                slots.timed_out(call, now)
        return timed_out, now, most


@pytest.mark.parametrize("seconds", [0.5, 5.0, 20.0, 60.0, 120.0, 250.0])
def test_a_server_with_one_slot_is_used_all_the_time_and_hardly_ever_asked_in_vain(seconds: float) -> None:
    timed_out, took_s, _ = Server(1, seconds).work_off(100)
    assert timed_out <= 8  # the first five, and those that a server goes on with after they were given up
    assert took_s <= 100 * seconds * 1.1 + 600


@pytest.mark.parametrize(("at_once", "seconds"), [(1000, 1.0), (1000, 20.0), (1000, 60.0), (4, 5.0)])
def test_a_service_that_answers_many_at_once_is_given_many(at_once: int, seconds: float) -> None:
    timed_out, took_s, _ = Server(at_once, seconds).work_off(1000)
    assert timed_out == 0
    assert took_s <= 1000 / min(at_once, MOST) * seconds * 1.1 + 8 * seconds
