"""Which measured tasks are shown, and how."""

from __future__ import annotations

from shared.finetune.evaluation import ExampleOutcome
from shared.report.examples import build, choose, render
from tests.builders.finetune import chat_row
from tests.builders.report import Page, an_answer, an_example, outcomes


def test_the_largest_gain_and_loss_come_first_then_best_and_worst() -> None:
    found = choose(outcomes(0.5, 1, 0, 0.75), outcomes(0.5, 0.75, 0.5, 0))
    assert found == [
        (3, "the largest gain over the base model"),
        (2, "the largest loss against the base model; the student's worst answer"),
        (1, "the student's best answer"),
    ]


def test_without_baseline_best_and_worst_are_shown() -> None:
    assert [index for index, _ in choose(outcomes(0.5, 1, 0), None)] == [1, 2]


def test_equals_are_told_apart_by_their_number() -> None:
    assert [index for index, _ in choose(outcomes(1, 1, 1), outcomes(1, 1, 1))] == [0]


def test_nothing_measured_is_nothing_shown() -> None:
    assert build([], {}, None) == []


def test_an_example_holds_task_reference_and_both_answers() -> None:
    (found,) = build([chat_row(task="buy tea")], outcomes(1), outcomes(0))
    assert found.task.endswith("buy tea")
    assert found.base is not None and found.base.scores["clean"] == 0


def test_an_example_without_an_answer_says_why() -> None:
    (found,) = build([chat_row()], {0: ExampleOutcome(0, "failed", "content_filter")}, None)
    assert "no answer (content_filter)" in Page(str(render([found])).encode()).text


def test_a_plan_is_shown_as_steps_and_any_other_text_as_it_is() -> None:
    text = Page(str(render([an_example()])).encode()).text
    assert "get_order" in text
    assert "no plan" in text


def test_only_the_task_itself_is_shown() -> None:
    assert "Plan." not in Page(str(render([an_example()])).encode()).text


def test_an_endless_plan_is_cut() -> None:
    step = '{"api": "a", "arguments": {' + ",".join(f'"p{n}": "{"x" * 500}"' for n in range(50)) + "}}"
    plan = '{"steps": [' + ",".join([step] * 50) + "]}"
    found = render([an_example(student=an_answer(plan))])
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
        assert Page(str(render([an_example(student=an_answer(text))])).encode()).unbalanced == []
