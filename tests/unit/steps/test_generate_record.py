"""One message makes one outcome, pays for it once, and gives way to a throttle, a stop or a refusal."""

from __future__ import annotations

import orjson
import pytest

from shared import names
from shared.contracts.messages import Delivery
from shared.errors import ConfigurationError, PermanentError, ThrottledError
from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher


async def test_a_message_delivered_again_after_its_outcome_pays_no_second_call() -> None:
    teacher = PlanningTeacher()
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=3)
    await pipeline.drain()
    message = {"run_id": run, "segment": 0, "index": 1}
    await pipeline.deliver(names.GENERATE_RECORDS, message, dequeue_count=2)
    await pipeline.deliver(names.GENERATE_RECORDS, {**message, "recheck": True})
    assert teacher.calls == {0: 1, 1: 1, 2: 1}


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
    assert await pipeline.app.deps.runs.open_runs() == []


@pytest.mark.parametrize(
    "body", [b"nonsense", b"{}", b'{"run_id": "other-0123456789", "segment": 0, "index": 0}']
)
async def test_a_message_that_belongs_to_no_run_is_kept_with_the_reason(body: bytes) -> None:
    pipeline = Pipeline()
    await pipeline.app.receive(Delivery(names.GENERATE_RECORDS, body))
    answer = await pipeline.app.api.list_runs({})
    poison = orjson.loads(answer.body)["poison"]
    assert [entry["queue"] for entry in poison] == [names.GENERATE_RECORDS]
    assert poison[0]["message"]


async def test_an_index_that_is_not_planned_is_refused() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.app.receive(
        Delivery(names.GENERATE_RECORDS, orjson.dumps({"run_id": run, "segment": 0, "index": 3}))
    )
    poison = orjson.loads((await pipeline.app.api.list_runs({})).body)["poison"]
    assert poison[0]["code"] == "unknown_index"
