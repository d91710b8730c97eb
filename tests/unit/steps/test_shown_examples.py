"""What people approved teaches the next run: gathered once, valid, fitting, and never in what it is measured on."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson
import pytest

from shared import names
from shared.contracts.messages import RunRequest
from shared.dataset.row_index import called
from shared.errors import PermanentError
from shared.runs import paths
from shared.steps.start_run import start_run
from tests.builders.catalogs import shop
from tests.builders.pipeline import Pipeline
from tests.builders.reviews import asked, decide, on, own_example, publish, row, rows
from tests.builders.simple_form import simple_document
from tests.builders.teachers import PlanningTeacher


class Listening(PlanningTeacher):
    """Keeps what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Any] = []

    async def complete(self, request: Any) -> Any:
        self.asked.append(request)
        return await super().complete(request)


async def _start(pipeline: Pipeline, **options: Any) -> str:
    """Start a run of the shop's document, as a request does."""
    await pipeline.storage.write(names.CATALOGS, "shop.json", simple_document(shop()))
    chosen = {"samples": 30, "judge_sample": 0, **options}
    return await start_run(RunRequest("catalogs/shop.json", options=chosen), pipeline.app.deps)


async def _reviewed(pipeline: Pipeline) -> tuple[str, list[str]]:
    """A run with two approved rows and one that somebody wrote; the run and their tasks."""
    run = await _start(pipeline)
    await pipeline.drain()
    one, two, three = (await rows(pipeline, run, status="accepted"))[:3]
    await decide(pipeline, run, on(one, "approve"), on(two, "approve"), on(three, "reject"))
    record = (await row(pipeline, run, one["index"]))["record"]
    example = own_example(record, "For my aunt in the country, and soon:")
    await pipeline.app.api.add_examples(run, asked({"examples": [example]}))
    return run, [one["task"], two["task"], example["task"]]


def _examples(request: Any) -> list[dict[str, Any]]:
    """The examples of a prompt."""
    told = request.messages[1]["content"]
    if not told.startswith("## Examples"):
        return []
    lines = told.split("## Assignment")[0].strip().splitlines()
    return [orjson.loads(line) for line in lines if line.startswith("{")]


async def test_a_run_shows_what_people_approved_and_wrote_after_the_shared_beginning() -> None:
    teacher = Listening()
    pipeline = Pipeline(teacher)
    run, tasks = await _reviewed(pipeline)
    teacher.asked.clear()
    later = await _start(pipeline, examples_from=run, seed=5)
    await pipeline.drain()
    shown = {one["task"] for request in teacher.asked for one in _examples(request)}
    assert shown and shown <= set(tasks)
    assert len({request.messages[0]["content"] for request in teacher.asked}) == 1
    assert all(len(_examples(request)) <= 3 for request in teacher.asked)
    kept = await pipeline.storage.read(names.RUNS, paths.shown_examples(later))
    assert kept is not None and kept.data.count(b"\n") == len(tasks)


async def test_an_index_always_gets_the_same_examples_and_they_call_its_focus() -> None:
    told: list[dict[str, list[str]]] = []
    for _ in range(2):
        teacher = Listening()
        pipeline = Pipeline(teacher)
        run, _ = await _reviewed(pipeline)
        teacher.asked.clear()
        await _start(pipeline, examples_from=run, seed=5)
        await pipeline.drain()
        found = {}
        for request in teacher.asked:
            text = request.messages[1]["content"]
            assignment = orjson.loads(text.split("## Assignment", 1)[1].strip().splitlines()[0])
            shown = _examples(request)
            found[str(assignment["index"])] = [one["task"] for one in shown]
            for one in shown:
                assert {step["api"] for step in one["steps"]} & set(assignment["focus"])
        told.append(found)
    assert told[0] == told[1]


async def test_a_record_that_repeats_an_example_is_a_duplicate() -> None:
    pipeline = Pipeline()
    run = await _start(pipeline)
    await pipeline.drain()
    seen = (await rows(pipeline, run, status="accepted"))[:4]
    await decide(pipeline, run, *(on(one, "approve") for one in seen))
    later = await _start(pipeline, examples_from=run, samples=30, top_up=False, max_attempts=2)
    await pipeline.drain()
    examples = {one["task"] for one in seen}
    assert not examples & {record["task_nl"] for record in pipeline.dataset(later)}
    rejected = [orjson.loads(line) for line in pipeline.published(later)["rejected.jsonl"].splitlines()]
    copies = [one for one in rejected if one.get("task") in examples]
    assert {one["reason"] for one in copies} == {"duplicate"}
    assert all("example" in one["errors"][0]["message"] and "repeats" not in one for one in copies)
    assert len(copies) == len(examples)


