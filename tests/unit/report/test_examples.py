"""Which measured tasks are shown, and how."""

from __future__ import annotations

from typing import Any

from shared.finetune.measure.report import task_line
from shared.report.examples import build, choose, render
from tests.builders.arms import failed, right, task, wrong
from tests.builders.report import Page, an_answer, an_example


def lines(*answers: dict[str, Any]) -> list[dict[str, Any]]:
    return [task_line(task(number), arms) for number, arms in enumerate(answers)]


def test_what_only_one_of_both_has_right_comes_first_then_best_and_worst() -> None:
    found = choose(
        lines(
            {"student": right(0), "base": right(0)},
            {"student": right(1), "base": wrong(1)},
            {"student": wrong(2), "base": right(2)},
            {"student": failed(3), "base": wrong(3)},
        )
    )
    assert found == [
        (1, "only the student is right, not the base model"),
        (2, "only the base model is right, not the student"),
        (0, "the student's best answer"),
        (3, "the student's worst answer"),
    ]


def test_the_strongest_rival_is_the_one_that_counts() -> None:
    (found, *_) = choose(lines({"student": right(0), "base": right(0), "teacher_with_catalog": wrong(0)}))
    assert found == (0, "only the student is right, not the teacher with catalog; the student's best answer; "
                        "the student's worst answer")  # fmt: skip


def test_without_a_rival_best_and_worst_are_shown() -> None:
    assert [n for n, _ in choose(lines({"student": wrong(0)}, {"student": right(1)}))] == [1, 0]


def test_nothing_measured_is_nothing_shown() -> None:
    assert build([]) == []
    assert build(lines({"base": right(0)})) == []


def test_an_example_holds_task_reference_and_every_answer() -> None:
    (found,) = build(lines({"student": right(0), "base": wrong(0)}))
    assert found.task == task(0).task
    assert "payments.create" in found.reference
    assert [(answer.arm, answer.reason) for answer in found.answers] == [
        ("student", ""),
        ("base", "unknown_api"),
    ]


def test_an_example_without_an_answer_says_why() -> None:
    found = build(lines({"student": failed(0)}))
    assert "no answer (content_filter)" in Page(str(render(found)).encode()).text


def test_a_plan_is_shown_as_steps_and_any_other_text_as_it_is() -> None:
    text = Page(str(render([an_example()])).encode()).text
    assert "get_order" in text
    assert "no plan" in text


def test_an_endless_plan_is_cut() -> None:
    step = '{"api": "a", "arguments": {' + ",".join(f'"p{n}": "{"x" * 500}"' for n in range(50)) + "}}"
    plan = '{"steps": [' + ",".join([step] * 50) + "]}"
    found = render([an_example(answers=[an_answer(plan)])])
    assert "and 38 more steps" in found
    assert "and 30 more" in found
    assert len(found) < 100_000


def test_steps_of_odd_shapes_do_no_harm() -> None:
    for text in (
        '{"steps": 3}',
        '{"steps": [1, null, {"api": null}]}',
        '{"steps": [{"arguments": []}]}',
        "[]",
        "",
    ):
        assert Page(str(render([an_example(answers=[an_answer(text)])])).encode()).unbalanced == []
