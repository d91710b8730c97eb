"""The teacher's plans: valid, distinct, repeatable, and as assigned."""

from __future__ import annotations

import json
import re
from copy import replace
from itertools import combinations

import pytest

from local.openai_emulator.planning.assignment import digest, read_assignment
from local.openai_emulator.planning.planner import write_plan
from local.openai_emulator.planning.prompt_catalog import read_catalog
from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.curriculum.blueprint import VARIATIONS
from shared.plan.catalog_words import api_ids
from shared.plan.codes import GROUNDING
from shared.plan.validate import PlanValidator
from shared.teacher.assignment import assignment_message
from tests.builders.beside import PUBLIC, present
from tests.builders.catalogs import OWN
from tests.builders.emulator import HUB, Prompts, decoded, hub

COUNT = 200


@pytest.fixture(scope="module")
def prompts():
    return Prompts(hub())


@pytest.fixture(scope="module")
def plans(prompts):
    return [prompts.plan(index) for index in range(COUNT)]


def shingles(text):
    words = re.findall(r"\w+", text.lower())
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def test_every_plan_of_the_hub_is_valid(prompts, plans):
    validator = PlanValidator(prompts.catalog)
    assert [errors for plan in plans if (errors := validator.errors(decoded(plan)))] == []


def test_tasks_are_distinct_and_no_near_duplicates(plans):
    tasks = [plan["task"] for plan in plans]
    assert len(set(tasks)) == COUNT
    sets = [shingles(task) for task in tasks]
    assert [1 for a, b in combinations(sets, 2) if len(a & b) >= 0.85 * len(a | b)] == []


def test_tasks_name_no_api(prompts, plans):
    ids = api_ids(prompts.catalog.apis)
    for plan in plans:
        assert not {token.lower() for token in re.findall(r"[\w.-]+", plan["task"])} & ids


def test_the_same_request_gets_the_same_plan(prompts, plans):
    assert prompts.plan(7) == plans[7]


def test_the_focus_is_called_in_order(prompts, plans):
    for index, plan in enumerate(plans):
        called = tuple(dict.fromkeys(step["api"] for step in plan["steps"]))
        assert called == prompts.blueprint(index).focus


def test_assigned_flows_become_references(prompts, plans):
    for index, plan in enumerate(plans):
        for flow in prompts.blueprint(index).flows:
            values = [
                argument["value_json"]
                for step in plan["steps"]
                if step["api"] == flow.consumer
                for argument in step["arguments"]
                if argument["name"] == flow.parameter
            ]
            assert values
            assert values[0].startswith('"${steps.')


def test_assigned_parameters_are_filled(prompts, plans):
    for index, plan in enumerate(plans):
        given = {(step["api"], argument["name"]) for step in plan["steps"] for argument in step["arguments"]}
        assert set(prompts.blueprint(index).required) <= given


def plan_with(prompts, index, **changes):
    blueprint = replace(prompts.blueprint(index), **changes)
    system = prompts.system(index)
    assignment = read_assignment(assignment_message(blueprint))
    return write_plan(read_catalog(system), assignment, identity=digest(system))


# What the task says of each variation.
SAID = {
    "edge_case_constraints": "deadline|by \\d|found|empty|nothing",
    "multi_entity": "do the same",
    "missing_info": "don't know the|Nobody told me|up to you",
    "fallback_flow": "cannot be had|not work out|No luck",
    "idempotency": "twice|again",
    "cost_aware": "billed|pay for|cost us",
    "compliance": "rules|policy",
    "performance": "seconds",
}


@pytest.mark.parametrize("variation", VARIATIONS)
def test_each_variation_leaves_its_mark_everywhere(prompts, variation):
    for index in range(40):
        plain, varied = (plan_with(prompts, index, variation=name) for name in ("plain", variation))
        if varied["global_constraints"]:
            break
    assert re.search(SAID[variation], varied["task"])
    assert len(varied["assumptions"]) == len(plain["assumptions"]) + 1
    assert len(varied["validation_checks"]) > len(plain["validation_checks"])
    assert len(varied["steps"][-1]["failure_modes"]) == len(plain["steps"][-1]["failure_modes"]) + 1


