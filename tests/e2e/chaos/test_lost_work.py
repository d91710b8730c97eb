"""Work that vanishes from the queues is found by the timer and sent again; the run ends as if it had been there."""

from __future__ import annotations

import pytest

from testing.chaos.crash_rounds import OPTIONS, undisturbed_run
from testing.chaos.ended import Ended, problems
from testing.chaos.lost_rounds import losing
from testing.chaos.stack import Chaos


def test_what_vanishes_at_the_start_of_a_run_costs_time_alone(chaos: Chaos, undisturbed: Ended) -> None:
    chaos.switch(latency_s=0.3)
    ended = chaos.run(undisturbed.samples, meddle=losing(chaos, 0, for_s=1.5), within_s=180, **OPTIONS)
    assert problems(chaos, ended, undisturbed) == []
    assert ended.calls == ended.planned


@pytest.fixture(scope="module")
def large(stack: Chaos) -> Ended:
    """A run of several segments and two waves, more than the hosts hold at once."""
    return undisturbed_run(stack, 1_500)


@pytest.mark.parametrize("done", [0, 100, 700, 1_400])
def test_what_vanishes_in_the_middle_of_a_large_run_costs_time_alone(
    chaos: Chaos, large: Ended, done: int
) -> None:
    ended = chaos.run(large.samples, meddle=losing(chaos, done), within_s=300, **OPTIONS)
    assert problems(chaos, ended, large) == []
    # What a host held when its message vanished goes on, and the timer waits until nothing goes on any more.
    assert ended.calls == ended.planned
