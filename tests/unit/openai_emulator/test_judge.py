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
    assert sum(min(answer["score"] for answer in found.values()) >= 4 for found in verdicts) >= 29


def test_a_plan_for_another_task_does_not(prompts):
    plan = decoded(prompts.plan(0))
    plan["task_nl"] = "Bake bread."
    assert verdict(prompts, plan)["does_the_task"]["score"] < 5


def test_a_step_without_its_required_arguments_costs_points(prompts):
    plan = decoded(prompts.plan(1))
    good = verdict(prompts, plan)["does_the_task"]["score"]
    plan["plan"]["steps"][0]["arguments"] = {}
    assert verdict(prompts, plan)["does_the_task"]["score"] < good


def test_warnings_of_made_up_words_cost_the_third_question():
    plan = decoded(Prompts(hub()).plan(1))
    warning = {"path": "x", "message": '"GetAnyKey" is a word of neither the task nor the catalog'}
    system, user = judge_messages(plan, hub().apis, [warning])
    assert judge(read_catalog(system["content"]), user["content"])["from_somewhere"]["score"] == 4


def test_text_without_a_plan_is_no_pass():
    assert {answer["score"] for answer in judge(read_catalog(""), "no plan here").values()} == {1}


def test_the_verdict_is_json():
    assert orjson.dumps(judge(read_catalog(""), "{}"))
