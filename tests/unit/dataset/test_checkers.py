from pathlib import Path

import orjson
import pytest

from shared.dataset import checkers
from shared.dataset.checkers import check_file, format_of
from shared.dataset.message_rules import MAX_MESSAGES, MAX_TOOLS
from tests.builders.beside import REFERENCE, present

OWN_ROWS = Path(__file__).parents[2] / "data" / "rows"
FORMATS = REFERENCE / "formats"

USER = {"role": "user", "content": "Do it"}
ANSWER = {"role": "assistant", "content": "{}"}
TOOL = {"type": "function", "function": {"name": "go", "parameters": {"type": "object", "properties": {}}}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "go", "arguments": "{}"}}


def tool(number):
    return {**TOOL, "function": {"name": f"tool-{number}"}}


def calling(*calls):
    return {"role": "assistant", "tool_calls": list(calls)}


def call(name="go", arguments="{}"):
    return {**CALL, "function": {"name": name, "arguments": arguments}}


CALLING = {"role": "assistant", "tool_calls": [CALL]}


def chat(*messages, **more):
    return {"messages": list(messages or (USER, ANSWER)), **more}


def tools(answer=CALLING, offered=(TOOL,)):
    return chat(USER, answer, tools=list(offered))


def dpo(**changes):
    return {
        "input": {"messages": [USER]},
        "preferred_output": [ANSWER],
        "non_preferred_output": [{"role": "assistant", "content": "[]"}],
        **changes,
    }


def codes(kind, *rows, training=False):
    lines = [row if isinstance(row, bytes) else orjson.dumps(row) + b"\n" for row in rows]
    return {finding.code for finding in check_file(kind, lines, training=training)}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("sft/train.jsonl", "chat"),
        ("sft/validation.jsonl", "chat"),
        ("sft/tools-train.jsonl", "tools"),
        ("sft/dpo-validation.jsonl", "dpo"),
        ("sft/instructions.jsonl", "instructions"),
        ("dpo", "dpo"),
        ("anything.jsonl", "chat"),
    ],
)
def test_the_format_follows_the_files_name(path, kind):
    assert format_of(path) == kind


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("chat", chat()),
        ("chat", chat({"role": "system", "content": "s"}, USER, {**ANSWER, "weight": 0}, USER, ANSWER)),
        (
            "chat",
            chat(
                USER,
                CALLING,
                {"role": "tool", "tool_call_id": "call_1", "content": "ok"},
                ANSWER,
                tools=[TOOL],
            ),
        ),
        ("tools", tools()),
        ("tools", {**tools(), "parallel_tool_calls": False}),
        ("dpo", dpo()),
        ("dpo", dpo(input={"messages": [USER], "tools": [TOOL]}, preferred_output=[CALLING])),
        ("instructions", {"instruction": "a", "input": "b", "response": "c"}),
    ],
)
def test_what_the_service_takes_passes(kind, row):
    assert codes(kind, row) == set()


