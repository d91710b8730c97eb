"""What a run looks like from outside, however many look at once."""

from __future__ import annotations

import asyncio
from typing import Any

from shared import names
from shared.http.status import StatusReader
from shared.runs import paths
from tests.builders.pipeline import Pipeline
from tests.builders.slow_log import SlowLog


async def _begun(pipeline: Pipeline) -> tuple[str, list[dict[str, Any]]]:
    """A run of 20 records, and their messages."""
    run = await pipeline.start(samples=20)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    return run, pipeline.queue.take(names.GENERATE_RECORDS)


async def _make(pipeline: Pipeline, messages: list[dict[str, Any]]) -> None:
    for message in messages:
        await pipeline.deliver(names.GENERATE_RECORDS, message)


async def test_looks_at_the_same_time_count_every_outcome_once() -> None:
    pipeline = Pipeline()
    run, messages = await _begun(pipeline)
    deps = pipeline.app.deps
    reader = StatusReader(deps.store, deps.runs, SlowLog(deps.log))
    for first in range(0, 20, 5):
        await _make(pipeline, messages[first : first + 5])
        views = await asyncio.gather(reader.status(run), reader.status(run), reader.status(run))
        done = first + 5
        assert [(v["counts"]["done"], v["tokens"]["total"]) for v in views if v] == [(done, done * 120)] * 3


async def test_a_look_while_a_line_is_being_written_counts_it_once_it_is_whole() -> None:
    pipeline = Pipeline()
    run, messages = await _begun(pipeline)
    await _make(pipeline, messages[:3])
    path = paths.log(run, 0)
    line = (
        (await pipeline.app.deps.log.read(path))
        .splitlines(keepends=True)[0]
        .replace(b'"index":0', b'"index":7')
    )
    for part, done in ((line[:100], 3), (line[100:], 4)):
        await pipeline.app.deps.log.append(path, part)
        views = await asyncio.gather(*(pipeline.app.api.reader.status(run) for _ in range(2)))
        assert [view and view["counts"]["done"] for view in views] == [done, done]
