"""What the student gains comes from its training file: with the answers shuffled the gain is gone."""

from __future__ import annotations

from random import Random
from statistics import mean

import orjson

from local.openai_emulator.student.answering import as_plan, plan_for
from local.openai_emulator.student.model import Student
from local.openai_emulator.student.training import Plan, train
from shared.finetune.measure.metrics import measured
from shared.finetune.measured_tasks import task_of
from tests.builders.emulator import chat_rows, jsonl


def quality(rows, unseen, folder):
    """Mean API F1 and argument-value accuracy over `unseen` rows of a student that learned from `rows`."""
    folder.mkdir()
    (folder / "train").write_bytes(jsonl(rows))
    out = folder / "out"
    plan = Plan(train=folder / "train", out=out, n_epochs=3, batch_size=4, rate=1.0, seed=7, validation=None)
    events = [event for event in train(plan) if "folder" in event]
    student = Student.load(out / events[-1]["folder"])
    found = []
    for row in unseen:
        reference = orjson.loads(row["messages"][-1]["content"])
        answer = as_plan(student, plan_for(student, task_of(row["messages"])))
        scores, _ = measured(answer, reference, shape=True, executable=True)
        found.append((scores["api_f1"], scores["argument_value_accuracy"] or 0.0))
    return mean(api for api, _ in found), mean(value for _, value in found)


def shuffled(rows):
    """The same tasks, each with another task's answer."""
    answers = [row["messages"][-1] for row in rows]
    Random(1).shuffle(answers)
    return [{"messages": [*row["messages"][:-1], answer]} for row, answer in zip(rows, answers, strict=True)]


def test_with_shuffled_answers_the_gain_vanishes(tmp_path):
    rows = chat_rows(260)
    learning, unseen = rows[:220], rows[220:]
    learned, learned_values = quality(learning, unseen, tmp_path / "right")
    chance, chance_values = quality(shuffled(learning), unseen, tmp_path / "shuffled")
    assert learned > 3 * chance
    assert learned > 0.3
    assert chance < 0.15
    assert learned_values > 2 * chance_values
