"""The student learns from its file, the same way every time."""

from __future__ import annotations

import math
from collections import Counter

import orjson
import pytest

from local.openai_emulator.student.answering import as_plan, plan_for
from local.openai_emulator.student.decisions import END, decisions_of, source_of
from local.openai_emulator.student.examples import read_examples
from local.openai_emulator.student.memory import notes_of
from local.openai_emulator.student.model import Student
from local.openai_emulator.student.reading import copied, parts
from local.openai_emulator.student.shape import conform
from local.openai_emulator.student.training import MISSING, Plan, train
from shared.finetune.measured_tasks import task_of
from tests.builders.emulator import chat_rows, jsonl


@pytest.fixture(scope="module")
def rows():
    return chat_rows(140)


@pytest.fixture(scope="module")
def files(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    (folder / "train").write_bytes(jsonl(rows[:120]))
    (folder / "validation").write_bytes(jsonl(rows[120:]))
    return folder


def plan(files, out, **changes):
    usual = {"n_epochs": 2, "batch_size": 4, "rate": 1.0, "seed": 7, "validation": files / "validation"}
    return Plan(train=files / "train", out=out, **(usual | changes))


@pytest.fixture(scope="module")
def trained(files, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return out, list(train(plan(files, out)))


def steps(events):
    return [event for event in events if event["kind"] == "step"]


def mean(events, key):
    return sum(event[key] for event in events) / len(events)


def test_losses_fall_because_it_learns(trained):
    found = steps(trained[1])
    assert len(found) == 60
    assert mean(found[-8:], "train_loss") < 0.6 * mean(found[:8], "train_loss")
    assert mean(found[-8:], "train_mean_token_accuracy") > mean(found[:8], "train_mean_token_accuracy")


def test_the_validation_loss_falls_from_epoch_to_epoch(trained):
    full = [e["full_valid_loss"] for e in steps(trained[1]) if e["full_valid_loss"] != MISSING]
    assert len(full) == 2
    assert full[1] < full[0]


def test_training_is_repeatable_and_the_seed_matters(files, trained, tmp_path):
    again = steps(train(plan(files, tmp_path / "a", n_epochs=1)))
    first = steps(trained[1])[: len(again)]
    assert [e["train_loss"] for e in again[:-1]] == [e["train_loss"] for e in first[:-1]]
    other = steps(train(plan(files, tmp_path / "b", n_epochs=1, seed=8)))
    assert [e["train_loss"] for e in other] != [e["train_loss"] for e in again]


@pytest.mark.parametrize("change", [{"batch_size": 8}, {"rate": 0.2}])
def test_batch_size_and_rate_matter(files, trained, tmp_path, change):
    found = steps(train(plan(files, tmp_path, n_epochs=1, **change)))
    assert [e["train_loss"] for e in found] != [e["train_loss"] for e in steps(trained[1])[: len(found)]]
    assert len(found) == math.ceil(120 / change.get("batch_size", 4))


def test_it_writes_plans_better_than_chance(trained, rows):
    out, events = trained
    student = Student.load(out / events[-2]["folder"])
    right = 0
    for row in rows[:40]:
        wanted = [step["api"] for step in orjson.loads(row["messages"][2]["content"])["steps"]]
        right += wanted[0] == plan_for(student, task_of(row["messages"]))[0]["api"]
    assert right >= 28


def test_its_plan_has_the_form_it_learned(trained, rows):
    out, events = trained
    student = Student.load(out / events[-2]["folder"])
    answer = as_plan(student, plan_for(student, task_of(rows[0]["messages"])))
    taught = orjson.loads(rows[0]["messages"][2]["content"])
    assert answer.keys() == taught.keys()
    assert answer["steps"][0].keys() == taught["steps"][0].keys()


def test_it_can_go_on_from_another_student(files, trained, tmp_path):
    out, events = trained
    start = out / events[-2]["folder"]
    further = steps(train(plan(files, tmp_path, n_epochs=1, start=start)))
    assert mean(further[:8], "train_loss") < 0.6 * mean(steps(events)[:8], "train_loss")


def test_only_the_last_three_checkpoints_stay(files, tmp_path):
    list(train(plan(files, tmp_path, n_epochs=5, batch_size=60, validation=None)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ckpt-step-10", "ckpt-step-6", "ckpt-step-8"]


CALL = {"id": "c", "type": "function", "function": {"name": "book_room", "arguments": '{"nights": 2}'}}


@pytest.mark.parametrize(
    "row",
    [
        {
            "messages": [
                {"role": "user", "content": "hi"},
                {"role": "assistant", "content": "good day to you"},
            ]
        },
        {"messages": [{"role": "user", "content": "a room"}, {"role": "assistant", "tool_calls": [CALL]}]},
        {
            "input": {"messages": [{"role": "user", "content": "a room"}]},
            "preferred_output": [{"role": "assistant", "tool_calls": [CALL]}],
            "non_preferred_output": [{"role": "assistant", "content": "no"}],
        },
    ],
    ids=["text", "tools", "dpo"],
)
def test_any_training_text_will_do(tmp_path, row):
    (tmp_path / "train").write_bytes(jsonl([row] * 12))
    events = list(
        train(Plan(tmp_path / "train", None, tmp_path / "out", n_epochs=3, batch_size=1, rate=1.0, seed=1))
    )
    found = steps(events)
    assert found[-1]["train_loss"] < found[0]["train_loss"]
    margins = [event["preference_margin"] for event in events if "preference_margin" in event]
    assert len(margins) == (3 if "input" in row else 0)


def test_decisions_cover_calls_arguments_and_the_end(files):
    example = next(read_examples(files / "train"))
    known = {api: noted["names"] for api, noted in notes_of([example])["apis"].items()}
    found = list(decisions_of(example, known))
    assert [d.target for d in found if d.slot == "api"] == [*(call.api for call in example.calls), END]
    assert {d.slot.split(":")[0] for d in found} == {"api", "arg", "val"}


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("Lisbon", "copy:after"),
        (3, "copy:after"),
        ("a-77", "copy:as"),
        (True, "copy:switch"),
        (["red", "blue"], "copy:list"),
        ("x@example.com", "copy:email"),
        ("${steps.1.order.id}", "ref:make_order:order.id"),
        ("fast", 'const:"fast"'),
    ],
)
def test_it_tells_where_a_value_comes_from(value, source):
    task = "Ship to city Lisbon with count of 3, a-77 as city, city switched on, for x@example.com. Use city red and blue."
    names = {3: "count", "x@example.com": "mail", "fast": "mode"}
    name = names.get(value, "city") if not isinstance(value, list) else "city"
    if isinstance(value, list):
        task = "Use city red and blue."
    assert source_of(name, value, task, ["make_order"], Counter()) == source


def test_a_task_is_cut_where_it_goes_on():
    assert len(parts("Please do this. Then do that. Finally, close it.")) == 3
    assert copied("number", "x", "take 3 or 4", 1) == "4"


def test_an_answer_is_fitted_to_its_schema():
    schema = {
        "type": "object",
        "properties": {
            "n": {"type": "integer"},
            "arguments": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "value_json": {"type": "string"}},
                },
            },
            "kind": {"enum": ["a"]},
        },
    }
    assert conform({"arguments": {"x": 1}, "extra": 1}, schema) == {
        "n": 0,
        "arguments": [{"name": "x", "value_json": "1"}],
        "kind": "a",
    }