@pytest.mark.parametrize("variation", VARIATIONS)
def test_every_value_of_a_plan_comes_from_somewhere(prompts, variation):
    validator = PlanValidator(prompts.catalog)
    for index in range(30):
        plan = decoded(plan_with(prompts, index, variation=variation))
        assert [item for item in validator.findings(plan) if item["code"] in GROUNDING] == []


def test_a_persona_is_a_manner_and_is_not_described(plans, prompts):
    for index, plan in enumerate(plans):
        persona = prompts.blueprint(index).persona.split(" ", 1)[1]
        assert persona not in plan["task"]


def test_missing_information_is_left_out_and_assumed(prompts):
    plan = plan_with(prompts, 4, variation="missing_info")
    (name,) = [pair["value_json"].strip('"') for pair in plan["global_constraints"]]
    assert name in plan["assumptions"][-1]


def test_a_seed_task_is_not_quoted(prompts):
    seed = "create a rag for marketing analysis, using azure ai search"
    assert seed not in plan_with(prompts, 4, seed_task=seed)["task"]


def test_an_optional_argument_that_was_refused_is_given_up():
    file = HUB.with_name("bookshop.openapi.yaml")
    prompts = Prompts(ingest([Document(file.name, file.read_bytes())]))
    index, step, name = next(
        (index, step, argument["name"])
        for index in range(50)
        for step in prompts.plan(index)["steps"]
        for argument in step["arguments"]
        if not read_catalog(prompts.system(index)).apis[step["api"]].by_name[argument["name"]].required
        and "${" not in argument["value_json"]
    )
    path = f"plan.steps[0].arguments.{name}"
    error = {"code": "bad_value", "step": step["index"], "path": path, "message": "no"}
    repaired = prompts.plan(index, errors=[error], turn=1)
    assert name not in [a["name"] for a in repaired["steps"][step["index"] - 1]["arguments"]]


def test_a_value_that_an_error_names_is_taken(prompts):
    step = prompts.plan(0)["steps"][0]
    name = next(a["name"] for a in step["arguments"] if a["value_json"].startswith('"'))
    path = f"plan.steps[0].arguments.{name}"
    error = {
        "code": "not_in_enum",
        "step": 1,
        "path": path,
        "message": f'\'{name}\': 1 is not one of "a", "b"',
    }
    (repaired,) = [
        a["value_json"]
        for a in prompts.plan(0, errors=[error], turn=1)["steps"][0]["arguments"]
        if a["name"] == name
    ]
    assert repaired == '"a"'


WHOLE = [
    *(path for path in sorted(OWN.glob("*/*")) if path.name != "no_info.yaml"),
    *present(*(PUBLIC / path for path in (
        "postman/adyen_terminal_ipp.json", "postman/realworld_conduit.json", "openapi/restbench_spotify.json",
        "openapi/museum_31.yaml", "swagger2/harbor.yaml", "simple/taskbench_dailylife.json",
    ))),
]  # fmt: skip


@pytest.mark.parametrize("file", WHOLE, ids=lambda file: file.stem)
def test_plans_of_whole_documents_are_valid_after_one_repair_at_most(file):
    prompts = Prompts(ingest([Document(file.name, file.read_bytes())]))
    validator = PlanValidator(prompts.catalog)
    for index in range(25):
        errors = validator.errors(decoded(prompts.plan(index)))
        if errors:
            assert validator.errors(decoded(prompts.plan(index, errors=errors, turn=1))) == []


def test_a_plan_is_the_same_in_every_process():
    """What it depends on has an order of its own; a set's is another one in each process."""
    fill = [[f"api.{n}", f"parameter_{n}"] for n in range(9)]
    text = f'## Assignment\n{{"focus": ["api.1"], "fill": {json.dumps(fill)}}}'
    found = read_assignment(text)
    assert found is not None
    assert list(found.fill) == [tuple(pair) for pair in fill]
    assert "frozenset" not in str(found)
