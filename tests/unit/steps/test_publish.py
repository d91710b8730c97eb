"""A run that is all in is published whole, once, with the samples it was asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from shared import names
from shared.errors import PermanentError
from tests.builders.pipeline import Crash, Pipeline
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


class _DyingBetweenFiles:
    """Storage whose process dies when that many files of a dataset are whole."""

    def __init__(self, store: Any, whole: int) -> None:
        self._store, self._left = store, whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def open_write(self, container: str, path: str, **more: Any) -> AsyncIterator[Any]:
        async with self._store.open_write(container, path, **more) as writer:
            yield writer
            self._left -= container == names.DATASETS
            if self._left < 0:
                raise Crash


@pytest.mark.parametrize("whole", [0, 9, 17])
async def test_a_process_that_dies_between_two_files_publishes_nothing_and_its_successor_all(
    whole: int,
) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=8)
    await pipeline.drain()
    first = pipeline.published(run)
    for path in first:
        await pipeline.storage.delete(names.DATASETS, f"{run}/{path}")
    pipeline.app = pipeline.new_process(store=_DyingBetweenFiles(pipeline.storage, whole))
    assert not await pipeline.deliver(names.PUBLISH, {"run_id": run})
    assert len(pipeline.published(run)) == whole
    assert "manifest.json" not in pipeline.published(run)
    await pipeline.deliver(names.PUBLISH, {"run_id": run}, dequeue_count=2)
    assert pipeline.published(run) == first
