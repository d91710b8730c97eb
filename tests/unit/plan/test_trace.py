"""Where values come from is told as the rules of grounding see it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.plan.grounding.trace import spans, trace
from shared.plan.validate import PlanValidator
from tests.builders.records import step

STRING = {"type": "string"}
PARAMETERS = (
    Parameter("user_id", "path", "string", True, schema=STRING),
    Parameter(
        "kind", "body", "string", enum=("small", "large"), schema={**STRING, "enum": ["small", "large"]}
    ),
    Parameter("size", "body", "integer", default=20, schema={"type": "integer", "default": 20}),
    Parameter("note", "body", "string", schema=STRING),
    Parameter("tags", "body", "array", schema={"type": "array", "items": STRING}),
)
CATALOG = Catalog(
    "c", apis=(Api("write", "Writes a thing", "POST", "/users/{user_id}", parameters=PARAMETERS),)
)


def sources(task: str, arguments: dict[str, Any], *assumptions: str) -> dict[str, str]:
    """Source by path of the last step of a plan whose first step yields `id`."""
    first = step(1, "write", {"user_id": "u-1"}, outputs=["id"])
    second = step(2, "write", arguments, depends_on=[1])
    parts = {
        "task_nl": task,
        "assumptions": list(assumptions),
        "plan": {"steps": [first, second], "expected_end_state": ""},
    }
    case = PlanValidator(CATALOG).case(parts)
    assert case is not None
    return {one.path: one.source for one in trace(case) if one.step == 2}


@pytest.mark.parametrize(
    ("task", "arguments", "expected"),
    [
        ("Take user maria_k, please", {"user_id": "maria_k"}, "task"),
        ("Take the old user, please", {"user_id": "maria_k"}, "nowhere"),
        ("Take that one, please", {"user_id": "${steps.1.id}"}, "output"),
        ("Take that one, please", {"kind": "large"}, "catalog"),
        ("Take the large one, please", {"kind": "large"}, "task"),
        ("Take twelve of them, please", {"size": 12}, "task"),
        ("Take some of them, please", {"size": 20}, "catalog"),
        ("Take twenty of them, please", {"size": 20}, "task"),
        ("Take some of them, please", {"size": 7}, "nowhere"),
        ("Take some of them, please", {"tags": []}, "catalog"),
        ("Take some of them, please", {"colour": "red"}, "nowhere"),
        ("Note that the lamp is broken", {"note": "the lamp of ${steps.1.id} is broken"}, "output"),
    ],
)
def test_a_value_has_the_source_that_a_person_would_name(
    task: str, arguments: dict[str, Any], expected: str
) -> None:
    assert set(sources(task, arguments).values()) == {expected}


def test_what_only_an_assumption_says_comes_from_it() -> None:
    assert sources("Take some of them", {"size": 7}, "Seven is 7, and enough")["size"] == "assumption"
    assert (
        sources("Take the old user", {"user_id": "maria_k"}, "The old user is maria_k")["user_id"]
        == "assumption"
    )


def test_every_leaf_is_told_with_its_path() -> None:
    assert sources("Tag it red and blue", {"tags": ["red", "blue"]}) == {"tags[0]": "task", "tags[1]": "task"}


def test_a_plan_in_a_circle_is_not_followed() -> None:
    parts = {
        "task_nl": "Take that one, please",
        "plan": {
            "steps": [step(1, "write", {}, depends_on=[2]), step(2, "write", {}, depends_on=[1])],
            "expected_end_state": "",
        },
    }
    assert PlanValidator(CATALOG).case(parts) is None
    assert PlanValidator(CATALOG).case({"task_nl": "x"}) is None


def test_the_words_of_a_task_that_a_plan_takes_are_found_whole() -> None:
    task = "Move Maria_K to room 12, not to room 120"
    parts = {
        "task_nl": task,
        "plan": {"steps": [step(1, "write", {"user_id": "maria_k", "size": 12})], "expected_end_state": ""},
    }
    case = PlanValidator(CATALOG).case(parts)
    assert case is not None
    assert [task[first:end] for first, end in spans(task, trace(case))] == ["Maria_K", "12"]
