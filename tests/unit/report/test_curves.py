"""Curves out of `metrics.csv`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.curves import MOST_POINTS, read_curves, smoothed, thinned
from tests.builders.report import HEADER, metrics

CURVES = st.lists(st.floats(-1e6, 1e6), max_size=2000).map(lambda values: list(enumerate(values, start=1)))


def test_an_empty_cell_is_no_point() -> None:
    curves = read_curves(f"{HEADER}\n1,2.5,0.5,,,,\n2,1.5,0.7,1.6,0.6,,\n".encode())
    assert list(curves.of("train_loss")) == [(1, 2.5), (2, 1.5)]
    assert list(curves.of("valid_loss")) == [(2, 1.6)]
    assert (curves.last("full_valid_loss"), curves.steps) == (None, 2)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"step\n1\n", b"\xff\xfe", b"step,train_loss\nx,1\n2,nan\n3,inf\n"]
)
def test_what_is_no_number_is_left_out(data: bytes) -> None:
    assert not read_curves(data).of("train_loss")


@given(CURVES)
def test_thinning_keeps_the_extremes_and_the_order(points: list[tuple[int, float]]) -> None:
    found = thinned(points)
    assert len(found) <= MOST_POINTS
    assert found == sorted(found)
    if points:
        for pick in (min, max):
            assert pick(value for _, value in found) == pick(value for _, value in points)


@given(CURVES)
def test_smoothing_keeps_steps_and_stays_within_the_values(points: list[tuple[int, float]]) -> None:
    found = smoothed(points)
    assert [step for step, _ in found] == [step for step, _ in points]
    if points:
        low, high = min(value for _, value in points), max(value for _, value in points)
        assert all(low - 1 <= value <= high + 1 for _, value in found)


def test_few_points_are_not_smoothed() -> None:
    points = [(1, 3.0), (2, 1.0), (3, 2.0)]
    assert smoothed(points) == points


def test_the_table_has_few_rows_with_epoch_ends_and_the_last_step() -> None:
    rows = read_curves(metrics(2000)).rows()
    assert len(rows) <= 31
    assert rows[-1][0] == 2000
    assert [step for step, _ in read_curves(metrics(120)).rows() if step % 40 == 0] == [40, 80, 120]


def test_a_curve_without_a_point_has_no_rows() -> None:
    assert read_curves(b"").rows() == []