async def test_a_revision_and_a_file_are_sources_too() -> None:
    teacher = Listening()
    pipeline = Pipeline(teacher)
    run, tasks = await _reviewed(pipeline)
    await publish(pipeline, run)
    teacher.asked.clear()
    await _start(pipeline, examples_from=f"{run}@1", seed=5)
    await pipeline.drain()
    assert {one["task"] for request in teacher.asked for one in _examples(request)} <= set(tasks)
    records = pipeline.dataset(run)[:5]
    lines = [{"task": r["task_nl"], "plan": r["plan"]} for r in records[:2]] + records[2:]
    await pipeline.storage.write(names.CATALOGS, "good.jsonl", b"\n".join(map(orjson.dumps, lines)))
    teacher.asked.clear()
    later = await _start(pipeline, examples_from="catalogs/good.jsonl", seed=6)
    await pipeline.drain()
    kept = await pipeline.storage.read(names.RUNS, paths.shown_examples(later))
    assert kept is not None
    assert [orjson.loads(line)["task_nl"] for line in kept.data.splitlines()] == [
        r["task_nl"] for r in records
    ]
    assert any(_examples(request) for request in teacher.asked)


async def test_what_is_not_valid_against_the_catalog_is_told_and_not_shown() -> None:
    teacher = Listening()
    pipeline = Pipeline(teacher)
    run = await _start(pipeline)
    await pipeline.drain()
    good, bad = pipeline.dataset(run)[:2]
    bad = deepcopy(bad)
    bad["plan"]["steps"][0]["api"] = "gone_since"
    data = b"\n".join(orjson.dumps(one) for one in (good, bad))
    await pipeline.storage.write(names.CATALOGS, "mixed.jsonl", data)
    teacher.asked.clear()
    later = await _start(pipeline, examples_from="catalogs/mixed.jsonl")
    await pipeline.drain()
    context = await pipeline.app.deps.runs.context(later)
    (told,) = [d for d in context.catalog.diagnostics if d.code == "example_left_out"]
    assert bad["task_id"] in told.where and "unknown_api" in told.message
    assert context.spec.diagnostics == len(context.catalog.diagnostics)
    assert "gone_since" not in str([request.messages for request in teacher.asked])


async def test_a_revision_of_such_a_run_keeps_the_examples_out() -> None:
    pipeline = Pipeline()
    run, tasks = await _reviewed(pipeline)
    later = await _start(pipeline, examples_from=run)
    await pipeline.drain()
    first = (await rows(pipeline, later, status="accepted"))[0]
    await decide(pipeline, later, on(first, "reject"))
    await publish(pipeline, later)
    lines = pipeline.published(later)["revisions/1/dataset.jsonl"].splitlines()
    assert not set(tasks) & {orjson.loads(line)["task_nl"] for line in lines}


@pytest.mark.parametrize(
    "source",
    [
        "nobody-0123456789",
        "nobody-0123456789@1",
        "catalogs/none.jsonl",
        "catalogs/../x",
        "catalogs/shop.json",
        "out/run",
        "a run",
        7,
    ],
)
async def test_a_source_that_is_none_is_refused_before_anything_is_paid(source: Any) -> None:
    teacher = Listening()
    pipeline = Pipeline(teacher)
    with pytest.raises(PermanentError) as caught:
        await _start(pipeline, examples_from=source)
    assert caught.value.code == "bad_option" and "examples_from" in caught.value.message
    assert teacher.asked == []


async def test_a_run_of_which_nobody_approved_anything_is_no_source() -> None:
    pipeline = Pipeline()
    run = await _start(pipeline)
    await pipeline.drain()
    with pytest.raises(PermanentError, match="anybody approved"):
        await _start(pipeline, examples_from=run, seed=1)


def test_what_an_example_calls_is_known() -> None:
    assert called({"plan": {"steps": [{"api": "a"}, {"api": "b"}, {"api": "a"}]}}) == ("a", "b")
