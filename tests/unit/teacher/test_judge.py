"""A verdict filters, and what cannot be read is no verdict."""

from __future__ import annotations

import orjson
import pytest

from shared.teacher.judge import Verdict, judge_messages, read_verdict
from testing.shop import CATALOG
from tests.builders.records import decoded


@pytest.mark.parametrize(
    ("does_the_task", "score", "passes"),
    [(True, 5, True), (True, 4, True), (True, 3, False), (False, 5, False)],
)
def test_a_plan_passes_that_does_the_task_well(does_the_task: bool, score: int, passes: bool) -> None:
    text = orjson.dumps({"does_the_task": does_the_task, "score": score, "reason": "r"}).decode()
    verdict = read_verdict(text)
    assert verdict == Verdict(does_the_task, score, "r")
    assert verdict.passes is passes


@pytest.mark.parametrize(
    "text",
    ["", "yes", "{}", '{"does_the_task":true,"score":9,"reason":""}', '{"does_the_task":"yes","score":5}'],
)
def test_what_is_no_verdict_is_none(text: str) -> None:
    assert read_verdict(text) is None


def test_prose_round_a_verdict_is_forgiven_only_where_no_schema_bound_it() -> None:
    text = 'Well: {"does_the_task":true,"score":5,"reason":"fine"}'
    assert read_verdict(text) is None
    assert read_verdict(text, tolerant=True) == Verdict(True, 5, "fine")


def test_the_judge_sees_the_rubric_the_called_apis_the_task_and_the_plan() -> None:
    system, user = judge_messages(decoded(), CATALOG.apis)
    assert "## Rubric\n" in system["content"]
    listed = [
        orjson.loads(line)["api"] for line in system["content"].split("## APIs\n")[1].split("\n") if line
    ]
    assert listed == ["create_order", "send_mail", "create_invoice"]
    question = orjson.loads(user["content"])
    assert question["task"] == decoded()["task_nl"]
    assert question["plan"] == decoded()["plan"]
