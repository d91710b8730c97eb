"""A revision's selection: what the parent has comes first and stays where it is, what is new gives way to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.dataset import split
from shared.dataset.selection import Selection
from tests.builders.outcomes import record

LEFT, TRAIN, VALIDATION, TEST = split.LEFT_OUT, split.TRAIN, split.VALIDATION, split.TEST


def _selection(sides: dict[int, int]) -> Selection:
    look: Callable[[int], int] = lambda index: sides.get(index, 0)  # noqa: E731  a table as a function
    return Selection({"samples": 10}, sides=look)


def _record(task: str, api: str) -> dict[str, Any]:
    made: dict[str, Any] = record(0)
    return {
        **made,
        "task_nl": task,
        "plan": {**made["plan"], "steps": [{**made["plan"]["steps"][0], "api": api}]},
    }


def test_what_the_parent_has_stays_and_the_new_goes_to_its_family() -> None:
    sides = {0: TRAIN, 2: TEST, 5: VALIDATION, 6: LEFT}
    selection = _selection(sides)
    first = {0: ("buy bread for the feast", "a"), 2: ("count the geese by the lake", "b")}
    first |= {5: ("paint the fence in green", "c"), 6: ("call the plumber about rain", "d")}
    for index, (task, api) in first.items():
        assert selection.add(index, _record(task, api)).accepted
    selection.begin_again()
    new = {1: ("sweep the yard before noon today", "b"), 3: ("polish seven silver spoons tonight", "e")}
    for index, (task, api) in new.items():
        assert selection.add(index, _record(task, api)).accepted
    selection.divide()
    names = {0: "train", 1: "test", 2: "test", 3: "train", 5: "validation", 6: "left_out"}
    assert {index: selection.verdict(index).side for index in names} == names


def test_a_changed_row_stays_where_it_was_unless_its_family_is_elsewhere() -> None:
    selection = _selection({0: TEST, 1: VALIDATION, 2: TRAIN})
    selection.add(0, _record("count the geese by the lake", "b"))
    selection.begin_again()
    selection.add(1, _record("sweep the yard before noon today", "e"))
    selection.add(2, _record("polish seven silver spoons tonight", "b"))
    selection.divide()
    assert [selection.verdict(index).side for index in (0, 1, 2)] == ["test", "validation", "test"]


def test_what_is_new_and_repeats_something_is_dropped_whatever_its_index() -> None:
    selection = _selection({7: TRAIN})
    selection.add(7, _record("count the geese by the lake", "b"))
    selection.begin_again()
    verdict = selection.add(2, _record("count the geese by the lake", "b"))
    selection.add(3, None)
    selection.divide()
    assert (verdict.accepted, verdict.repeats) == (False, 7)
    assert (selection.verdict(2).repeats, selection.verdict(7).accepted) == (7, True)
    assert list(selection.repeated()) == [2]


def test_each_round_comes_in_index_order() -> None:
    selection = _selection({})
    selection.add(4, None)
    with pytest.raises(ValueError, match="index order"):
        selection.add(3, None)
    selection.begin_again()
    selection.add(3, None)
    with pytest.raises(ValueError, match="index order"):
        selection.add(3, None)


def test_what_repeats_an_example_is_a_copy() -> None:
    shown = _record("count the geese by the lake", "b")
    selection = Selection({"samples": 10}, examples=[shown])
    copied = selection.add(0, _record("Count the geese by the lake!", "b"))
    other = selection.add(1, _record("paint the fence in green", "b"))
    selection.divide()
    assert (copied.accepted, copied.copies, copied.is_duplicate, copied.repeats) == (False, True, True, None)
    assert (other.accepted, selection.verdict(0).copies, list(selection.repeated())) == (True, True, [0])
