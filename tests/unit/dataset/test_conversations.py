"""An agent's row: independent calls in one turn, answers with what the next calls use, and the end in words."""

from __future__ import annotations

import orjson
import pytest

from shared.dataset.checkers import check_file
from shared.dataset.conversations import Conversations
from shared.dataset.formats import Rows
from shared.plan.validate import PlanValidator
from testing.plans import good_records
from testing.shop import CATALOG
from tests.builders.records import decoded, step

ROWS = Rows(CATALOG)


def turns(*steps: dict) -> list[dict]:
    plan = {"steps": list(steps), "expected_end_state": "All is done."}
    return Conversations(CATALOG, {}).turns(plan)


def arguments(message: dict) -> list[dict]:
    return [orjson.loads(call["function"]["arguments"]) for call in message["tool_calls"]]


def test_calls_follow_with_the_values_that_the_answers_gave() -> None:
    messages = Conversations(CATALOG, {}).turns(decoded()["plan"])
    assert [message["role"] for message in messages] == [
        "assistant", "tool", "assistant", "tool", "assistant", "tool", "assistant",
    ]  # fmt: skip
    order = orjson.loads(messages[1]["content"])["order"]
    assert arguments(messages[2])[0]["order_id"] == order["id"]
    assert arguments(messages[4])[0]["subject"] == f"Order {order['number']}"
    assert messages[-1] == {"role": "assistant", "content": "Maria has her bill."}


def test_calls_that_wait_for_nothing_of_each_other_are_one_turn() -> None:
    first, second = (step(n, "find_customer", {"email": f"a{n}@example.com"}) for n in (1, 2))
    messages = turns(first, second)
    assert [len(message.get("tool_calls", ())) for message in messages] == [2, 0, 0, 0]
    assert [message.get("tool_call_id") for message in messages] == [None, "call_1", "call_2", None]


def test_an_answer_repeats_what_the_call_gave_and_has_ids_of_its_own() -> None:
    given = {"customer_id": "3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80", "lines": [], "currency": "EUR"}
    one, other = (
        orjson.loads(message["content"])["order"]
        for message in turns(step(1, "create_order", given), step(2, "create_order", given))
        if message["role"] == "tool"
    )
    assert one["customer_id"] == other["customer_id"] == given["customer_id"]
    assert one["id"] != other["id"]


def test_what_is_referred_to_is_there_where_nothing_is_known_of_the_response() -> None:
    first = step(1, "unheard_of", {}, outputs=["things"])
    second = step(2, "get_order", {"order_id": "${steps.1.things[0].id}"}, depends_on=[1])
    messages = turns(first, second)
    there = orjson.loads(messages[1]["content"])["things"][0]["id"]
    assert arguments(messages[2]) == [{"order_id": there}]


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_accepted_by_the_service_and_their_calls_are_valid(seed: int) -> None:
    records = list(good_records(CATALOG, 60, seed=seed))
    lines = [ROWS.agent(record["task_nl"], record["plan"]) for record in records]
    assert check_file("sft/agent-train.jsonl", lines) == []
    validator = PlanValidator(CATALOG)
    for line in lines:
        calls = [
            call["function"]
            for message in orjson.loads(line)["messages"]
            for call in message.get("tool_calls", ())
        ]
        steps = [
            step(n, call["name"], orjson.loads(call["arguments"])) for n, call in enumerate(calls, start=1)
        ]
        assert [e for e in validator.plan_errors({"steps": steps}) if e["code"] != "undone_step"] == []
        assert "${" not in line.decode()
