"""The webhook gets every event, signed, by a real receiver on this machine; whatever it does, runs go on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from aiohttp import web

from shared import names
from shared.adapters.webhook import HttpWebhook
from shared.errors import PermanentError
from shared.steps.deliver_event import PAUSES_S, deliver_event
from tests.builders.pipeline import Pipeline

KEY = os.urandom(32)
SECRET = "whsec_" + base64.b64encode(KEY).decode()
RUN = "shop-0123456789"


@dataclass
class Receiver:
    """Another system; `answers` are its statuses in turn, the last one stays."""

    answers: list[int] = field(default_factory=lambda: [204])
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.calls.append((headers, await request.read()))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(
            status=status, headers={"Location": f"{self.url}/elsewhere"} if status == 302 else {}
        )

    def events(self) -> list[dict[str, Any]]:
        return [orjson.loads(body) for _, body in self.calls]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def told_to(url: str) -> Pipeline:
    """A pipeline whose installation names a webhook."""
    pipeline = Pipeline()
    pipeline.app = pipeline.new_process(webhook=HttpWebhook(url, SECRET, deadline_s=2))
    return pipeline


async def deliver(pipeline: Pipeline) -> list[float]:
    """Deliver every event message until none is left; how long each next try waited."""
    pauses = []
    while waiting := [entry for entry in pipeline.queue.sent if entry[0] == names.DELIVER_EVENTS]:
        pipeline.queue.sent.remove(waiting[0])
        pauses.append(waiting[0][2])
        await pipeline.deliver(waiting[0][0], waiting[0][1])
    return pauses


async def test_a_call_is_signed_as_standard_webhooks_says(receiver: Receiver) -> None:
    pipeline = told_to(receiver.url)
    await pipeline.app.deps.outbox.tell("run.failed", RUN, {"code": "x", "message": "ü"})
    await deliver(pipeline)
    ((headers, body),) = receiver.calls
    assert headers["content-type"] == "application/cloudevents+json"
    assert headers["webhook-id"] == f"{RUN}/run.failed" == orjson.loads(body)["id"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert abs(int(headers["webhook-timestamp"]) - pipeline.clock.now().timestamp()) < 5


async def test_the_webhook_hears_what_the_queue_hears_and_once(receiver: Receiver) -> None:
    pipeline = told_to(receiver.url)
    await pipeline.start(samples=3)
    await pipeline.drain()
    await deliver(pipeline)
    assert receiver.events() == pipeline.queue.take(names.RUN_EVENTS)
    assert [event["type"] for event in receiver.events()] == ["plansmith.dataset.published"]


@pytest.mark.parametrize("answer", [400, 404, 429, 500, 503, 302])
async def test_what_is_not_taken_comes_again_with_growing_pauses_and_an_end(
    answer: int, receiver: Receiver
) -> None:
    receiver.answers = [answer]
    pipeline = told_to(receiver.url)
    await pipeline.app.deps.outbox.tell("run.failed", RUN, {"code": "x", "message": "y"})
    assert await deliver(pipeline) == [0.0, *PAUSES_S]
    assert len(receiver.calls) == len(PAUSES_S) + 1
    assert {body for _, body in receiver.calls} == {receiver.calls[0][1]}, (
        "every try is the same in every byte"
    )
    note = (await pipeline.app.api.list_runs({})).body
    assert b"webhook_failed" in note


async def test_a_receiver_that_comes_back_gets_the_event(receiver: Receiver) -> None:
    receiver.answers = [503, 500, 200]
    pipeline = told_to(receiver.url)
    await pipeline.app.deps.outbox.tell("run.failed", RUN, {"code": "x", "message": "y"})
    assert await deliver(pipeline) == [0.0, *PAUSES_S[:2]]


async def test_a_receiver_that_is_gone_for_good_is_not_called_again(receiver: Receiver) -> None:
    receiver.answers = [410]
    pipeline = told_to(receiver.url)
    await pipeline.app.deps.outbox.tell("run.failed", RUN, {"code": "x", "message": "y"})
    await deliver(pipeline)
    assert len(receiver.calls) == 1


async def test_nobody_there_holds_no_run_up() -> None:
    pipeline = told_to("http://127.0.0.1:9")
    run = await pipeline.start(samples=3)
    await pipeline.drain()
    assert len(pipeline.dataset(run)) == 3
    assert len(await deliver(pipeline)) == len(PAUSES_S) + 1


async def test_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.answers = [302, 204]
    pipeline = told_to(receiver.url)
    await pipeline.app.deps.outbox.tell("run.failed", RUN, {"code": "x", "message": "y"})
    (body,) = pipeline.queue.take(names.DELIVER_EVENTS)
    await pipeline.deliver(names.DELIVER_EVENTS, body)
    assert len(receiver.calls) == 1


async def test_an_event_of_a_deleted_run_and_one_without_a_webhook_are_dropped(receiver: Receiver) -> None:
    from shared.contracts.messages import DeliverEvent

    message = DeliverEvent(RUN, "run.failed")
    await deliver_event(message, told_to(receiver.url).app.deps)
    without = Pipeline()
    await without.app.deps.outbox.tell("run.failed", RUN, {})
    await deliver_event(message, without.app.deps)
    assert receiver.calls == []
    assert without.queue.take(names.DELIVER_EVENTS) == []


async def test_a_lost_call_fails_no_run(receiver: Receiver) -> None:
    pipeline = told_to(receiver.url)
    run = await pipeline.start(samples=3)
    await pipeline.app.poison(names.DELIVER_EVENTS, orjson.dumps({"run_id": run, "event": "run.started"}))
    assert await pipeline.app.deps.runs.failure(run) is None


async def test_a_try_too_many_is_an_error_for_good(receiver: Receiver) -> None:
    from shared.contracts.messages import DeliverEvent

    receiver.answers = [500]
    pipeline = told_to(receiver.url)
    await pipeline.app.deps.outbox.tell("run.failed", RUN, {})
    with pytest.raises(PermanentError, match="try 10; no more follow"):
        await deliver_event(DeliverEvent(RUN, "run.failed", tries=len(PAUSES_S)), pipeline.app.deps)
