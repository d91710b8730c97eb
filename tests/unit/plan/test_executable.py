import orjson

from shared.plan.executable import completed, executable, is_executable_form
from shared.plan.record import schema_findings
from tests.builders.outcomes import accepted, plan, published, record

CHAIN = plan("depot.op0", "depot.op1", id="A-1")


def test_the_executable_part_is_what_an_executor_reads():
    short = executable(CHAIN)
    assert set(short) == {"steps"}
    assert [set(step) for step in short["steps"]] == [{"api", "arguments", "depends_on", "outputs"}] * 2
    assert short["steps"][1]["arguments"] == {"id": "${steps.1.id}"}


def test_fields_that_a_record_may_leave_out_are_empty():
    steps = [{"index": 1, "action": "Call", "api": "depot.op0", "arguments": {}}]
    assert executable({"steps": steps})["steps"] == [
        {"api": "depot.op0", "arguments": {}, "depends_on": [], "outputs": []}
    ]


def test_a_completed_plan_has_the_shape_of_a_plan_and_the_same_calls():
    whole = completed(executable(CHAIN))
    assert schema_findings({"task_nl": "do it", "plan": whole}, whole=False) == []
    assert executable(whole) == executable(CHAIN)


def test_only_steps_without_an_index_are_the_short_form():
    assert is_executable_form(executable(CHAIN))
    assert not is_executable_form(CHAIN)
    assert not is_executable_form({"steps": CHAIN["steps"]})
    assert not is_executable_form({"answer": 1})


def test_a_step_that_is_none_stays_to_be_found():
    assert completed({"steps": ["call it"]})["steps"] == ["call it"]


def test_a_run_that_asks_for_executable_plans_teaches_them_in_every_row():
    files = published([accepted(i, record=record(i, plan=CHAIN)) for i in range(12)], sft_plan="executable")
    row = orjson.loads(files["sft/train.jsonl"].splitlines()[0])
    assert orjson.loads(row["messages"][-1]["content"]) == executable(CHAIN)
    assert "steps (api, arguments, depends_on, outputs)" in row["messages"][1]["content"]
    assert "reasoning" not in row["messages"][1]["content"]
    instruction = orjson.loads(files["sft/instructions.jsonl"].splitlines()[0])
    assert orjson.loads(instruction["response"]) == executable(CHAIN)
    assert orjson.loads(files["dataset.jsonl"].splitlines()[0])["plan"] == CHAIN
