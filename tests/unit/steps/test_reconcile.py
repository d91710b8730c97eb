"""Lost work is found and sent again, once, and only what is missing; every run ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import replace
from typing import Any

import orjson
import pytest

from shared import names
from shared.catalog.serialize import to_json
from shared.contracts.messages import FanOut, GenerateRecord
from shared.errors import ConfigurationError, PermanentError
from shared.names import SEGMENT_SIZE
from shared.ports.storage import BlobWriter
from shared.steps import reconcile as step
from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher

LARGE = 2 * SEGMENT_SIZE + 20


async def _started(
    samples: int, teacher: PlanningTeacher | None = None, **options: Any
) -> tuple[Pipeline, str]:
    pipeline = Pipeline(teacher or PlanningTeacher())
    run = await pipeline.start(samples=samples, top_up=False, **options)
    for segment in range(1, -(-samples // SEGMENT_SIZE)):
        await pipeline.queue.send(FanOut(run, segment))
    return pipeline, run


def _planned(pipeline: Pipeline, run: str) -> int:
    counts = orjson.loads(pipeline.published(run)["manifest.json"])["counts"]
    return int(counts["accepted"] + counts["rejected"])


def _sent(pipeline: Pipeline) -> list[str]:
    return [queue for queue, _, _ in pipeline.queue.sent if queue != names.RUN_EVENTS]


async def test_a_start_that_died_before_its_fan_out_goes_on() -> None:
    pipeline, run = await _started(LARGE)
    pipeline.queue.take(names.FAN_OUT)
    await pipeline.reconcile()
    assert _sent(pipeline) == [names.FAN_OUT] * 3
    await pipeline.drain()
    assert _planned(pipeline, run) == LARGE


async def test_cleared_queues_cost_no_second_call_for_what_is_done() -> None:
    teacher = PlanningTeacher()
    pipeline, run = await _started(LARGE, teacher)
    for message in pipeline.queue.take(names.FAN_OUT)[:2]:
        await pipeline.deliver(names.FAN_OUT, message)
    for message in pipeline.queue.take(names.GENERATE_RECORDS)[::3]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    pipeline.queue.sent.clear()
    await pipeline.reconcile()
    await pipeline.drain()
    assert _planned(pipeline, run) == LARGE
    assert set(teacher.calls.values()) == {1}


@pytest.mark.parametrize("lost", [names.AGGREGATE, names.PUBLISH])
async def test_a_lost_message_between_two_steps_is_sent_again(lost: str) -> None:
    pipeline, run = await _started(5)
    while not pipeline.queue.take(lost):
        queue, body, _ = pipeline.queue.sent.pop(0)
        await pipeline.deliver(queue, body)
    await pipeline.reconcile()
    assert _sent(pipeline) == [lost]
    await pipeline.drain()
    assert _planned(pipeline, run) == 5


async def test_a_wave_whose_fan_out_vanished_is_begun() -> None:
    from shared.errors import PermanentError

    def fault(index: int, calls: int) -> None:
        if index < 4:
            raise PermanentError("filtered", code="content_filter")

    pipeline = Pipeline(PlanningTeacher(fault))
    run = await pipeline.start(samples=10)
    while (await pipeline.app.deps.runs.fresh_plan(run)).segments < 2:
        queue, body, _ = pipeline.queue.sent.pop(0)
        await pipeline.deliver(queue, body)
    pipeline.queue.sent.clear()
    await pipeline.reconcile()
    assert _sent(pipeline) == [names.FAN_OUT]
    await pipeline.drain()
    assert len(pipeline.dataset(run)) == 10


async def test_nothing_is_sent_while_messages_wait_and_the_run_is_young() -> None:
    pipeline, _ = await _started(LARGE)
    waiting = list(pipeline.queue.sent)
    await pipeline.clock.sleep(3000)
    await pipeline.app.reconcile()
    assert pipeline.queue.sent == waiting


async def test_nothing_is_sent_before_the_run_has_been_quiet_for_long() -> None:
    pipeline, _ = await _started(6)
    pipeline.queue.sent.clear()
    await pipeline.clock.sleep(pipeline.app.settings.stall_s - 1)
    await pipeline.app.reconcile()
    assert pipeline.queue.sent == []


async def test_the_same_work_is_not_sent_again_at_every_look() -> None:
    pipeline, _ = await _started(6)
    pipeline.queue.sent.clear()
    await pipeline.reconcile()
    pipeline.queue.sent.clear()
    await pipeline.app.reconcile()
    assert pipeline.queue.sent == []
    await pipeline.reconcile()
    assert _sent(pipeline) == [names.FAN_OUT]


async def test_work_lost_beside_a_busy_run_is_found_within_hours() -> None:
    pipeline, run = await _started(6)
    pipeline.queue.sent.clear()
    await pipeline.queue.send(GenerateRecord("other-0123456789", 0, 0))
    await pipeline.reconcile()
    assert [body["run_id"] for queue, body, _ in pipeline.queue.sent if queue == names.FAN_OUT] == [run]


async def test_segments_that_wait_for_their_turn_are_not_sent_again_while_the_run_goes_on() -> None:
    pipeline, _ = await _started(LARGE)
    for message in pipeline.queue.take(names.FAN_OUT):
        await pipeline.deliver(names.FAN_OUT, message)
    for _ in range(5):
        await pipeline.clock.sleep(1800)
        _, body, _ = pipeline.queue.sent.pop(0)
        await pipeline.deliver(names.GENERATE_RECORDS, body)
        waiting = list(pipeline.queue.sent)
        await pipeline.app.reconcile()
        assert pipeline.queue.sent == waiting


async def test_a_run_behind_a_busy_one_is_sent_again_ever_more_rarely() -> None:
    pipeline, _ = await _started(6)
    pipeline.queue.sent.clear()
    await pipeline.queue.send(GenerateRecord("other-0123456789", 0, 0))
    looks = 0
    for _ in range(40):
        await pipeline.clock.sleep(1801)
        await pipeline.app.reconcile()
        looks += len(pipeline.queue.take(names.FAN_OUT))
    assert looks == 4


async def test_a_look_sends_a_bounded_number_of_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "FAN_OUTS", 1)
    pipeline, run = await _started(LARGE)
    pipeline.queue.sent.clear()
    for _ in range(3):
        await pipeline.reconcile()
        assert _sent(pipeline) == [names.FAN_OUT]
        await pipeline.drain()
    assert _planned(pipeline, run) == LARGE


async def test_a_run_that_failed_without_being_closed_is_stopped_told_and_closed() -> None:
    pipeline, run = await _started(6)
    note = {"code": "forbidden", "message": "no", "name": "shop", "at": ""}
    await pipeline.storage.write(names.RUNS, f"{run}/failure.json", orjson.dumps(note))
    pipeline.queue.sent.clear()
    await pipeline.reconcile()
    assert [event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)] == ["plansmith.run.failed"]
    assert await pipeline.app.deps.runs.open_runs() == []
    assert await pipeline.app.deps.runs.standing(run).stop_reason() == "forbidden"


async def test_a_failure_is_told_while_the_queues_are_busy_with_others() -> None:
    pipeline, run = await _started(6)
    await pipeline.app.deps.runs.fail(run, PermanentError("no", code="forbidden"))
    await pipeline.clock.sleep(pipeline.app.settings.stall_s + 1)
    await pipeline.app.reconcile()
    assert [event["id"] for event in pipeline.queue.take(names.RUN_EVENTS)] == [f"{run}/run.failed"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effects", range(8))
async def test_a_failure_is_told_whenever_the_process_dies(effects: int, after: bool) -> None:
    def fault(index: int, calls: int) -> None:
        raise ConfigurationError("no deployment 'teacher'", code="unknown_deployment")

    pipeline, run = await _started(3, PlanningTeacher(fault))
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    pipeline.fuse.left, pipeline.fuse.after = effects, after
    await pipeline.drain()
    pipeline.fuse.left = None
    await pipeline.reconcile()
    await pipeline.drain()
    told = [(event["id"], event["data"]["code"]) for event in pipeline.queue.take(names.RUN_EVENTS)]
    assert set(told) == {(f"{run}/run.failed", "unknown_deployment")}
    assert await pipeline.app.deps.runs.open_runs() == []
    assert await pipeline.app.deps.runs.standing(run).stop_reason() == "unknown_deployment"


async def test_a_published_run_cannot_fail_any_more() -> None:
    pipeline, run = await _started(3)
    await pipeline.drain()
    assert not await pipeline.app.deps.runs.fail(run, PermanentError("no", code="forbidden"))
    assert await pipeline.app.deps.runs.failure(run) is None


async def test_a_start_that_failed_without_anybody_being_told_is_told() -> None:
    pipeline = Pipeline()
    await pipeline.app.deps.runs.fail(
        "shop-0123456789", PermanentError("no", code="bad_catalog"), name="shop"
    )
    await pipeline.reconcile()
    assert [event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)] == ["plansmith.run.failed"]
    assert await pipeline.app.deps.runs.open_runs() == []


@pytest.mark.parametrize(
    ("blob", "data"), [("log/odd.txt", b""), ("plan.json", b"no plan"), ("plan.json", None)]
)
async def test_a_run_whose_blobs_make_no_sense_keeps_no_other_from_its_look(
    blob: str, data: bytes | None
) -> None:
    pipeline, run = await _started(3)
    context = await pipeline.app.deps.runs.context(run)
    broken = "shop-0000000000"
    await pipeline.app.deps.runs.create(replace(context.spec, run_id=broken), to_json(context.catalog))
    if data is None:
        await pipeline.storage.delete(names.RUNS, f"{broken}/{blob}")
    else:
        await pipeline.storage.write(names.RUNS, f"{broken}/{blob}", data)
    pipeline.queue.sent.clear()
    await pipeline.reconcile()
    assert [body["run_id"] for body in pipeline.queue.take(names.FAN_OUT)] == [run]


async def test_a_run_that_fails_while_its_files_are_written_is_not_published() -> None:
    pipeline, run = await _started(3)
    original = pipeline.storage.open_write

    @asynccontextmanager
    async def failing(container: str, path: str, *, content_type: str = "") -> AsyncIterator[BlobWriter]:
        note = b'{"code": "forbidden", "message": "no", "name": "shop", "at": ""}'
        await pipeline.storage.write(names.RUNS, f"{run}/failure.json", note)
        async with original(container, path, content_type=content_type) as writer:
            yield writer

    pipeline.storage.open_write = failing  # type: ignore[method-assign]
    await pipeline.drain()
    assert "manifest.json" not in pipeline.published(run)
    await pipeline.reconcile()
    assert [event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)] == ["plansmith.run.failed"]


async def test_a_failure_that_came_after_the_manifest_does_not_count() -> None:
    pipeline, run = await _started(3)
    await pipeline.drain()
    note = {"code": "forbidden", "message": "no", "name": "shop", "at": ""}
    await pipeline.storage.write(names.RUNS, f"{run}/failure.json", orjson.dumps(note))
    await pipeline.storage.write(names.RUNS, f"_open/{run}", b"{}")
    await pipeline.storage.delete(names.RUNS, f"{run}/published.json")
    pipeline.queue.sent.clear()
    await pipeline.reconcile()
    await pipeline.drain()
    assert pipeline.queue.take(names.RUN_EVENTS) == []  # it was told when it was published
    view = await pipeline.app.api.reader.status(run)
    assert view is not None
    assert (view["status"], view["error"]) == ("published", None)


async def test_a_mark_without_a_run_is_taken_away() -> None:
    pipeline = Pipeline()
    await pipeline.storage.write(names.RUNS, "_open/ghost-0123456789", b"{}")
    await pipeline.reconcile()
    assert await pipeline.app.deps.runs.open_runs() == []


async def test_a_published_run_is_only_closed() -> None:
    pipeline, run = await _started(3)
    await pipeline.drain()
    await pipeline.storage.write(names.RUNS, f"_open/{run}", b"{}")
    pipeline.queue.sent.clear()
    await pipeline.reconcile()
    assert (await pipeline.app.deps.runs.open_runs(), pipeline.queue.sent) == ([], [])


async def test_work_that_vanished_is_sent_again_and_only_that() -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=6)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    messages = pipeline.queue.take(names.GENERATE_RECORDS)
    for message in messages[:2]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    await pipeline.reconcile()
    sent = [body["index"] for name, body, _ in pipeline.queue.sent if name == names.GENERATE_RECORDS]
    assert sent == [2, 3, 4, 5]
    await pipeline.drain()
    assert len(pipeline.dataset(run)) == 6
    assert set(teacher.calls.values()) == {1}


async def test_nothing_is_sent_again_while_messages_wait() -> None:
    pipeline = Pipeline()
    await pipeline.start(samples=6)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    waiting = list(pipeline.queue.sent)
    await pipeline.clock.sleep(1800)
    await pipeline.app.reconcile()
    assert len(waiting) == 6
    assert pipeline.queue.sent == waiting
