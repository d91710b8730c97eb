"""The installation fails in the middle: what is paid stays, and the run goes on where it stopped."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared import names
from shared.errors import ConfigurationError, PermanentError, ThrottledError, TransientError
from testing.timeless import timeless
from tests.builders.pipeline import Pipeline
from tests.builders.teachers import PlanningTeacher

GONE = ConfigurationError("the quota is used up", code="insufficient_quota")


class Failing:
    """A fault that begins with a call and can be mended."""

    def __init__(self, error: Exception, *, after: int) -> None:
        self.error, self.after, self.calls, self.mended = error, after, 0, False

    def __call__(self, index: int, calls: int) -> None:
        self.calls += 1
        if self.calls > self.after and not self.mended:
            raise self.error


async def status(pipeline: Pipeline, run: str) -> dict[str, Any]:
    found = await pipeline.app.api.reader.status(run)
    assert found is not None
    return found


async def undisturbed(samples: int) -> dict[str, bytes]:
    pipeline = Pipeline()
    run = await pipeline.start(samples=samples)
    await pipeline.drain()
    return pipeline.published(run)


def rows(published: dict[str, bytes]) -> dict[str, bytes]:
    """What depends on the outcomes alone, and not on when they came."""
    return timeless(published)


async def test_a_quota_that_is_gone_in_the_middle_pauses_the_run_and_nothing_is_paid_twice() -> None:
    fault = Failing(GONE, after=7)
    teacher = PlanningTeacher(fault)
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=20)
    await pipeline.drain()
    view = await status(pipeline, run)
    assert view["status"] == "paused"
    assert view["waiting"]["what"] == "paused"
    assert view["waiting"]["last_error"] == {"code": "insufficient_quota", "message": "the quota is used up"}
    assert view["counts"]["accepted"] == 7
    assert view["waiting"]["indices"] == 13
    assert fault.calls == 8

    fault.mended = True
    assert (await pipeline.app.api.resume(run)).status == 202
    await pipeline.drain()
    assert (await status(pipeline, run))["status"] == "published"
    assert rows(pipeline.published(run)) == rows(await undisturbed(20))
    assert fault.calls == 21


async def test_a_paused_run_is_left_alone_by_whoever_looks_for_lost_work() -> None:
    pipeline = Pipeline(PlanningTeacher(Failing(GONE, after=2)))
    run = await pipeline.start(samples=6)
    await pipeline.drain()
    await pipeline.reconcile()
    await pipeline.reconcile()
    assert not [body for queue, body, _ in pipeline.queue.sent if queue == names.GENERATE_RECORDS]
    assert (await status(pipeline, run))["status"] == "paused"


async def test_a_paused_run_that_is_cancelled_publishes_what_is_there() -> None:
    pipeline = Pipeline(PlanningTeacher(Failing(GONE, after=3)))
    run = await pipeline.start(samples=8)
    await pipeline.drain()
    assert (await pipeline.app.api.cancel(run)).status == 202
    await pipeline.drain()
    assert (await status(pipeline, run))["status"] == "cancelled"
    manifest = orjson.loads(pipeline.published(run)["manifest.json"])
    assert (manifest["counts"]["accepted"], manifest["counts"]["by_reason"]) == (3, {"cancelled": 5})


async def test_only_a_paused_run_can_be_resumed() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=2)
    assert (await pipeline.app.api.resume(run)).status == 409
    assert (await pipeline.app.api.resume("shop-ffffffffff")).status == 404


async def test_a_run_that_never_got_an_answer_fails_at_once() -> None:
    fault = Failing(ConfigurationError("no role", code="forbidden"), after=0)
    pipeline = Pipeline(PlanningTeacher(fault))
    run = await pipeline.start(samples=30)
    await pipeline.drain()
    view = await status(pipeline, run)
    assert (view["status"], view["error"]["code"]) == ("failed", "forbidden")
    assert fault.calls == 1


async def test_five_refusals_of_one_kind_and_no_answer_end_a_run() -> None:
    fault = Failing(PermanentError("HTTP 400: no such thing", code="bad_request"), after=0)
    pipeline = Pipeline(PlanningTeacher(fault))
    run = await pipeline.start(samples=30)
    await pipeline.drain()
    view = await status(pipeline, run)
    assert (view["status"], view["error"]["code"]) == ("failed", "bad_request")
    assert "no such thing" in view["error"]["message"]
    assert fault.calls == 5


async def test_a_few_refusals_among_answers_cost_their_indices_alone() -> None:
    def fault(index: int, calls: int) -> None:
        if index % 2 and index:
            raise PermanentError("HTTP 400: no such thing", code="bad_request")

    pipeline = Pipeline(PlanningTeacher(fault))
    run = await pipeline.start(samples=14, top_up=False)
    await pipeline.drain()
    counts = (await status(pipeline, run))["counts"]
    assert (counts["accepted"], counts["rejected"]) == (7, 7)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ThrottledError("slow down", code="throttled", retry_after_s=600), "throttled"),
        (TransientError("nobody listens", code="connection"), "unreachable"),
    ],
)
async def test_an_outage_of_the_whole_service_is_waited_for_a_day(error: Exception, reason: str) -> None:
    pipeline = Pipeline(PlanningTeacher(Failing(error, after=0)))
    run = await pipeline.start(samples=2, top_up=False)
    began = pipeline.clock.now()
    told: set[str] = set()
    for _ in range(3000):
        await pipeline.drain_once()
        if pipeline.published(run):
            break
        view = await status(pipeline, run)
        if view["status"] == "generating" and view["waiting"]:
            told.add(view["waiting"]["what"])
    assert told == {reason}
    rejected = [orjson.loads(line) for line in pipeline.published(run)["rejected.jsonl"].splitlines()]
    assert {row["reason"] for row in rejected} == {reason}
    assert 86_400 <= (pipeline.clock.now() - began).total_seconds() <= 90_000
    view = await status(pipeline, run)
    assert (view["status"], view["error"]["code"]) == ("failed", reason)


async def test_a_request_that_alone_fails_comes_back_twenty_times() -> None:
    def fault(index: int, calls: int) -> None:
        if index == 1:
            error = TransientError("HTTP 500", code="service_error")
            error.is_of_request = True
            raise error

    teacher = PlanningTeacher(fault)
    pipeline = Pipeline(teacher)
    run = await pipeline.start(samples=3, top_up=False)
    await pipeline.drain()
    rejected = [orjson.loads(line) for line in pipeline.published(run)["rejected.jsonl"].splitlines()]
    assert [(row["index"], row["reason"]) for row in rejected] == [(1, "service_error")]
    assert teacher.calls[1] == 21
