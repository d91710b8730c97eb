"""A message that the host gave up on is a visible failure of its run; no other run is harmed by it."""

from __future__ import annotations

import orjson
import pytest

from shared import names
from shared.runs import paths
from shared.steps.record_poison import record_poison
from tests.builders.finetune import RUN
from tests.builders.pipeline import Pipeline
from tests.unit.steps.finetune.test_evaluate_example import evaluating

OTHER = "other-0123456789"


async def _poison(pipeline: Pipeline, queue: str, body: object) -> list[str]:
    await pipeline.app.poison(queue, body if isinstance(body, bytes) else orjson.dumps(body))
    notes = orjson.loads((await pipeline.app.api.list_runs({})).body)["poison"]
    return [note["code"] for note in notes]


@pytest.mark.parametrize("queue", [names.FAN_OUT, names.AGGREGATE, names.PUBLISH])
async def test_a_lost_step_fails_its_run_and_tells(queue: str) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    body = {"run_id": run} if queue == names.PUBLISH else {"run_id": run, "segment": 0}
    assert await _poison(pipeline, queue, body) == ["poison"]
    view = await pipeline.app.api.reader.status(run)
    assert view is not None and (view["status"], view["error"]["code"]) == ("failed", "poison")
    assert [event["type"] for event in pipeline.queue.take(names.RUN_EVENTS)] == ["plansmith.run.failed"]


@pytest.mark.parametrize("queue", [names.FAN_OUT, names.AGGREGATE, names.PUBLISH])
async def test_a_late_message_does_not_fail_a_published_run(queue: str) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3, top_up=False)
    await pipeline.drain()
    body = {"run_id": run} if queue == names.PUBLISH else {"run_id": run, "segment": 0}
    await _poison(pipeline, queue, body)
    view = await pipeline.app.api.reader.status(run)
    assert view is not None and view["status"] == "published"


@pytest.mark.parametrize(
    ("queue", "extra"),
    [
        *(
            (queue, extra)
            for queue in (names.FAN_OUT, names.GENERATE_RECORDS, names.AGGREGATE, names.EVALUATE)
            for extra in ({"segment": "x"}, {"segment": 7}, {"dequeueCount": "many"}, {"segment": -1})
        ),
        (names.GENERATE_RECORDS, {"segment": 0, "index": 99}),
        (names.RUN_REQUESTS, {"segment": 0}),
        (names.CATALOG_EVENTS, {"segment": 0}),
        (names.FINE_TUNE, {"options": "none"}),
    ],
)
async def test_a_message_that_is_none_harms_no_run_and_is_kept(queue: str, extra: dict[str, object]) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3, top_up=False)
    assert len(await _poison(pipeline, queue, {"run_id": run, **extra})) == 1
    await pipeline.drain()
    assert len(pipeline.dataset(run)) == 3


@pytest.mark.parametrize("queue", sorted(set(names.WORK_QUEUES)))
@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[1]", {"run_id": OTHER, "segment": 0, "index": 0}, {"run_id": OTHER}]
)
async def test_a_message_that_belongs_to_no_run_is_kept_with_the_reason(queue: str, body: object) -> None:
    assert len(await _poison(Pipeline(), queue, body)) == 1


async def test_a_fine_tune_that_cannot_be_started_is_a_failed_job() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=20, top_up=False)
    await pipeline.drain()
    await _poison(pipeline, names.FINE_TUNE, {"run_id": run})
    job = await pipeline.storage.read(names.RUNS, f"{run}/finetune/job.json")
    assert job is not None
    assert (orjson.loads(job.data)["state"], orjson.loads(job.data)["error"]["code"]) == ("failed", "poison")


async def test_an_example_becomes_a_failed_outcome_once() -> None:
    from shared.finetune.measure.outcome import folded

    stack = await evaluating()
    path = paths.evaluation_log(RUN, "student", 0)
    message = {"run_id": RUN, "arm": "student", "deployment": "student", "segment": 0, "index": 1}
    for _ in range(2):
        await record_poison(names.EVALUATE, orjson.dumps(message), stack.deps())
    found = folded(await stack.log.read(path))
    assert [(outcome.index, outcome.status, outcome.reason) for outcome in found.values()] == [
        (1, "failed", "poison")
    ]
    assert await stack.log.count(path) == 1


async def test_an_upload_that_was_given_up_on_is_kept_with_its_name() -> None:
    body = {
        "FunctionId": "Host.Functions.start_run_on_upload",
        "BlobName": "shop.json",
        "ContainerName": "catalogs",
    }
    assert await _poison(Pipeline(), names.BLOB_TRIGGER, body) == ["poison"]


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
