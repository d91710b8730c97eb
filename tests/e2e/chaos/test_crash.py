"""Hosts that die between any two side effects lose nothing, change nothing and pay for nothing but what was in flight."""

from __future__ import annotations

import pytest

from testing.chaos.crash_rounds import at_point, at_points, at_random
from testing.chaos.ended import Ended
from testing.chaos.points import POINTS
from testing.chaos.stack import ROUNDS, Chaos

SHORT = (
    ("append log", 5),
    ("append progress.jsonl", 1),
    ("change plan.json", 1),
    ("write manifest.json", 1),
)
"""One of each step after the start."""


def test_a_run_whose_host_dies_in_every_step_is_as_if_nothing_had_happened(
    chaos: Chaos, undisturbed: Ended
) -> None:
    found = at_points(chaos, undisturbed, SHORT)
    assert found.holds, found


@pytest.mark.parametrize("seed", range(max(1, ROUNDS - len(POINTS))))
def test_a_run_whose_hosts_die_at_any_moment_is_as_if_nothing_had_happened(
    chaos: Chaos, undisturbed: Ended, seed: int
) -> None:
    found = at_random(chaos, undisturbed, seed)
    assert found.holds, found


@pytest.mark.parametrize(("point", "times"), POINTS)
def test_a_run_whose_host_dies_right_after_a_side_effect_is_as_if_nothing_had_happened(
    chaos: Chaos, undisturbed: Ended, point: str, times: int
) -> None:
    found = at_point(chaos, undisturbed, point, times)
    assert found.holds, found


def test_a_failure_is_told_although_the_host_dies_before_it_could_tell(chaos: Chaos) -> None:
    chaos.take_events()
    key = chaos.crash_at("write failure.json")
    run = chaos.start(6, teacher="no-such-deployment")
    told: list[str] = []

    def hears_of_it() -> bool:
        told.extend(event["id"] for event in chaos.take_events())
        return f"{run}/run.failed" in told

    chaos.wait(hears_of_it, "the event of the failure")
    chaos.wait(lambda: not chaos.is_open(run), f"{run} closed")
    assert chaos.crashed(key)
    assert set(told) == {f"{run}/run.started", f"{run}/run.failed"}
