"""What is refused when a run is asked for."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from shared import names
from shared.catalog import ingest as reading
from shared.contracts.messages import RunRequest
from shared.errors import BadRequestError
from shared.steps.start_run import start_run, wants_start
from tests.builders.counting_store import CountingStore
from tests.builders.pipeline import Pipeline


@pytest.mark.parametrize("depth", [300, 900])
async def test_options_nested_too_deeply_are_refused(depth: int) -> None:
    pipeline = Pipeline()
    await pipeline.storage.write(names.CATALOGS, "x.json", b"{}")
    nested: list[object] = []
    for _ in range(depth):
        nested = [nested]
    with pytest.raises(BadRequestError):
        await start_run(RunRequest("catalogs/x.json", options={"seed_tasks": nested}), pipeline.app.deps)


async def test_metadata_nested_too_deeply_are_a_failed_run_that_says_so() -> None:
    pipeline = Pipeline()
    options = '{"seed_tasks": ' + "[" * 300 + "]" * 300 + "}"
    data = b'{"apis": [{"name": "a", "method": "GET", "url": "https://x.example/a"}]}'
    await pipeline.storage.write(names.CATALOGS, "x.json", data, metadata={"options": options})
    await pipeline.app.catalog_uploaded("x.json")
    (run,) = await pipeline.app.deps.runs.newest(5)
    failure = await pipeline.app.deps.runs.failure(run)
    assert failure is not None and "deeply nested" in failure.message


@pytest.mark.parametrize("effects", range(5))
async def test_a_failed_start_is_told_even_if_its_first_delivery_died(effects: int) -> None:
    pipeline = Pipeline()
    await pipeline.storage.write(names.CATALOGS, "bad.json", b"{}")
    body = {"catalog": "catalogs/bad.json"}
    pipeline.fuse.left = effects
    await pipeline.deliver(names.RUN_REQUESTS, body)
    pipeline.fuse.left = None
    await pipeline.deliver(names.RUN_REQUESTS, body, dequeue_count=2)
    assert {event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)} == {"plansmith.run.failed"}


async def test_options_are_one_run_whether_metadata_or_a_message_says_them() -> None:
    pipeline = Pipeline()
    data = b'{"apis": [{"name": "a", "method": "GET", "path": "/a"}]}'
    await pipeline.storage.write(names.CATALOGS, "x.json", data, metadata={"samples": "2"})
    await pipeline.app.catalog_uploaded("x.json")
    again = await start_run(RunRequest("catalogs/x.json", options={"samples": 2}), pipeline.app.deps)
    assert await pipeline.app.deps.runs.newest(5) == [again]


@pytest.mark.parametrize(
    ("metadata", "wanted"), [({"Start": "False"}, False), ({"start": "true"}, True), ({}, True)]
)
async def test_whether_an_upload_starts_a_run_is_known_without_reading_it(
    metadata: dict[str, str], wanted: bool
) -> None:
    pipeline = Pipeline()
    await pipeline.storage.write(names.CATALOGS, "big.json", b"x" * 100, metadata=metadata)
    store = CountingStore(pipeline.storage)
    assert await wants_start("big.json", store) is wanted
    assert store.asked == [("properties", names.CATALOGS, "big.json")]


@pytest.mark.parametrize("path", ["none.json", "../secret"])
async def test_an_upload_that_is_gone_is_left_to_the_start_to_refuse(path: str) -> None:
    assert await wants_start(path, Pipeline().storage)


async def test_uploads_are_read_one_at_a_time_while_the_event_loop_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each reading waits until the loop, which it would block otherwise, lets it go on."""
    pipeline = Pipeline()
    go_on, ingest = threading.Event(), reading.ingest
    at_once, most = 0, 0

    def slow(*arguments: Any, **options: Any) -> Any:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        assert go_on.wait(timeout=20), "the event loop stood still"
        at_once -= 1
        return ingest(*arguments, **options)

    monkeypatch.setattr(reading, "ingest", slow)
    for name in ("a", "b", "c"):
        data = b'{"apis": [{"name": "%s", "method": "GET", "path": "/a"}]}' % name.encode()
        await pipeline.storage.write(names.CATALOGS, f"{name}.json", data, metadata={"samples": "1"})
    async with asyncio.TaskGroup() as tasks:
        for name in ("a", "b", "c"):
            tasks.create_task(start_run(RunRequest(f"catalogs/{name}.json"), pipeline.app.deps))
        while not at_once:
            await asyncio.sleep(0.001)
        go_on.set()
    assert most == 1
    assert len(await pipeline.app.deps.runs.newest(5)) == 3
