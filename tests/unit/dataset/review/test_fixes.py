"""A fix changes what it names, wherever it stands, and nothing else."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from shared.dataset.review.content import shown
from shared.dataset.review.fixes import fix_of

RECORD: dict[str, Any] = {
    "task_nl": "Send 3 pens to Ann, and tell Anna about it.",
    "assumptions": ["Ann is known."],
    "plan": {
        "steps": [
            {
                "index": 1,
                "api": "send",
                "arguments": {"to": "Ann", "lines": [{"count": 3, "gift": True}]},
                "retries": 1,
            },
            {
                "index": 2,
                "api": "tell",
                "arguments": {"who": "Anna", "text": "Ann gets 3", "n": 1},
                "retries": 0,
            },
        ]
    },
    "negatives": {"confusers": []},
}


def _fixed(**asked: Any) -> dict[str, Any]:
    before = deepcopy(RECORD)
    content = fix_of(asked)(RECORD)
    assert before == RECORD, "what it reads stays as it is"
    return content


def test_a_value_is_replaced_where_it_is_the_whole_value() -> None:
    content = _fixed(kind="value", find="Ann", replace="Eve")
    first, second = content["plan"]["steps"]
    assert (first["arguments"]["to"], second["arguments"]) == ("Eve", RECORD["plan"]["steps"][1]["arguments"])
    assert content["task"] == RECORD["task_nl"]


def test_texts_are_searched_for_whole_words() -> None:
    content = _fixed(kind="value", find="Ann", replace="Eve", **{"in": ["task", "assumptions"]})
    assert content["task"] == "Send 3 pens to Eve, and tell Anna about it."
    assert content["assumptions"] == ["Eve is known."]
    assert content["plan"] == RECORD["plan"]


def test_numbers_and_flags_are_told_apart() -> None:
    content = _fixed(kind="value", find=1, replace=7)
    assert content["plan"]["steps"][1]["arguments"]["n"] == 7
    assert content["plan"]["steps"][0]["arguments"]["lines"] == [{"count": 3, "gift": True}]
    everywhere = _fixed(kind="value", find=3, replace=4, **{"in": ["arguments", "task"]})
    assert everywhere["plan"]["steps"][0]["arguments"]["lines"][0]["count"] == 4
    assert everywhere["task"].startswith("Send 4 pens")


def test_operation_and_argument_narrow_it() -> None:
    assert _fixed(kind="value", find="Ann", replace="Eve", operation="tell") == shown(RECORD)
    assert _fixed(kind="value", find="Ann", replace="Eve", argument="who") == shown(RECORD)
    assert _fixed(kind="value", find="Ann", replace="Eve", operation="send", argument="to") != shown(RECORD)


def test_an_argument_is_set_renamed_or_removed() -> None:
    steps = _fixed(kind="argument", operation="send", argument="to", set=["x"])["plan"]["steps"]
    assert steps[0]["arguments"]["to"] == ["x"]
    steps = _fixed(kind="argument", operation="send", argument="to", rename="recipient")["plan"]["steps"]
    assert list(steps[0]["arguments"]) == ["recipient", "lines"]
    steps = _fixed(kind="argument", operation="send", argument="to", remove=True)["plan"]["steps"]
    assert list(steps[0]["arguments"]) == ["lines"]
    assert _fixed(kind="argument", operation="send", argument="to", rename="lines") == shown(RECORD)


def test_a_field_of_the_steps_of_an_operation_is_set() -> None:
    steps = _fixed(kind="step", operation="send", field="retries", set=0)["plan"]["steps"]
    assert [step["retries"] for step in steps] == [0, 0]
    steps = _fixed(kind="step", operation="send", field="api", set="post")["plan"]["steps"]
    assert [step["api"] for step in steps] == ["post", "tell"]
