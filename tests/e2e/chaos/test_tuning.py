"""Hosts that die while a student is trained, deployed and measured: one upload a file, one job, one deployment, and the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from testing.chaos.stack import ROUNDS, Chaos
from testing.chaos.tuning_rounds import POINTS, Tuned

SHORT = (
    ("call upload_file", 1),
    ("call create_job", 1),
    ("call put_deployment", 1),
    ("append evaluation/student/log/000000.jsonl", 1),
)
"""One of each kind of effect at the services."""


@pytest.fixture(scope="module")
def published(stack: Chaos) -> Tuned:
    stack.wait_serving()
    return Tuned(stack)


@pytest.fixture
def tuned(stack: Chaos, published: Tuned) -> Iterator[Tuned]:
    stack.wait_serving()
    stack.wait_idle()
    stack.forget_notes()
    yield published


def test_a_fine_tune_whose_hosts_die_after_each_effect_at_the_services_is_as_if_nothing_had_happened(
    tuned: Tuned,
) -> None:
    found = tuned.at_points(*SHORT)
    assert found.holds and found.kills >= len(SHORT), found


@pytest.mark.parametrize("seed", range(max(1, ROUNDS // 2)))
def test_a_fine_tune_whose_hosts_die_at_any_moment_is_as_if_nothing_had_happened(
    tuned: Tuned, seed: int
) -> None:
    found = tuned.at_random(seed)
    assert found.holds, found


@pytest.mark.parametrize(("point", "times"), POINTS)
def test_a_fine_tune_whose_host_dies_right_after_a_side_effect_is_as_if_nothing_had_happened(
    tuned: Tuned, point: str, times: int
) -> None:
    found = tuned.at_points((point, times))
    assert found.holds, found
