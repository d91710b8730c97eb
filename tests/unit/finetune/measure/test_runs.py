"""Two runs over the same tasks: fixed, broken, thresholds, and what cannot be compared."""

import pytest

from shared.finetune.measure.report import task_line
from shared.finetune.measure.runs import DifferentTasksError, compare, misses, summary
from shared.report.compare_page import render
from tests.builders.arms import WRONG, right, task, wrong
from tests.builders.report import Page


def tasks(exact, *, first=0):
    return [
        task_line(task(n), {"student": right(n) if good else wrong(n)})
        for n, good in enumerate(exact, start=first)
    ]


BEFORE = tasks([1, 1, 0, 0, 1, 0])
AFTER = tasks([1, 0, 1, 1, 1, 0])


def test_each_task_is_fixed_broken_or_the_same():
    found = compare(BEFORE, AFTER)
    assert [row["change"] for row in found["tasks"]] == ["same", "broken", "fixed", "fixed", "same", "same"]
    assert found["counts"] == {"fixed": 2, "broken": 1, "same": 3}
    exact = found["metrics"]["exact_plan"]
    assert (exact["before"], exact["after"], exact["mcnemar"]["won"]) == (
        0.5,
        pytest.approx(2 / 3, abs=1e-6),
        2,
    )
    assert summary(found) == (
        "Over 6 tasks: 2 fixed, 1 broken, 3 the same; exact plans 50 % → 67 % (cannot be told apart)."
    )


def test_other_tasks_are_refused_or_left_out_with_their_number():
    with pytest.raises(
        DifferentTasksError, match="only 4 tasks were asked in both runs, 4 in one of them alone"
    ):
        compare(BEFORE, tasks([1, 1, 1, 1, 1, 1], first=2))
    found = compare(BEFORE, tasks([1, 1, 1, 1, 1, 1], first=2), shared_only=True)
    assert (found["n"], found["left_out"]) == (4, 4)
    assert "Over 4 tasks (4 that are not the same in both left out)" in summary(found)
    with pytest.raises(DifferentTasksError, match=r"share no test task: .* where catalog, samples and seed"):
        compare(BEFORE, tasks([1], first=50), shared_only=True)


def test_an_arm_that_one_of_them_did_not_measure_is_named_with_those_that_it_has():
    with pytest.raises(
        DifferentTasksError, match=r"teacher_with_catalog .* in the first run, which has student"
    ):
        compare(BEFORE, AFTER, arm="teacher_with_catalog")


def test_a_task_whose_accepted_plan_was_corrected_is_another_task():
    corrected = [*AFTER[:5], {**AFTER[5], "reference": WRONG}]
    with pytest.raises(DifferentTasksError, match=r"only 5 tasks .* both runs, 1 have another accepted plan"):
        compare(BEFORE, corrected)
    assert compare(BEFORE, corrected, shared_only=True)["n"] == 5


def test_thresholds_are_missed_in_words():
    found = compare(AFTER, BEFORE)
    assert misses(found, least={"exact_plan": 0.5}, max_drop=0.2) == []
    told = misses(found, least={"exact_plan": 0.6, "shape": 1.0}, max_drop=0.02)
    assert told == ["exact_plan is 50 %, below the 0.6 of --min", "exact_plan dropped by 0.167, more than the 0.02 of --max-drop"]  # fmt: skip


def test_the_page_shows_what_changed_and_is_whole():
    page = Page(render(compare(BEFORE, AFTER), before="hub-a", after="hub-b"))
    assert (page.unbalanced, page.open) == ([], [])
    assert "2 fixed, 1 broken, 3 the same" in page.text
    assert page.text.index("broken") < page.text.index("Tasks that changed")
