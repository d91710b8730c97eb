"""From fan-out to publish over the memory adapters: nothing lost, nothing twice, whatever happens."""

from __future__ import annotations

import orjson
import pytest

from shared import names
from shared.errors import ConfigurationError, PermanentError, ThrottledError
from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher


async def _undisturbed(**options: object) -> dict[str, bytes]:
    pipeline = Pipeline()
    run = await pipeline.start(**options)
    await pipeline.drain()
    return pipeline.published(run)


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
    assert await pipeline.app.runs.open_runs() == []


@pytest.mark.parametrize("seed", range(8))
async def test_order_and_repetition_of_messages_change_no_published_byte(seed: int) -> None:
    pipeline = Pipeline(seed=seed)
    run = await pipeline.start(samples=12)
    await pipeline.drain(shuffle=True, duplicate=0.4)
    expected = await _undisturbed(samples=12)
    assert pipeline.published(run)["dataset.jsonl"] == expected["dataset.jsonl"]
    assert pipeline.published(run)["sft/train.jsonl"] == expected["sft/train.jsonl"]


async def test_a_message_delivered_again_after_its_outcome_pays_no_second_call() -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=3)
    await pipeline.drain()
    message = {"run_id": run, "segment": 0, "index": 1}
    await pipeline.deliver(names.GENERATE_RECORDS, message, dequeue_count=2)
    await pipeline.deliver(names.GENERATE_RECORDS, {**message, "recheck": True})
    assert teacher.calls == {0: 1, 1: 1, 2: 1}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("effects", range(60))
async def test_a_crash_at_any_side_effect_loses_nothing_and_changes_nothing(
    effects: int, after: bool
) -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=4)
    pipeline.fuse.left, pipeline.fuse.after = effects, after
    await pipeline.drain()
    pipeline.fuse.left = None
    await pipeline.reconcile()
    await pipeline.drain()
    assert pipeline.published(run)["dataset.jsonl"] == (await _undisturbed(samples=4))["dataset.jsonl"]
    assert sum(teacher.calls.values()) <= 5, "at most the one call in flight is paid twice"
    assert await pipeline.app.runs.open_runs() == []


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
    await pipeline.reconcile()
    assert pipeline.queue.sent != [] and len(pipeline.queue.sent) >= len(waiting)


async def test_a_throttle_sends_the_message_back_and_costs_nothing() -> None:
    def fault(index: int, calls: int) -> None:
        if index == 1 and calls < 4:
            raise ThrottledError("slow down", retry_after_s=90)

    pipeline = Pipeline(PlanningTeacher(fault))
    run = await pipeline.start(samples=3)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    await pipeline.deliver(names.GENERATE_RECORDS, {"run_id": run, "segment": 0, "index": 1})
    back = [(body, delay) for _, body, delay in pipeline.queue.sent if body.get("deferrals")]
    assert [(body["deferrals"], delay) for body, delay in back] == [(1, 90)]
    await pipeline.drain()
    assert len(pipeline.dataset(run)) == 3
    deferrals = {line["index"]: line["deferrals"] for line in pipeline.outcomes(run)}
    assert deferrals[1] >= 1


async def test_a_configuration_error_stops_the_run_at_once_with_the_reason() -> None:
    def fault(index: int, calls: int) -> None:
        raise ConfigurationError("no deployment 'teacher'", code="unknown_deployment")

    teacher = PlanningTeacher(fault)
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=5)
    await pipeline.drain()
    view = await pipeline.app.api.reader.status(run)
    assert view is not None and view["status"] == "failed"
    assert view["error"]["code"] == "unknown_deployment"
    assert sum(teacher.calls.values()) == 1
    assert [e["type"] for e in pipeline.queue.take(names.RUN_EVENTS)] == ["plansmith.run.failed"]


async def test_a_deployment_that_takes_no_form_of_request_fails_the_run() -> None:
    def fault(index: int, calls: int) -> None:
        raise PermanentError("not supported", code="unsupported_response_format")

    teacher = PlanningTeacher(fault)
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=3)
    await pipeline.drain()
    view = await pipeline.app.api.reader.status(run)
    assert view is not None and view["status"] == "failed"
    assert view["error"]["code"] == "unsupported_response_format"
    assert await pipeline.app.runs.open_runs() == []


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


async def test_a_poisoned_record_fails_and_the_run_still_ends() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3, top_up=False)
    await pipeline.deliver(names.FAN_OUT, pipeline.queue.take(names.FAN_OUT)[0])
    messages = pipeline.queue.take(names.GENERATE_RECORDS)
    await pipeline.app.poison(names.GENERATE_RECORDS, orjson.dumps(messages[0]))
    for message in messages[1:]:
        await pipeline.deliver(names.GENERATE_RECORDS, message)
    await pipeline.drain()
    rejected = [orjson.loads(line) for line in pipeline.published(run)["rejected.jsonl"].splitlines()]
    assert [(row["index"], row["reason"]) for row in rejected] == [(0, "poison")]


@pytest.mark.parametrize(
    "body", [b"nonsense", b"{}", b'{"run_id": "other-0123456789", "segment": 0, "index": 0}']
)
async def test_a_message_that_belongs_to_no_run_is_kept_with_the_reason(body: bytes) -> None:
    pipeline = Pipeline()
    await pipeline.app.receive(names.GENERATE_RECORDS, body)
    answer = await pipeline.app.api.list_runs(None)
    poison = orjson.loads(answer.body)["poison"]
    assert [entry["queue"] for entry in poison] == [names.GENERATE_RECORDS]
    assert poison[0]["message"]


async def test_an_index_that_is_not_planned_is_refused() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.app.receive(
        names.GENERATE_RECORDS, orjson.dumps({"run_id": run, "segment": 0, "index": 3})
    )
    poison = orjson.loads((await pipeline.app.api.list_runs(None)).body)["poison"]
    assert poison[0]["code"] == "unknown_index"


async def test_rejected_records_are_topped_up_to_exactly_the_samples_asked_for() -> None:
    from shared.errors import PermanentError

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
