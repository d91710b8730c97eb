"""Two students compared: fixed, broken and the same, and what cannot be compared is said."""

from __future__ import annotations

from copy import replace

from shared import names
from shared.finetune.job import Job
from shared.finetune.transitions import State
from shared.runs import paths
from tests.builders.answers import assert_problem, read
from tests.builders.pipeline import Pipeline
from tests.builders.report import Page
from tests.builders.students import add_student

OTHER = "shop-abcdef0123"


async def _measured() -> tuple[Pipeline, str]:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.start(run_id=OTHER, samples=3)
    await pipeline.drain()
    await add_student(pipeline, run, right_each=2)
    await add_student(pipeline, OTHER, right_each=3)
    return pipeline, run


async def test_each_task_is_fixed_broken_or_the_same() -> None:
    pipeline, run = await _measured()
    answer = await pipeline.app.api.compare({"a": run, "b": OTHER})
    found = read(answer)
    # Wrong were 0, 2, 4, 6, 8, 10; wrong are 0, 3, 6, 9.
    assert found["counts"] == {"fixed": 4, "broken": 2, "same": 6}
    assert (await pipeline.app.api.compare({"a": run, "b": OTHER}, answer.headers["ETag"])).status == 304
    back = read(await pipeline.app.api.compare({"a": OTHER, "b": run}))
    assert back["counts"] == {"fixed": 2, "broken": 4, "same": 6}


async def test_the_page_shows_the_kind_that_is_asked_for() -> None:
    pipeline, run = await _measured()
    for kind, count in (("broken", 2), ("fixed", 4), ("same", 6), ("", 6)):
        answer = await pipeline.app.api.compare_part({"a": run, "b": OTHER, "show": kind})
        page = Page(answer.body)
        assert len(page.named("details")) == count
        assert (page.unbalanced, page.open) == ([], [])


async def test_an_earlier_job_of_a_run_can_be_compared() -> None:
    pipeline, run = await _measured()
    blob = await pipeline.storage.read(names.DATASETS, paths.answers(OTHER))
    assert blob is not None
    place = paths.finetune(run, "1/evaluation/tasks.jsonl")
    await pipeline.storage.write(names.DATASETS, place, blob.data)
    assert read(await pipeline.app.api.compare({"a": f"{run}:1", "b": OTHER}))["counts"]["same"] == 12


async def test_the_newest_student_of_a_revision_can_be_compared() -> None:
    pipeline, run = await _measured()
    storage, api = pipeline.storage, pipeline.app.api
    job = Job(run, State.COMPLETE, revision=2)
    await storage.write(names.RUNS, paths.job(run), job.to_json())
    found = read(await api.compare({"a": f"{run}@2", "b": OTHER}))
    assert found["counts"] == {"fixed": 4, "broken": 2, "same": 6}
    assert_problem(await api.compare({"a": f"{run}@0", "b": OTHER}), 400, "no_evaluation")
    blob = await storage.read(names.DATASETS, paths.answers(OTHER))
    assert blob is not None
    for number in (1, 2):
        old = replace(job, revision=number % 2)
        await storage.write(names.RUNS, paths.finetune(run, f"{number}/job.json"), old.to_json())
    place = paths.finetune(run, "2/evaluation/tasks.jsonl")
    await storage.write(names.DATASETS, place, blob.data)
    assert read(await api.compare({"a": f"{run}@0", "b": OTHER}))["counts"]["same"] == 12
    assert_problem(await api.compare({"a": f"{run}@1", "b": OTHER}), 400, "no_evaluation")


async def test_what_cannot_be_compared_is_said() -> None:
    pipeline, run = await _measured()
    api = pipeline.app.api
    assert_problem(await api.compare({"a": run, "b": "shop-9999999999"}), 400, "no_evaluation")
    assert_problem(await api.compare({"a": run}), 400, "bad_request")
    assert_problem(await api.compare({"a": "../x", "b": run}), 400, "bad_request")
    assert_problem(await api.compare({"a": run, "b": OTHER, "arm": "nobody"}), 400, "bad_arm")
    assert_problem(await api.compare({"a": run, "b": OTHER, "arm": "base"}), 400, "other_tasks")
    assert_problem(await api.compare_part({"a": run, "b": OTHER, "show": "<b>"}), 400, "bad_filter")
