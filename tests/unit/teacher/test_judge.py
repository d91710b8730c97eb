"""A verdict filters, and what cannot be read is no verdict."""

from __future__ import annotations

import orjson
import pytest

from shared.teacher.ask_options import AskOptions
from shared.teacher.judge import QUESTIONS, judge_messages, read_verdict
from testing.shop import CATALOG
from tests.builders.records import decoded
from tests.builders.teachers import verdict_text


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_must_be_passed_and_the_weakest_counts(question: str) -> None:
    good = read_verdict(verdict_text())
    assert good is not None
    assert (good.passes, good.score) == (True, 5)
    bad = read_verdict(verdict_text(**{question: 3}, reason="half of it"))
    assert bad is not None
    assert (bad.passes, bad.weakest, bad.score) == (False, question, 3)
    assert bad.kept() == {
        "score": 3,
        "question": question,
        "reason": "half of it",
        "scores": {**dict.fromkeys(QUESTIONS, 5), question: 3},
    }


@pytest.mark.parametrize(
    "text",
    ["", "yes", "{}", verdict_text(does_the_task=9), '{"does_the_task":{"score":5,"reason":""}}'],
)
def test_what_is_no_verdict_is_none(text: str) -> None:
    assert read_verdict(text) is None


def test_prose_round_a_verdict_is_forgiven_only_where_no_schema_bound_it() -> None:
    text = f"Well: {verdict_text()}"
    assert read_verdict(text) is None
    found = read_verdict(text, tolerant=True)
    assert found is not None
    assert found.passes


def test_a_sample_is_drawn_by_index_and_seed_and_has_about_its_share() -> None:
    drawn = _drawn(7, 0.1)
    assert 400 < len(drawn) < 600
    assert drawn == _drawn(7, 0.1) != _drawn(8, 0.1)
    assert (_drawn(7, 0), len(_drawn(7, 1))) == ([], 5000)


def _drawn(seed: int, share: float) -> list[int]:
    options = AskOptions("teacher", seed=seed, judge_sample=share)
    return [index for index in range(5000) if options.is_sampled(index)]


def test_the_judge_sees_what_the_rules_found_odd() -> None:
    warning = {"path": "task_nl", "message": "the task says a constant"}
    _, user = judge_messages(decoded(), CATALOG.apis, [warning])
    assert orjson.loads(user["content"])["warnings"] == ["task_nl: the task says a constant"]


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
