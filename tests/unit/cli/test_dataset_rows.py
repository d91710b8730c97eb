"""Every form of row is checked with the same codes."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cli.dataset_rows import RowChecker
from shared.catalog.model import Api, Catalog
from shared.dataset.formats import Rows
from shared.dataset.tools import function_names
from shared.plan.codes import errors_of
from shared.plan.validate import PlanValidator
from testing.plans import good_records
from testing.shop import CATALOG
from tests.builders.records import decoded, good_record, step

ROWS = Rows(CATALOG)
FUNCTIONS = {function: name for name, function in function_names(api.name for api in CATALOG.apis).items()}


def checker() -> RowChecker:
    return RowChecker(PlanValidator(CATALOG), FUNCTIONS)


def codes(row: Any) -> list[str]:
    line = row if isinstance(row, bytes) else orjson.dumps(row)
    return [error["code"] for error in checker().line_findings(line)]


def plan(**arguments: Any) -> dict[str, Any]:
    changed = decoded()["plan"]
    changed["steps"][1]["arguments"] |= arguments
    return dict(changed)


def text(of: dict[str, Any]) -> str:
    return orjson.dumps(of).decode()


TASK = good_record()["task_nl"]
BAD_PLAN = plan(currency="GBP")


@pytest.mark.parametrize(
    "row",
    [
        good_record(),
        {key: value for key, value in decoded().items() if key in ("task_nl", "plan")},
        ROWS.instructions(TASK, text(plan())),
        ROWS.chat(TASK, text(plan())),
        ROWS.tools(TASK, plan()),
        ROWS.dpo(TASK, text(plan()), text(BAD_PLAN)),
    ],
)
def test_good_rows_of_every_form_have_no_findings(row: Any) -> None:
    assert codes(row) == []


@pytest.mark.parametrize(
    "row",
    [
        {**good_record(), "plan": BAD_PLAN},
        {"task_nl": TASK, "plan": BAD_PLAN},
        ROWS.instructions(TASK, text(BAD_PLAN)),
        ROWS.chat(TASK, text(BAD_PLAN)),
        ROWS.tools(TASK, BAD_PLAN),
        ROWS.dpo(TASK, text(BAD_PLAN), text(plan())),
    ],
)
def test_the_same_fault_has_the_same_code_in_every_form(row: Any) -> None:
    assert codes(row) == ["not_in_enum"]


def test_published_rows_of_good_records_have_no_findings() -> None:
    seen = checker(), checker(), checker()
    for record in good_records(CATALOG, 40, seed=9):
        task, plan_json = record["task_nl"], text(record["plan"])
        lines = orjson.dumps(record), ROWS.chat(task, plan_json), ROWS.tools(task, record["plan"])
        found = [errors_of(one.line_findings(line)) for one, line in zip(seen, lines, strict=True)]
        assert found == [[], [], []]


def chat(*messages: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "Show me the order"}, *messages], **members}


def call(name: str = "get_order", arguments: str | None = None, **members: Any) -> dict[str, Any]:
    given = '{"order_id":"3f2b8c1e-5d47-4a9b-9c3e-7a1d2f4b6c80"}' if arguments is None else arguments
    calls = [{"id": "call_1", "type": "function", "function": {"name": name, "arguments": given}, **members}]
    return {"role": "assistant", "tool_calls": calls}


ANSWER = {"role": "tool", "tool_call_id": "call_1", "content": "{}"}
TOOLS = [{"type": "function", "function": {"name": "get_order", "parameters": {}}}]


def test_tool_calls_from_elsewhere_are_checked_in_conversations_too() -> None:
    assert codes(chat(call(), ANSWER, {"role": "assistant", "content": "Here it is."}, tools=TOOLS)) == []


def test_a_row_with_tools_may_answer_without_a_call() -> None:
    assert codes(chat({"role": "assistant", "content": "Which order?"}, tools=TOOLS)) == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"", "bad_row"),
        (b"\xff\xfe{}", "bad_row"),
        (b"[1]", "bad_row"),
        (b'{"a": 1}', "bad_row"),
        (b'{"messages": []', "truncated_json"),
        (b"{'messages': []}", "python_repr"),
        (b"hello", "not_json"),
        ({"messages": []}, "bad_row"),
        ({"messages": [{"role": "user", "content": "x"}]}, "bad_row"),
        (chat({"role": "robot", "content": "x"}), "bad_row"),
        (chat({"role": "assistant"}), "bad_row"),
        (chat({"role": "assistant", "content": "Sure, I will."}), "not_json"),
        (chat({"role": "assistant", "content": str(plan())}), "python_repr"),
        (chat(call(), {"role": "assistant", "content": "x"}), "bad_tool_call"),
        (chat({**ANSWER, "tool_call_id": "call_9"}, call()), "bad_tool_call"),
        (chat(call(name="cancel_order", arguments="{}"), tools=TOOLS), "bad_tool_call"),
        (chat(call(name="get_ordr")), "unknown_api"),
        (chat(call(arguments="{'order_id': 1}")), "python_repr"),
        (chat(call(arguments="{}")), "missing_argument"),
        (chat(call(arguments='{"order_id": 7}')), "wrong_type"),
        (chat(call(type="fn")), "bad_tool_call"),
        (
            chat({"role": "assistant", "content": text(plan())}, {"role": "user", "content": "Thanks"}),
            "bad_row",
        ),
        (chat({"role": "assistant", "content": text(plan()), "weight": 7}), "bad_row"),
        (
            chat({"role": "system", "content": "x", "weight": 1}, {"role": "assistant", "content": "x"}),
            "bad_row",
        ),
        (chat(call(), tools="get_order"), "bad_row"),
        (chat(call(), tools=[*TOOLS, *TOOLS]), "bad_row"),
        (chat(call(), tools=[{"type": "retrieval"}]), "bad_row"),
        (chat(call(), tools=[{"type": "function", "function": {"name": "get order"}}]), "bad_row"),
        (
            chat(call(), tools=[{"type": "function", "function": {"name": "get_order", "parameters": 1}}]),
            "bad_row",
        ),
        ({"instruction": "x", "response": 7}, "bad_row"),
        ({"input": chat(), "preferred_output": [], "non_preferred_output": []}, "bad_row"),
    ],
)
def test_rows_that_break_their_form_are_named(row: Any, code: str) -> None:
    assert code in codes(row)


def test_a_preference_needs_two_different_answers() -> None:
    assert codes(ROWS.dpo(TASK, text(plan()), text(plan()))) == ["same_outputs"]


def test_the_older_form_of_a_call_is_checked_too() -> None:
    given = {"name": "get_order", "arguments": '{"order_id": 7}'}
    older = {"role": "assistant", "content": None, "function_call": given}
    answer = {"role": "function", "name": "get_order", "content": "{}"}
    found = checker().row_findings(chat(older, answer, functions=[TOOLS[0]["function"]]))
    assert [(error["code"], error["path"]) for error in found] == [
        ("wrong_type", "messages[1].function_call.arguments.order_id")
    ]
    assert "bad_tool_call" in codes(chat(older, functions=[{"name": "list_orders"}]))
    assert "bad_row" in codes(chat({**older, "function_call": "get_order"}))


def test_a_secret_is_found_wherever_it_stands_in_a_row_of_tool_calls() -> None:
    secret = "sk_live_" + "aB3dE5gH7jK9mN1pQ2sT4vW6"
    leaking = call("search_products", f'{{"text": "{secret}"}}')
    found = checker().row_findings(chat(leaking))
    assert ("secret", "messages[1].tool_calls[0].function.arguments.text") in [
        (error["code"], error["path"]) for error in found
    ]
    pair = {"input": chat(tools=TOOLS), "preferred_output": [leaking], "non_preferred_output": [call()]}
    assert "secret" in codes(pair)


def test_findings_point_at_the_call() -> None:
    finding = checker().row_findings(chat(call(arguments='{"order_id": 7}')))[0]
    assert finding["path"] == "messages[1].tool_calls[0].function.arguments.order_id"


def test_a_task_that_came_before_is_a_duplicate() -> None:
    rows = checker()
    assert rows.row_findings(good_record()) == []
    again = rows.row_findings({**good_record(), "task_nl": TASK.upper()})
    assert [(error["code"], error["message"]) for error in again] == [
        ("duplicate", "the same task stands in row 1")
    ]


def test_a_row_may_name_an_api_as_its_document_does() -> None:
    apis = (
        Api("Get_Hotel_Reviews_Tips", "Lists tips", "GET", "/tips", original_name="Get_Hotel_Reviews(Tips)"),
    )
    rows = RowChecker(PlanValidator(Catalog("hotels", apis=apis)))
    steps = [step(1, "Get_Hotel_Reviews(Tips)", {})]
    row = {"task_nl": "Show me tips of other guests", "plan": {"steps": steps, "expected_end_state": "shown"}}
    assert rows.row_findings(row) == []
    call = {"role": "assistant", "tool_calls": [
        {"id": "c", "type": "function", "function": {"name": "Get_Hotel_Reviews(Tips)", "arguments": "{}"}}
    ]}  # fmt: skip
    named = rows.row_findings({"messages": [{"role": "user", "content": "Tips"}, call]})
    assert "unknown_api" not in [item["code"] for item in named]


@pytest.mark.parametrize(("task_id", "severity"), [("shop-000007", "error"), ("T-7", "warning")])
def test_grounding_is_an_error_in_records_of_this_app_and_a_warning_elsewhere(
    task_id: str, severity: str
) -> None:
    record = {**good_record(), "task_id": task_id}
    record["plan"]["steps"][0]["arguments"]["note"] = "Ring the bell of the northern warehouse"
    found = checker().row_findings(record)
    assert [(item["code"], item["severity"]) for item in found] == [("ungrounded_value", severity)]
