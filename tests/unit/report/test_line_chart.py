"""Axes that hold their values, and drawings of any curve."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.report.line_chart import Series, line_chart, scale


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_scale_holds_its_ends_with_few_round_marks(low: float, width: float) -> None:
    found = scale(low, low + width)
    assert found.low <= low + 1e-6 * max(1, abs(low)) and found.high >= low + width - 1e-6 * max(
        1, abs(low + width)
    )
    assert 2 <= len(found.ticks) <= 8
    assert list(found.ticks) == sorted(set(found.ticks))


@given(st.integers(1, 10**7))
def test_steps_have_whole_numbers_as_marks(steps: int) -> None:
    assert all(tick == int(tick) for tick in scale(0, steps, whole_numbers=True).ticks)


def test_a_value_beyond_the_scale_stays_at_its_edge() -> None:
    found = scale(0, 10)
    assert (found.place(-5), found.place(5), found.place(50)) == (0, 0.5, 1)


def a_chart(*series: Series, steps: int = 10, epochs: int = 0) -> str:
    return line_chart("T", "D", series, name="x", y=scale(0, 1), y_format=str, steps=steps, epochs=epochs)


def test_a_curve_without_points_is_neither_drawn_nor_in_the_legend() -> None:
    found = a_chart(Series("there", "train", [(1, 0.5), (2, 0.6)]), Series("absent", "valid", []))
    assert "there" in found
    assert "absent" not in found


def test_a_single_point_is_a_dot() -> None:
    assert 'class="train dots"' in a_chart(Series("a", "train", [(1, 0.5)]))


def test_ends_of_epochs_are_marked_between_the_first_and_the_last() -> None:
    assert a_chart(Series("a", "train", [(1, 0.5)]), epochs=3).count('class="epoch"') == 2
    assert 'class="epoch"' not in a_chart(Series("a", "train", [(1, 0.5)]), epochs=1)
