import orjson

from shared.dataset.formats import Rows, plan_text
from tests.builders.outcomes import catalog, plan

PLAN = plan("depot.op1", "depot.op2")


def wrong(codes=("wrong_type",), made=None):
    return {
        "result": "invalid",
        "errors": [{"code": code} for code in codes],
        "plan": made or plan("depot.op9"),
    }


def test_an_instructions_row_has_three_texts():
    row = orjson.loads(Rows(catalog()).instructions("Do it", plan_text(PLAN)))
    assert list(row) == ["instruction", "input", "response"]
    assert row["input"] == "Do it"
    assert orjson.loads(row["response"]) == PLAN


def test_the_user_turn_is_the_instruction_a_blank_line_and_the_task():
    rows = Rows(catalog())
    system, user, assistant = orjson.loads(rows.chat("Do it", plan_text(PLAN)))["messages"]
    assert [system["role"], user["role"], assistant["role"]] == ["system", "user", "assistant"]
    assert user["content"] == f"{rows.instruction}\n\nInput: Do it"
    assert orjson.loads(assistant["content"]) == PLAN


def test_the_plan_is_compact_json_and_never_a_python_repr():
    text = plan_text({"steps": [{"ok": True, "none": None, "name": "Zoë's"}]})
    assert text == '{"steps":[{"ok":true,"none":null,"name":"Zoë\'s"}]}'


def test_a_system_prompt_replaces_the_defaults():
    rows = Rows(catalog(), "Be brief.")
    messages = orjson.loads(rows.chat("Do it", "{}"))["messages"]
    assert messages[0]["content"] == "Be brief."
    assert messages[1]["content"] == "Be brief.\n\nInput: Do it"
    assert orjson.loads(rows.instructions("Do it", "{}"))["instruction"] == "Be brief."
    assert orjson.loads(rows.tools("Do it", PLAN))["messages"][1]["content"] == "Be brief.\n\nInput: Do it"


def test_the_default_texts_name_the_catalog():
    rows = Rows(catalog())
    assert "Depot" in rows.instruction
    assert "Depot" in rows.system


def test_a_tools_row_calls_what_it_offers():
    row = orjson.loads(Rows(catalog()).tools("Do it", PLAN))
    offered = {tool["function"]["name"] for tool in row["tools"]}
    called = [call["function"]["name"] for call in row["messages"][-1]["tool_calls"]]
    assert called == ["depot_op1", "depot_op2"]
    assert offered.issuperset(called)
    assert "content" not in row["messages"][-1]


def test_a_preference_row_prefers_the_accepted_plan():
    row = orjson.loads(Rows(catalog()).dpo("Do it", plan_text(PLAN), '{"steps":[]}'))
    assert [m["role"] for m in row["input"]["messages"]] == ["system", "user"]
    assert orjson.loads(row["preferred_output"][0]["content"]) == PLAN
    assert row["non_preferred_output"] == [{"role": "assistant", "content": '{"steps":[]}'}]


def test_every_row_is_one_line():
    rows = Rows(catalog())
    for row in (rows.instructions("a\nb", "{}"), rows.chat("a\nb", "{}"), rows.tools("a\nb", PLAN)):
        assert row.endswith(b"\n")
        assert row.count(b"\n") == 1
