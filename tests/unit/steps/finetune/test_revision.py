"""A fine-tune takes a revision: its files, its counts, and the job before it stays."""

from __future__ import annotations

from copy import replace

import orjson
import pytest

from shared import names
from shared.contracts.messages import FineTune
from shared.errors import BadRequestError
from shared.finetune.job import Job
from shared.finetune.transitions import State
from shared.runs import paths
from shared.steps.finetune.start_finetune import start_finetune
from tests.builders.answers import assert_problem, read
from tests.builders.pipeline import Pipeline
from tests.builders.reviews import decide, on, publish, published, rows

MODEL = {"model": "gpt-4.1-mini-2025-04-14"}


async def _job(pipeline: Pipeline, run: str, path: str = "job.json") -> Job:
    blob = await pipeline.storage.read(names.RUNS, paths.finetune(run, path))
    assert blob is not None
    return Job.from_json(blob.data)


async def _revised() -> tuple[Pipeline, str]:
    pipeline, run = await published(40)
    entries = await rows(pipeline, run, split="train")
    await decide(pipeline, run, *(on(entry, "reject") for entry in entries[:3]))
    await publish(pipeline, run)
    return pipeline, run


async def test_a_job_on_a_revision_trains_on_its_files_and_the_job_before_stays() -> None:
    pipeline, run = await _revised()
    deps = pipeline.app.deps
    await start_finetune(FineTune(run, MODEL), deps)
    first = await _job(pipeline, run)
    assert (first.revision, first.files["train"].path) == (0, "sft/train.jsonl")
    ended = replace(first, state=State.COMPLETE)
    await pipeline.storage.write(names.RUNS, paths.job(run), ended.to_json())
    await start_finetune(FineTune(run, MODEL, again=1, revision=1), deps)
    job = await _job(pipeline, run)
    manifest = orjson.loads(pipeline.published(run)["revisions/1/manifest.json"])
    assert (job.state, job.revision) == (State.REQUESTED, 1)
    assert job.files["train"].path == "revisions/1/sft/train.jsonl"
    assert job.files["train"].rows == manifest["split"]["train"] == first.files["train"].rows - 3
    assert await _job(pipeline, run, "1/job.json") == ended


async def test_a_revision_that_is_not_there_is_refused() -> None:
    pipeline, run = await _revised()
    with pytest.raises(BadRequestError) as caught:
        await start_finetune(FineTune(run, MODEL, revision=2), pipeline.app.deps)
    assert caught.value.code == "not_published"
    api = pipeline.app.api
    for route in (api.finetune, api.finetune_estimate):
        assert_problem(await route(run, b'{"revision": 2}'), 404, "unknown_revision")
        assert_problem(await route(run, b'{"revision": "1"}'), 400, "bad_option")


async def test_what_a_fine_tune_on_a_revision_would_cost_is_reckoned_by_its_rows() -> None:
    pipeline, run = await _revised()
    api = pipeline.app.api
    body = {**MODEL, "n_epochs": 2}
    first = read(await api.finetune_estimate(run, orjson.dumps(body)))["estimate"]
    later = read(await api.finetune_estimate(run, orjson.dumps({**body, "revision": 1})))["estimate"]
    assert later["train_tokens"] < first["train_tokens"]
