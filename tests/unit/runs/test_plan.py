"""Waves and segments cut a run's indices without gaps or overlaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.names import SEGMENT_SIZE
from shared.runs.plan import RunPlan, Wave

counts = st.lists(st.integers(1, 3 * SEGMENT_SIZE), min_size=1, max_size=5)


def _plan(waves: list[int]) -> RunPlan:
    firsts = [sum(waves[:number]) for number in range(len(waves))]
    return RunPlan(tuple(Wave(first, count) for first, count in zip(firsts, waves, strict=True)))


@given(counts)
def test_segments_partition_the_planned_indices_in_order(waves: list[int]) -> None:
    plan = _plan(waves)
    ranges = [plan.indices(segment) for segment in range(plan.segments)]
    assert [index for found in ranges if found for index in found] == list(range(plan.planned))
    assert all(found and len(found) <= SEGMENT_SIZE for found in ranges)


@given(counts)
def test_a_plan_survives_being_stored(waves: list[int]) -> None:
    plan = _plan(waves)
    assert RunPlan.from_json(plan.to_json()) == plan


def test_a_segment_beyond_the_plan_is_none() -> None:
    assert _plan([300]).indices(2) is None


def test_a_segment_knows_its_wave() -> None:
    plan = _plan([300, 20])
    segments = [plan.segment(number) for number in range(4)]
    assert [found and found.wave_number for found in segments] == [0, 0, 1, None]
    assert segments[2] is not None
    assert segments[2].wave == plan.waves[1]
