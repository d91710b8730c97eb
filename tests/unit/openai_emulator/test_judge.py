"""The judge tells sense from nonsense by what can be checked."""

from __future__ import annotations

import orjson
import pytest

from local.openai_emulator.planning.judge import judge
from local.openai_emulator.planning.prompt_catalog import read_catalog
from shared.teacher.judge import judge_messages
from tests.builders.emulator import Prompts, decoded, hub


@pytest.fixture(scope="module")
def prompts():
    return Prompts(hub())


def verdict(prompts, plan):
    system, user = judge_messages(plan, prompts.catalog.apis)
    return judge(read_catalog(system["content"]), user["content"])


def test_a_good_plan_passes(prompts):
    verdicts = [verdict(prompts, decoded(prompts.plan(index))) for index in range(30)]
    assert sum(found["does_the_task"] and found["score"] >= 4 for found in verdicts) >= 29


def test_a_plan_for_another_task_does_not(prompts):
    plan = decoded(prompts.plan(0))
    plan["task_nl"] = "Bake bread."
    assert verdict(prompts, plan)["score"] < 5


def test_a_step_without_its_required_arguments_costs_points(prompts):
    plan = decoded(prompts.plan(1))
    good = verdict(prompts, plan)["score"]
    plan["plan"]["steps"][0]["arguments"] = {}
    assert verdict(prompts, plan)["score"] < good


def test_text_without_a_plan_is_no_pass():
    assert judge(read_catalog(""), "no plan here") == {
        "does_the_task": False,
        "score": 1,
        "reason": "There is no plan with steps to judge.",
    }


def test_the_verdict_is_json():
    assert orjson.dumps(judge(read_catalog(""), "{}"))
