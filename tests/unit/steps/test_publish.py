"""A run that is all in is published whole, once, with the samples it was asked for."""

from __future__ import annotations

import orjson

from shared import names
from shared.errors import PermanentError
from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher


async def test_a_run_is_published_with_every_index_accounted_for() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=12)
    await pipeline.drain()
    manifest = orjson.loads(pipeline.published(run)["manifest.json"])
    assert manifest["counts"]["accepted"] + manifest["counts"]["rejected"] == 12
    assert len(pipeline.dataset(run)) == manifest["counts"]["accepted"] == 12
    assert [event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)] == [
        "plansmith.dataset.published"
    ]
    assert await pipeline.app.deps.runs.open_runs() == []


async def test_a_cancelled_run_publishes_what_is_accepted() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=6)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    messages = pipeline.queue.take(names.GENERATE_RECORDS)
    for message in messages[:2]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    assert (await pipeline.app.api.cancel(run)).status == 202
    for message in messages[2:]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    await pipeline.drain()
    view = await pipeline.app.api.reader.status(run)
    assert view is not None
    assert (view["status"], view["counts"]["accepted"], view["counts"]["rejected"]) == ("cancelled", 2, 4)


async def test_rejected_records_are_topped_up_to_exactly_the_samples_asked_for() -> None:
    def fault(index: int, calls: int) -> None:
        if index < 4:
            raise PermanentError("filtered", code="content_filter")

    pipeline = Pipeline(PlanningTeacher(fault))
    run = await pipeline.start(samples=10)
    await pipeline.drain()
    manifest = orjson.loads(pipeline.published(run)["manifest.json"])
    assert (manifest["counts"]["accepted"], manifest["counts"]["rejected"]) == (10, 4)


async def test_a_dataset_is_republished_with_the_same_bytes() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=8)
    await pipeline.drain()
    first = pipeline.published(run)
    for path in first:
        await pipeline.storage.delete(names.DATASETS, f"{run}/{path}")
    pipeline.app = pipeline.new_process()
    await pipeline.deliver(names.PUBLISH, {"run_id": run})
    assert pipeline.published(run) == first
