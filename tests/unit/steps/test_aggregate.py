"""A full segment is folded and counted once; whoever finds the whole run in says so."""

from __future__ import annotations

from typing import Any

import orjson

from shared import names
from shared.names import SEGMENT_SIZE
from shared.runs import paths
from tests.builders.pipeline import Pipeline


async def _generated(samples: int) -> tuple[Pipeline, str, list[dict[str, Any]]]:
    """A run whose records all have an outcome, and the messages that say which segments are full."""
    pipeline = Pipeline()
    run = await pipeline.start(samples=samples, top_up=False)
    for segment in range(-(-samples // SEGMENT_SIZE)):
        await pipeline.deliver(names.FAN_OUT, {"run_id": run, "segment": segment})
    for message in pipeline.queue.take(names.GENERATE_RECORDS):
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    return pipeline, run, pipeline.queue.take(names.AGGREGATE)


async def _counted(pipeline: Pipeline, run: str) -> list[dict[str, Any]]:
    blob = await pipeline.storage.read(names.RUNS, paths.progress(run))
    return [orjson.loads(line) for line in blob.data.splitlines()] if blob else []


async def _folded(pipeline: Pipeline, run: str, segment: int = 0) -> list[int]:
    blob = await pipeline.storage.read(names.RUNS, paths.segment(run, segment))
    return [orjson.loads(line)["index"] for line in blob.data.splitlines()] if blob else []


async def test_a_full_segment_is_folded_in_index_order_and_counted() -> None:
    pipeline, run, messages = await _generated(5)
    assert messages == [{"run_id": run, "segment": 0}]
    await pipeline.deliver(names.AGGREGATE, messages[0])
    assert await _folded(pipeline, run) == [0, 1, 2, 3, 4]
    assert [(line["segment"], line["done"]) for line in await _counted(pipeline, run)] == [(0, 5)]


async def test_a_segment_that_lacks_an_outcome_is_not_counted() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.deliver(names.FAN_OUT, {"run_id": run, "segment": 0})
    for message in pipeline.queue.take(names.GENERATE_RECORDS)[:2]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    await pipeline.deliver(names.AGGREGATE, {"run_id": run, "segment": 0})
    assert (await _folded(pipeline, run), await _counted(pipeline, run)) == ([], [])
    assert pipeline.queue.take(names.PUBLISH) == []


async def test_only_the_last_segment_sends_publish() -> None:
    pipeline, run, messages = await _generated(SEGMENT_SIZE + 2)
    first, last = sorted(messages, key=lambda message: message["segment"])
    await pipeline.deliver(names.AGGREGATE, last)
    assert pipeline.queue.take(names.PUBLISH) == []
    await pipeline.deliver(names.AGGREGATE, first)
    assert pipeline.queue.take(names.PUBLISH) == [{"run_id": run}]


async def test_a_message_that_comes_again_counts_nothing_and_says_publish_again() -> None:
    pipeline, run, messages = await _generated(3)
    for dequeue_count in (1, 2):
        await pipeline.deliver(names.AGGREGATE, messages[0], dequeue_count)
        pipeline.app = pipeline.new_process()
    assert len(await _counted(pipeline, run)) == 1
    assert pipeline.queue.take(names.PUBLISH) == [{"run_id": run}] * 2


async def test_a_process_that_died_before_counting_leaves_the_same_bytes_to_the_next() -> None:
    pipeline, run, messages = await _generated(3)
    pipeline.fuse.left, pipeline.fuse.after = 0, True
    assert not await pipeline.deliver(names.AGGREGATE, messages[0])
    written = await pipeline.storage.read(names.RUNS, paths.segment(run, 0))
    assert await _counted(pipeline, run) == []
    await pipeline.deliver(names.AGGREGATE, messages[0], dequeue_count=2)
    assert await pipeline.storage.read(names.RUNS, paths.segment(run, 0)) == written
    assert len(await _counted(pipeline, run)) == 1
