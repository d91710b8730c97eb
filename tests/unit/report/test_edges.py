"""A page is made of any evaluation, however little came of it, and what it says is true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shared.finetune.measure.arms import Arm
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measure.report import Measured, evaluation
from shared.report import price_plot
from shared.report.page import render
from shared.tokens import Tokens
from tests.builders.arms import failed, right, task, wrong
from tests.builders.finetune import RUN
from tests.builders.report import Page, facts

Outcomes = Mapping[int, ArmOutcome]
ANSWERS: dict[str, Callable[[int], Outcomes]] = {
    "nothing asked": lambda count: {},
    "all right": lambda count: {n: right(n) for n in range(count)},
    "all wrong": lambda count: {n: wrong(n, shape=False) for n in range(count)},
    "all failed": lambda count: {n: failed(n) for n in range(count)},
    "other tasks": lambda count: {n: right(n) for n in range(1, count, 2)},
}


def found(
    count: int, *arms: tuple[Arm, Outcomes], price: float | None = 0.001, split: str = "test"
) -> dict[str, Any]:
    def cost(tokens: Tokens, model: str) -> float | None:
        return price

    return evaluation(
        run_id=RUN,
        model="m",
        sft_plan="full",
        split=split,
        tasks=[task(n) for n in range(count)],
        measured=[Measured(arm, str(arm), outcomes) for arm, outcomes in arms],
        missing=(),
        cost=cost,
        finished_at="2026-01-01T02:00:00.000Z",
    )


@pytest.mark.parametrize(("count", "price"), [(0, 0.001), (1, 0.001), (2, None), (2, 0.0)])
def test_every_evaluation_has_a_page(count: int, price: float | None) -> None:
    for theirs in ANSWERS.values():
        both = (Arm.STUDENT, ANSWERS["all right"](count)), (Arm.BASE, theirs(count))
        page = render(facts(evaluation=found(count, *both, price=price), examples=()))
        assert not {"nan", "inf", "None"} & set(Page(page).text.split())


def test_an_evaluation_without_an_arm_has_a_page() -> None:
    assert render(facts(evaluation=found(3), examples=()))


@pytest.mark.parametrize(
    ("price", "said"),
    [(None, "no price is known for Student, Base model"), (0.0, "nothing was paid for Student, Base model")],
)
def test_what_is_free_is_told_apart_from_what_is_not_known(price: float | None, said: str) -> None:
    arms = [(arm, ANSWERS["all right"](3)) for arm in (Arm.STUDENT, Arm.BASE)]
    assert f"No price is set against quality: {said}." in price_plot.render(
        found(3, *arms, price=price)["arms"]
    )


def test_an_arm_without_an_answer_has_no_price_because_of_that() -> None:
    arms = (Arm.STUDENT, ANSWERS["all right"](3)), (Arm.BASE, ANSWERS["all failed"](3))
    told = price_plot.render(found(3, *arms)["arms"])
    assert "no answer came from Base model" in told and "no price" not in told


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ("all failed", "nothing beside it answered the same tasks."),
        ("nothing asked", "nothing beside it answered the same tasks."),
        ("all right", "cannot be told apart from its base model gpt-4.1-nano-2025-04-14 without the catalog"),
    ],
)
def test_the_verdict_names_a_rival_that_answered(theirs: str, said: str) -> None:
    both = found(3, (Arm.STUDENT, ANSWERS["all right"](3)), (Arm.BASE, ANSWERS[theirs](3)))
    assert said in str(both["verdict"])


def test_operations_of_any_arm_are_told() -> None:
    both = found(3, (Arm.STUDENT, {}), (Arm.BASE, ANSWERS["all right"](3)))
    assert "orders.get" in Page(render(facts(evaluation=both, examples=()))).text


def test_validation_tasks_are_not_called_unseen() -> None:
    page = Page(
        render(facts(evaluation=found(3, (Arm.STUDENT, ANSWERS["all right"](3)), split="validation")))
    )
    assert "on 3 validation tasks" in page.text and "unseen" not in page.text
