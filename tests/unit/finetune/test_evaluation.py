"""Which arms can be measured, and where an evaluation keeps what."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from shared.contracts import options, schema
from shared.finetune.evaluation import choose
from shared.finetune.measure.arms import Arm
from shared.runs import paths
from tests.builders.finetune import RUN


def chosen(*, student: str = "s", teacher: str = "t", **evaluate: Any) -> Any:
    complete = options.resolve({"finetune": {"evaluate": {"enabled": True, **evaluate}}})
    return choose(complete["finetune"]["evaluate"], student=student, teacher=teacher)


def test_every_arm_has_its_deployment() -> None:
    found = chosen(baseline="b")
    assert found.deployments == {
        Arm.STUDENT: "s",
        Arm.BASE: "b",
        Arm.BASE_WITH_CATALOG: "b",
        Arm.TEACHER_WITH_CATALOG: "t",
    }
    assert found.missing == []


def test_the_evaluations_teacher_beats_the_runs() -> None:
    assert chosen(teacher="gpt-5.4").deployments[Arm.TEACHER_WITH_CATALOG] == "gpt-5.4"
    mine = choose(
        {"arms": ["teacher_with_catalog"], "baseline": None, "teacher": "mine"}, student="", teacher="t"
    )
    assert mine.deployments == {Arm.TEACHER_WITH_CATALOG: "mine"}


def test_only_the_arms_that_are_asked_for_run_the_student_first() -> None:
    found = chosen(baseline="b", arms=["base", "student"])
    assert list(found.deployments) == [Arm.STUDENT, Arm.BASE]


def test_what_is_missing_is_said_with_the_option_that_gives_it() -> None:
    found = chosen(student="", teacher="")
    assert found.deployments == {}
    assert [entry["why"].rsplit(" ", 1)[-1] for entry in found.missing] == [
        "finetune.deploy.enabled",
        "finetune.evaluate.baseline",
        "finetune.evaluate.baseline",
        "finetune.evaluate.teacher",
    ]


def test_arms_of_one_deployment_have_logs_of_their_own() -> None:
    assert paths.evaluation_log(RUN, "base", 0) != paths.evaluation_log(RUN, "base_with_catalog", 0)


@pytest.mark.parametrize("name", ["finetune-job", "evaluation", "evaluate"])
def test_the_examples_of_a_contract_keep_it(name: str) -> None:
    for example in schema(name)["examples"]:
        jsonschema_rs.validate(schema(name), example)
