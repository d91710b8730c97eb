from shared import stored
from shared.finetune.measured_tasks import MeasuredTask, spread, tasks_of_rows
from tests.builders.outcomes import accepted, plan, published, record

CHAIN = plan("depot.op0", "depot.op1", id="A-1")


def files(**options):
    made = [
        accepted(i, record=record(i, plan=CHAIN if i % 2 else plan(f"depot.op{i % 6}", n=i)))
        for i in range(90)
    ]
    return published(made, **options), {outcome.record["task_nl"]: outcome.record for outcome in made}


def test_a_test_task_knows_what_the_dataset_knows_of_it():
    found, records = files()
    tasks = tasks_of_rows(found["sft/test.jsonl"].splitlines(), records, {"depot.op0": 9, "depot.op1": 2})
    for task in tasks:
        assert task.plan == records[task.task]["plan"]
        assert task.difficulty == records[task.task]["metadata"]["difficulty"]
        assert [message["role"] for message in task.messages] == ["system", "user"]
        if task.plan == CHAIN:
            assert (task.shape, task.operations, task.taught) == ("chain", ("depot.op0", "depot.op1"), 2)


def test_rows_alone_are_enough_also_where_they_teach_executable_plans():
    found, _ = files(sft_plan="executable")
    tasks = tasks_of_rows(found["sft/test.jsonl"].splitlines(), {}, {})
    assert tasks
    for task in tasks:
        assert [step["index"] for step in task.plan["steps"]] == list(range(1, len(task.plan["steps"]) + 1))
        assert task.taught == 0


def test_a_task_is_read_as_it_was_written():
    found, records = files()
    task = tasks_of_rows(found["sft/test.jsonl"].splitlines(), records, {})[0]
    assert stored.read(MeasuredTask, task.to_line(), "a task").to_line() == task.to_line()


def test_a_sample_is_spread_evenly():
    assert spread(5, 10) == [0, 1, 2, 3, 4]
    assert spread(10, 5) == [0, 2, 4, 6, 8]
    assert spread(0, 5) == []
