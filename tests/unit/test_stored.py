"""A log of outcomes comes to the first of each index, whatever is appended twice or out of order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.stored import first_of_each

type Line = tuple[int, str]
lines = st.lists(st.none() | st.tuples(st.integers(0, 9), st.text(max_size=2)))


def index_of(line: Line) -> int:
    return line[0]


@given(lines)
def test_every_line_is_the_first_of_its_index_or_is_counted(found: list[Line | None]) -> None:
    folded = first_of_each(found, index_of, range(5))
    assert len(folded.outcomes) + folded.repeated + folded.foreign + folded.unreadable == len(found)
    assert list(folded.outcomes) == sorted(folded.outcomes)
    assert all(index < 5 for index in folded.outcomes)


@given(lines, st.data())
def test_what_is_appended_again_changes_nothing(found: list[Line | None], data: Any) -> None:
    again = data.draw(st.lists(st.sampled_from(found))) if found else []
    assert first_of_each([*found, *again], index_of).outcomes == first_of_each(found, index_of).outcomes
