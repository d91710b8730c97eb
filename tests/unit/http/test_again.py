"""What has ended, or is paused, is not begun again by chance: 409 with what to do, unless `again` is asked for."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared import names
from shared.errors import ConfigurationError
from shared.http.api import Answer
from shared.http.uploads import Sent
from shared.runs import paths
from tests.builders.catalogs import shop
from tests.builders.pipeline import Pipeline
from tests.builders.simple_form import simple_document
from tests.builders.teachers import PlanningTeacher


class Gone:
    """No credit from a call on, until it is mended."""

    def __init__(self, *, after: int) -> None:
        self.after, self.calls, self.mended = after, 0, False

    def __call__(self, index: int, calls: int) -> None:
        self.calls += 1
        if self.calls > self.after and not self.mended:
            raise ConfigurationError("the credit is used up", code="insufficient_quota")


def body_of(answer: Answer) -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads(answer.body)
    return loaded


async def uploaded(pipeline: Pipeline) -> dict[str, Any]:
    await pipeline.storage.write(
        names.CATALOGS, "shop.json", simple_document(shop()), metadata={"start": "false"}
    )
    return {"catalog": "catalogs/shop.json", "options": {"samples": 6, "top_up": False}}


async def post(pipeline: Pipeline, request: dict[str, Any]) -> Answer:
    return await pipeline.app.api.start(Sent(orjson.dumps(request)))


async def status(pipeline: Pipeline, run: str) -> str:
    return str(body_of(await pipeline.app.api.run(run))["status"])


async def test_a_failed_run_says_so_and_another_one_is_started_once() -> None:
    fault = Gone(after=0)
    pipeline = Pipeline(PlanningTeacher(fault))
    request = await uploaded(pipeline)
    run = body_of(await post(pipeline, request))["run_id"]
    await pipeline.drain()
    assert await status(pipeline, run) == "failed"
    refused = await post(pipeline, request)
    assert (refused.status, body_of(refused)["code"], body_of(refused)["run_id"]) == (409, "run_failed", run)
    assert '"again": true' in body_of(refused)["detail"]

    fault.mended = True
    others = {body_of(await post(pipeline, {**request, "again": True}))["run_id"] for _ in range(2)}
    assert len(others) == 1
    assert run not in others
    await pipeline.drain()
    assert await status(pipeline, others.pop()) == "published"


async def test_a_paused_run_says_so_and_goes_on_when_asked_for_again() -> None:
    fault = Gone(after=2)
    pipeline = Pipeline(PlanningTeacher(fault))
    request = await uploaded(pipeline)
    run = body_of(await post(pipeline, request))["run_id"]
    await pipeline.drain()
    refused = await post(pipeline, request)
    assert (refused.status, body_of(refused)["code"]) == (409, "run_paused")
    assert "resume" in body_of(refused)["detail"]
    fault.mended = True
    assert body_of(await post(pipeline, {**request, "again": True}))["run_id"] == run
    await pipeline.drain()
    assert await status(pipeline, run) == "published"
    assert fault.calls == 7


async def test_a_catalog_that_cannot_be_used_is_422_at_first_and_409_from_then_on() -> None:
    pipeline = Pipeline()
    await pipeline.storage.write(names.CATALOGS, "bad.json", b"{}", metadata={"start": "false"})
    request = {"catalog": "catalogs/bad.json"}
    assert [(await post(pipeline, request)).status for _ in range(2)] == [422, 409]


@pytest.mark.parametrize(
    ("state", "body", "expected"),
    [
        ("running", b"", 409),
        ("running", b'{"again": true}', 409),
        ("failed", b"", 409),
        ("failed", b'{"again": true}', 202),
        ("cancelled", b'{"again": true, "n_epochs": 2}', 202),
        ("complete", b'{"again": true}', 202),
        ("complete", b'{"again": "yes"}', 400),
        (None, b"", 202),
    ],
)
async def test_a_fine_tune_is_started_again_only_when_it_has_ended_and_is_asked_for(
    state: str | None, body: bytes, expected: int
) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=4)
    await pipeline.drain()
    if state is not None:
        job = {"run_id": run, "state": state, "options": {"deploy": {}, "evaluate": {}}}
        await pipeline.storage.write(names.RUNS, paths.job(run), orjson.dumps(job))
    answer = await pipeline.app.api.finetune(run, body)
    assert answer.status == expected
    sent = pipeline.queue.take(names.FINE_TUNE)
    assert len(sent) == (expected == 202)
    if sent and state is not None:
        assert sent[0]["again"] == 1


@pytest.mark.parametrize(
    ("ended", "code", "told"),
    [
        ({"fine_tuned_model": "m"}, "would_fail", "has 2 training examples"),
        (
            {"deployment": {"name": "plansmith-1", "ready_at": "2026-01-01T00:00:00Z", "usd_per_hour": 1.7}},
            "still_deployed",
            "plansmith-1 and costs $1.70 an hour; remove that first, `plansmith undeploy ",
        ),
    ],
)
async def test_a_model_gives_way_to_no_job_that_would_fail_and_no_deployment_is_lost_sight_of(
    ended: dict[str, Any], code: str, told: str
) -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=4)
    await pipeline.drain()
    job = {"run_id": run, "state": "complete", "options": {"deploy": {}, "evaluate": {}}, **ended}
    await pipeline.storage.write(names.RUNS, paths.job(run), orjson.dumps(job))
    answer = await pipeline.app.api.finetune(run, b'{"again": true, "model": "gpt-4.1-mini"}')
    assert (answer.status, body_of(answer)["code"]) == (409, code)
    assert told in body_of(answer)["detail"]
    assert pipeline.queue.take(names.FINE_TUNE) == []
