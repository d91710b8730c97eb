import orjson
import pytest

from shared.dataset.outcome import BaseAnswer
from shared.dataset.rejection import rejected_row
from shared.tokens import Tokens
from tests.builders.outcomes import accepted, attempt, plan, rejected


def row(outcome, repeats=None):
    return orjson.loads(rejected_row(orjson.loads(outcome.to_line()), repeats=repeats))


def test_a_rejected_index_says_why_and_what_it_cost():
    found = row(rejected(3, attempts=(attempt("invalid"), attempt("malformed"))))
    assert (found["index"], found["status"], found["reason"]) == (3, "rejected", "wrong_type")
    assert found["errors"][0]["code"] == "wrong_type"
    assert [a["result"] for a in found["attempts"]] == ["invalid", "malformed"]
    assert found["tokens"] == {"prompt": 200, "cached": 80, "completion": 60}
    assert "task" not in found


def test_a_duplicate_names_the_index_it_repeats_and_its_task():
    found = row(accepted(9), repeats=4)
    assert (found["status"], found["reason"], found["repeats"]) == ("rejected", "duplicate", 4)
    assert "index 4" in found["errors"][0]["message"]
    assert found["task"] == accepted(9).record["task_nl"]


def test_wrong_plans_stay_out():
    outcome = rejected(3, attempts=(attempt("invalid", plan=plan("depot.op1", id="sk-obviously-fake")),))
    assert b"obviously-fake" not in rejected_row(orjson.loads(outcome.to_line()), repeats=None)


def test_an_index_that_was_never_asked_cost_nothing():
    found = row(rejected(5, "budget", status="skipped", attempts=(), errors=()))
    assert (found["status"], found["attempts"]) == ("skipped", [])
    assert found["tokens"] == {"prompt": 0, "cached": 0, "completion": 0}


def test_what_the_base_model_cost_is_counted():
    base = BaseAnswer("right", tokens=Tokens(30, 10, 5))
    assert row(accepted(9, base=base), repeats=4)["tokens"] == {"prompt": 130, "cached": 50, "completion": 35}


@pytest.mark.parametrize("code", ["secret", "personal_data"])
def test_a_record_that_is_private_by_the_rules_of_today_is_not_shown(code):
    error = {"code": code, "step": None, "path": "task_nl", "message": "hidden"}
    outcome = accepted(3, status="rejected", reason="invalid_now", errors=(error,))
    assert "task" not in row(outcome)
    assert row(accepted(3, status="rejected", reason="invalid_now"))["task"]