@pytest.mark.parametrize(
    ("kind", "row", "code"),
    [
        ("chat", b"\n", "blank_line"),
        ("chat", b"{'messages': []}\n", "not_json"),
        ("chat", b'{"messages": "\xff"}\n', "not_utf8"),
        ("chat", b"\xef\xbb\xbf" + orjson.dumps(chat()), "byte_order_mark"),
        ("chat", b"[]\n", "not_an_object"),
        ("chat", {}, "missing_messages"),
        ("chat", {"messages": []}, "missing_messages"),
        ("chat", {"messages": ["hello"]}, "not_a_message"),
        ("chat", chat(note="x"), "unknown_key"),
        ("chat", chat({"role": "human", "content": "x"}, ANSWER), "unknown_role"),
        ("chat", chat(USER), "no_answer"),
        ("chat", chat(ANSWER, USER), "no_answer"),
        ("chat", chat(USER, {"role": "assistant", "content": ""}), "missing_content"),
        ("chat", chat(USER, {"role": "assistant", "content": None}), "missing_content"),
        ("chat", chat({**USER, "weight": 1}, ANSWER), "bad_weight"),
        ("chat", chat(USER, {**ANSWER, "weight": 2}), "bad_weight"),
        ("chat", chat({"role": "tool", "content": "x"}, ANSWER), "missing_tool_call_id"),
        ("chat", chat({**USER, "tool_calls": [CALL]}, ANSWER, tools=[TOOL]), "wrong_role"),
        ("chat", chat({**USER, "content": "x" * 1_048_577}, ANSWER), "message_too_long"),
        ("chat", chat(*[USER] * MAX_MESSAGES, ANSWER), "too_many_messages"),
        ("chat", chat({**USER, "content": "y" * 140_000}, ANSWER), "example_too_long"),
        ("tools", chat(), "no_tools"),
        ("tools", tools(offered=map(tool, range(MAX_TOOLS + 1))), "too_many_tools"),
        ("tools", tools(offered=[TOOL, TOOL]), "repeated_tool"),
        ("tools", tools(offered=[TOOL, {**TOOL, "function": {"name": "a.b"}}]), "bad_tool_name"),
        ("tools", tools(offered=[TOOL, {**TOOL, "function": {"name": "n" * 65}}]), "bad_tool_name"),
        ("tools", tools(offered=[TOOL, {**TOOL, "function": {"name": "p", "parameters": []}}]), "bad_tool_parameters"),
        ("tools", tools(calling()), "bad_tool_calls"),
        ("tools", tools(calling({"id": "x"})), "bad_tool_calls"),
        ("tools", tools(calling(CALL, CALL)), "repeated_call_id"),
        ("tools", tools(calling(call("no"))), "unknown_tool"),
        ("tools", tools(calling(call(arguments={}))), "bad_arguments"),
        ("tools", tools(calling(call(arguments="[1]"))), "bad_arguments"),
        ("dpo", {"preferred_output": [ANSWER], "non_preferred_output": [ANSWER]}, "missing_input"),
        ("dpo", dpo(preferred_output=[USER]), "wrong_role"),
        ("dpo", dpo(preferred_output=[]), "no_answer"),
        ("dpo", dpo(non_preferred_output=[ANSWER]), "same_outputs"),
        ("instructions", {"instruction": "a", "input": "b", "response": {}}, "missing_text"),
    ],
)  # fmt: skip
def test_what_the_service_refuses_is_found(kind, row, code):
    assert code in codes(kind, row)


def test_a_training_file_needs_ten_examples_and_a_validation_file_does_not():
    lines = [orjson.dumps(chat()) + b"\n"] * 9
    assert [f.code for f in check_file("sft/train.jsonl", lines)] == ["too_few_examples"]
    assert check_file("sft/train.jsonl", lines + lines[:1]) == []
    assert check_file("sft/validation.jsonl", lines) == []


def test_an_empty_training_file_has_too_few_examples():
    assert [f.code for f in check_file("sft/dpo-train.jsonl", [])] == ["too_few_examples"]


def test_a_file_over_the_services_size_is_found(monkeypatch):
    monkeypatch.setattr(checkers, "MAX_FILE_BYTES", 500)
    assert "file_too_large" in codes("chat", *[chat()] * 20)


def test_findings_name_the_row_and_the_place():
    found = check_file(
        "chat",
        [orjson.dumps(chat()), orjson.dumps(chat(USER, {"role": "bot", "content": "x"}))],
        training=False,
    )
    assert (found[0].row, found[0].path) == (2, "messages[1].role")


def test_a_file_that_is_wrong_throughout_ends_with_a_bound():
    found = check_file("chat", (b"\n" for _ in range(10_000)), training=False)
    assert len(found) == checkers.MAX_FINDINGS + 1
    assert found[-1].code == "too_many_findings"


ACCEPTED = {
    OWN_ROWS / "tool_calls.jsonl": "tools",
    OWN_ROWS / "conversations.jsonl": "chat",
    FORMATS / "azure_toolcall_rows.jsonl": "tools",
    FORMATS / "azure_toolcall_conversations.jsonl": "chat",
}


@pytest.mark.parametrize("file", present(*ACCEPTED), ids=lambda file: file.stem)
def test_rows_of_the_services_form_pass(file):
    assert check_file(ACCEPTED[file], file.read_bytes().splitlines(keepends=True)) == []


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([USER, CALLING, ANSWER], "unanswered_call"),
        ([USER, {"role": "tool", "tool_call_id": "call_9", "content": "x"}, ANSWER], "answers_no_call"),
    ],
)
def test_each_call_has_one_answer_before_the_assistant_goes_on(messages: list[dict], code: str):
    assert code in codes("chat", {"messages": messages, "tools": [TOOL]})
