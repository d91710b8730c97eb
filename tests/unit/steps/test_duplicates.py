"""The same thing told twenty times is done once."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from shared import names
from shared.catalog.serialize import to_json
from shared.ports.teacher import TeacherReply, TeacherRequest
from tests.builders.catalogs import shop
from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher

TIMES = 20


@pytest.mark.parametrize("queue", [names.FAN_OUT, names.GENERATE_RECORDS, names.AGGREGATE, names.PUBLISH])
async def test_a_message_sent_twenty_times_pays_and_tells_once(queue: str) -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=6)
    while not any(name == queue for name, _, _ in pipeline.queue.sent):
        name, body, _ = pipeline.queue.sent.pop(0)
        await pipeline.deliver(name, body)
    copies = [entry for entry in pipeline.queue.sent if entry[0] == queue]
    pipeline.queue.sent += [
        (name, dict(body), delay) for name, body, delay in copies for _ in range(TIMES - 1)
    ]
    await pipeline.drain(shuffle=True)
    assert set(teacher.calls.values()) == {1}
    assert len(pipeline.dataset(run)) == 6
    events = [event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)]
    assert events == ["plansmith.dataset.published"]


class _WaitingTeacher(PlanningTeacher):
    """Answers once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        await self.go.wait()
        return await super().complete(request)


async def test_a_message_that_comes_again_while_its_call_is_under_way_or_done_pays_nothing() -> None:
    teacher = _WaitingTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=3, top_up=False)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    messages = pipeline.queue.take(names.GENERATE_RECORDS)
    under_way = [
        asyncio.create_task(pipeline.deliver(names.GENERATE_RECORDS, message)) for message in messages * TIMES
    ]
    await asyncio.sleep(0)
    teacher.go.set()
    await asyncio.gather(*under_way)
    for message in messages:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    assert teacher.calls == {0: 1, 1: 1, 2: 1}
    assert sorted(line["index"] for line in pipeline.outcomes(run)) == [0, 1, 2]


async def _upload(pipeline: Pipeline) -> None:
    apis = orjson.loads(to_json(shop()))["apis"]
    simple = {
        "apis": [
            {"name": api["name"], "method": "POST", "url": f"https://x.example/{api['name']}"} for api in apis
        ]
    }
    await pipeline.storage.write(names.CATALOGS, "shop.json", orjson.dumps(simple))


async def test_twenty_requests_are_one_run_and_one_announcement() -> None:
    pipeline = Pipeline()
    await _upload(pipeline)
    body = {"catalog": "catalogs/shop.json", "options": {"samples": 3}}
    for _ in range(TIMES):
        await pipeline.deliver(names.RUN_REQUESTS, body)
    assert len(await pipeline.app.deps.runs.newest(50)) == 1
    assert len(pipeline.queue.take(names.FAN_OUT)) == 1
    assert [event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)] == ["plansmith.run.started"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effects", range(8))
async def test_a_start_that_crashed_is_completed_when_its_message_comes_back(
    effects: int, after: bool
) -> None:
    pipeline = Pipeline()
    await _upload(pipeline)
    pipeline.fuse.left, pipeline.fuse.after = effects, after
    body = {"catalog": "catalogs/shop.json", "options": {"samples": 3, "top_up": False}}
    await pipeline.deliver(names.RUN_REQUESTS, body)
    pipeline.fuse.left = None
    await pipeline.deliver(names.RUN_REQUESTS, body, dequeue_count=2)
    await pipeline.drain()
    (run,) = await pipeline.app.deps.runs.newest(50)
    assert "manifest.json" in pipeline.published(run)
    started = {event["id"] for event in pipeline.queue.take(names.RUN_EVENTS)}
    assert started == {f"{run}/run.started", f"{run}/dataset.published"}


async def test_a_bad_catalog_told_again_is_the_same_failed_run() -> None:
    pipeline = Pipeline()
    await pipeline.storage.write(names.CATALOGS, "bad.json", b"{}")
    for _ in range(TIMES):
        await pipeline.deliver(names.RUN_REQUESTS, {"catalog": "catalogs/bad.json"})
    assert len(await pipeline.app.deps.runs.newest(50)) == 1
    assert [event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)] == ["plansmith.run.failed"]
