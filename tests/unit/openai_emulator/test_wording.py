"""Tasks that a person could have written, and what is said to be true at the end."""

from __future__ import annotations

import re
from random import Random

import pytest

from local.openai_emulator.planning.assignment import read_assignment
from local.openai_emulator.planning.details import detail, together
from local.openai_emulator.planning.goals import goal_of
from local.openai_emulator.planning.language import is_plural, singular
from local.openai_emulator.planning.prompt_catalog import PromptParameter
from shared.catalog.model import Api, Catalog
from shared.plan.rules.guards import read_guard
from shared.plan.validate import PlanValidator
from tests.builders.catalogs import holding, text
from tests.builders.emulator import Prompts, decoded, hub


@pytest.fixture(scope="module")
def hub_plans():
    prompts = Prompts(hub())
    return [prompts.plan(index) for index in range(150)]


def said(name: str, value: object, noun: str = "order") -> str:
    kind = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array"}[type(value)]
    parameter = PromptParameter(name, "body", kind, False, (), "", None, "", {})
    return detail(parameter, value, noun, Random(1))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("order_id", "4711", "for order 4711"),
        ("order_id", "order-4711", "for order-4711"),
        ("price", 12.5, "at a price of 12.5"),
        ("days_to_analyze", 30, "over 30 days"),
        ("duration_minutes", 45, "for 45 minutes"),
        ("max_words", 90, "with at most 90 words"),
        ("cluster_count", 4, "with 4 clusters"),
        ("name_contains", "sales", "whose name contains sales"),
        ("index_name", "notes", "in the index notes"),
        ("target_language", "de", "into de"),
        ("topic", "Spring", 'on "Spring"'),
        ("email", "ann@example.com", "for ann@example.com"),
        ("confirm", True, ""),
        ("budget_limit", 700.0, "with a budget limit of 700.0"),
        ("travel_to", "Ghent", "to Ghent"),
        ("date_of_birth", "1999-05-04", "with the date of birth 4 May 1999"),
    ],
)
def test_a_value_is_said_with_the_words_that_go_with_it(name, value, words):
    assert said(name, value) == words


def test_phrases_are_put_together_as_people_do():
    assert together(["with the tag a", "with a size of 3"]) == "with the tag a and a size of 3"
    assert together(["from 2 May 2027", "until 2 May 2027"]) == "on 2 May 2027"
    assert together(["from 2 May 2027", "until 4 May 2027", "at most 5 of them"]) == "from 2 May 2027 until 4 May 2027, at most 5 of them"  # fmt: skip


def test_one_thing_is_made_at_a_time():
    goal = goal_of("createSpecialEvent", "Create special events", "POST")
    assert goal.rest == "a special event"
    assert (singular("special events"), singular("status"), is_plural("analysis")) == (
        "special event",
        "status",
        False,
    )


def test_a_title_is_no_sentence_and_a_preposition_gets_no_article():
    assert goal_of("get_order_details", "Get Order Details", "POST").rest == "order details"
    assert goal_of("transfer_to_agents", "", "POST").rest == "to agents"


def test_end_states_agree_in_number_and_say_what_was_done(hub_plans):
    for plan in hub_plans:
        end = plan["expected_end_state"]
        noun = re.match(r"The ([\w ]+?) (is|are|has|have|exists?) ", end)
        if noun:
            assert is_plural(noun[1]) == (noun[2] in ("are", "have", "exist")), end


def test_tasks_say_nothing_twice_and_promise_nothing(hub_plans):
    for plan in hub_plans:
        task = plan["task"]
        assert not re.search(r"\b([a-z]+) \1\b", re.sub(r"'[^']*'|\"[^\"]*\"", "", task)), task
        assert "promised" not in re.sub(r'"[^"]*"', "", task)
        assert task.count("Use application") <= 1


def test_what_an_earlier_step_gave_stands_where_the_thing_is_spoken_of(hub_plans):
    linked = [plan["task"] for plan in hub_plans if any("${" in a["value_json"] for s in plan["steps"] for a in s["arguments"])]  # fmt: skip
    assert len(linked) > 20
    assert all(re.search(r"\b(that|the first|of that|for that)\b", task) for task in linked)


ONE = text("event_id", "path", required=True)
EVENTS = Catalog(
    "fair",
    apis=(
        Api("get_event", method="GET", path="/events/{event_id}", parameters=(ONE,), responses=holding(id="string", place="string")),
        Api("delete_event", method="DELETE", path="/events/{event_id}", parameters=(ONE,)),
    ),
)  # fmt: skip


def test_a_look_that_decides_stands_as_a_condition_in_task_and_plan():
    prompts = Prompts(EVENTS)
    index = next(i for i in range(60) if prompts.blueprint(i).shape == "guarded")
    plan = prompts.plan(index)
    look, last = plan["steps"]
    assert last["depends_on"] == [1]
    assert look["outputs"] == []
    assert read_guard(last["failure_modes"][0], 2) is not None
    assert re.search(r"\b(If|Only if|Provided|Unless)\b", plan["task"])
    assert "or nothing was changed" in plan["expected_end_state"]
    assert PlanValidator(EVENTS).errors(decoded(plan)) == []


def test_the_argument_that_is_left_open_is_the_assigned_one():
    prompts = Prompts(hub())
    for index in range(200):
        assignment = read_assignment(prompts.messages(index)[1]["content"])
        if assignment is None or assignment.left_open == ("", ""):
            continue
        api, parameter = assignment.left_open
        given = [
            s
            for s in prompts.plan(index)["steps"]
            if s["api"] == api
            for a in s["arguments"]
            if a["name"] == parameter
        ]
        assert given
        return
    pytest.fail("no assignment leaves an argument open")
