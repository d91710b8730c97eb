"""Other systems hear of each thing once in effect, wherever a process dies and whatever comes again."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared import names
from shared.contracts import schema
from shared.http.uploads import Sent
from shared.runs import paths
from tests.builders.pipeline import Crash, Pipeline

CATALOG = orjson.dumps(
    {"name": "Shop", "apis": [{"name": "list_orders", "method": "GET", "path": "/orders"}]}
)
REQUEST: dict[str, Any] = {
    "catalog": "catalogs/shop.json",
    "options": {"samples": 3, "judge_sample": 0, "top_up": False},
}
WHOLE = ["plansmith.run.started", "plansmith.dataset.published"]


async def _started(pipeline: Pipeline) -> None:
    await pipeline.storage.write(names.CATALOGS, "shop.json", CATALOG)
    await pipeline.queue.send(_request())


def _request() -> Any:
    from shared.contracts.messages import RunRequest

    return RunRequest("catalogs/shop.json", options=REQUEST["options"])


async def _to_the_end(pipeline: Pipeline) -> list[dict[str, Any]]:
    """All events, once nothing is left to do."""
    for _ in range(3):
        await pipeline.drain()
        await pipeline.reconcile()
    return pipeline.queue.take(names.RUN_EVENTS)


async def _side_effects() -> int:
    """How many side effects a run without a crash has."""
    pipeline = Pipeline()
    await _started(pipeline)
    pipeline.fuse.left = 10**6
    await pipeline.drain()
    return 10**6 - pipeline.fuse.left


async def test_a_run_is_told_of_twice_its_start_and_its_dataset() -> None:
    pipeline = Pipeline()
    await _started(pipeline)
    events = await _to_the_end(pipeline)
    assert [event["type"] for event in events] == WHOLE
    assert len({event["id"] for event in events}) == 2
    from jsonschema_rs import validator_for

    for event in events:
        validator_for(schema("run-events")).validate(event)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_wherever_a_process_dies_each_event_is_told_once_in_effect(after: bool) -> None:
    for left in range(await _side_effects()):
        pipeline = Pipeline()
        await _started(pipeline)
        pipeline.fuse.left, pipeline.fuse.after = left, after
        events = await _to_the_end(pipeline)
        told = {event["id"]: event for event in events}
        assert sorted(event["type"] for event in told.values()) == sorted(WHOLE), left
        assert all(event == told[event["id"]] for event in events), "a repetition is the same in every byte"
        assert [path async for path in pipeline.storage.list(names.RUNS, paths.OUTBOX)] == []


async def test_a_start_that_died_by_http_is_told_by_reconcile() -> None:
    """Nobody sends such a request again, so what it was about to tell must not depend on it."""
    for left in range(12):
        pipeline = Pipeline()
        await pipeline.storage.write(names.CATALOGS, "shop.json", CATALOG)
        pipeline.fuse.left = left
        try:
            await pipeline.app.api.start(Sent(orjson.dumps(REQUEST)))
        except (Crash, BaseExceptionGroup):
            pipeline.app = pipeline.new_process()
        pipeline.fuse.left = None
        events = await _to_the_end(pipeline)
        exists = [
            info.path async for info in pipeline.storage.list(names.RUNS) if info.path.endswith("/spec.json")
        ]
        told = {event["id"]: event["type"] for event in events}
        assert sorted(told.values()) == (sorted(WHOLE) if exists else []), left


async def test_what_was_told_is_not_told_again() -> None:
    pipeline = Pipeline()
    for _ in range(3):
        await pipeline.app.deps.outbox.tell("run.failed", "shop-0123456789", {"code": "x", "message": "y"})
        await pipeline.clock.sleep(100)
    assert len(pipeline.queue.take(names.RUN_EVENTS)) == 1


async def test_an_event_that_cannot_be_read_keeps_no_other_from_being_sent() -> None:
    pipeline = Pipeline()
    await pipeline.storage.write(names.RUNS, paths.unsent_event("aaa-0123456789", "run.failed"), b"no event")
    pipeline.fuse.left = 1
    with pytest.raises(Crash):
        await pipeline.app.deps.outbox.tell("run.failed", "shop-0123456789", {})
    await pipeline.reconcile()
    assert [event["id"] for event in pipeline.queue.take(names.RUN_EVENTS)] == ["shop-0123456789/run.failed"]


async def test_two_jobs_of_a_run_are_two_events() -> None:
    pipeline = Pipeline()
    for job in ("ftjob-1", "ftjob-2", "ftjob-2"):
        await pipeline.app.deps.outbox.tell(
            "finetune.succeeded", "shop-0123456789", {"job_id": job}, part=job
        )
    told = [event["id"] for event in pipeline.queue.take(names.RUN_EVENTS)]
    assert told == [f"shop-0123456789/finetune.succeeded/ftjob-{number}" for number in (1, 2)]


async def test_a_name_that_a_service_gave_stays_below_the_run() -> None:
    pipeline = Pipeline()
    await pipeline.app.deps.outbox.tell("finetune.failed", "shop-0123456789", {}, part="../../x")
    stored = [info.path async for info in pipeline.storage.list(names.RUNS, "shop-0123456789/events/")]
    assert stored == ["shop-0123456789/events/finetune.failed.------x.json"]
