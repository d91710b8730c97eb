"""Runs over HTTP against a service that is not there, too slow, too short, without a price, or gone in the middle."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import socket
from typing import Any

import orjson
import pytest

from local.openai_emulator.emulator import Emulator
from local.openai_emulator.server import Server
from local.openai_emulator.switches import Switches
from shared import names
from shared.adapters.openai.teacher import AzureOpenAITeacher
from shared.pacing.patience import PatientTeacher
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest
from shared.steps.deps import StepSettings
from testing.timeless import timeless
from tests.builders.openai_service import settings_for
from tests.builders.pipeline import Pipeline


class Seen:
    """A teacher that remembers what it was asked."""

    def __init__(self, teacher: Teacher) -> None:
        self._teacher = teacher
        self.requests: list[TeacherRequest] = []

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        self.requests.append(request)
        return await self._teacher.complete(request)


class Over:
    """The pipeline over memory, its teacher the real client at the emulator's address."""

    def __init__(self, server: Server, **settings: Any) -> None:
        self.server = server
        self.client = AzureOpenAITeacher(settings_for(server.url))
        self.seen = Seen(self.client)
        self.pipeline = Pipeline()
        patient = PatientTeacher(self.seen, self.pipeline.clock)
        chosen = StepSettings(**{"teacher": "teacher", "gather_s": 0, "timeout_s": 20.0, **settings})
        self.pipeline.app = self.pipeline.new_process(teacher=patient, settings=chosen)

    @property
    def answered(self) -> int:
        """Calls that the service answered, and billed."""
        return self.server.emulator.meter.statuses["200"]

    def switch(self, **switches: Any) -> None:
        self.server.emulator.switches.update(switches)

    async def run(self, samples: int = 6, **options: Any) -> str:
        run = await self.pipeline.start(samples=samples, top_up=False, **options)
        await self.pipeline.drain()
        return run

    async def status(self, run: str) -> dict[str, Any]:
        found = await self.pipeline.app.api.reader.status(run)
        assert found is not None
        return found

    def manifest(self, run: str) -> dict[str, Any]:
        return dict(orjson.loads(self.pipeline.published(run)["manifest.json"]))


@asynccontextmanager
async def over(*, settings: dict[str, Any] | None = None, **switches: Any) -> AsyncIterator[Over]:
    server = Server(Emulator(switches=Switches(**switches), api_key="fake-key"))
    await server.start()
    found = Over(server, **(settings or {}))
    try:
        yield found
    finally:
        await found.client.close()
        await server.stop()


def free_port() -> int:
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_where_nobody_listens_the_run_waits_and_says_so_and_goes_on_when_somebody_does() -> None:
    server = Server(Emulator(switches=Switches(), api_key="fake-key"), port=free_port())
    found = Over(server)
    try:
        run = await found.pipeline.start(samples=4, top_up=False)
        await found.pipeline.deliver(names.FAN_OUT, found.pipeline.queue.take(names.FAN_OUT)[0])
        for body in found.pipeline.queue.take(names.GENERATE_RECORDS):
            await found.pipeline.deliver(names.GENERATE_RECORDS, body)
        view = await found.status(run)
        assert view["status"] == "generating"
        assert view["waiting"]["what"] == "unreachable"
        assert 1 <= view["waiting"]["indices"] <= 4
        assert view["waiting"]["next_try_at"] > view["waiting"]["since"]
        assert view["waiting"]["last_error"]["message"]
        assert view["tokens"]["total"] == 0
        await server.start()
        await found.pipeline.drain()
        view = await found.status(run)
        assert (view["status"], view["counts"]["accepted"], view["waiting"]) == ("published", 4, None)
        assert found.answered == 4
    finally:
        await found.client.close()
        await server.stop()


async def test_three_answers_that_do_not_come_in_time_reject_an_index_and_are_counted_with_an_estimate() -> (
    None
):
    async with over(settings={"timeout_s": 0.3}, latency_s=5.0) as found:
        run = await found.run(samples=2)
        view = await found.status(run)
        assert (view["status"], view["error"]["code"]) == ("failed", "timed_out")
        assert found.manifest(run)["attempts"]["by_result"] == {"timed_out": 6}
        assert found.manifest(run)["tokens"]["estimated"] is True
        assert found.server.emulator.meter.chat_calls == 6
        # What an estimate says of a prompt is near to what the service counts for it.
        found.switch(latency_s=0.0)
        told = await found.client.complete(found.seen.requests[0])
        estimated = found.manifest(run)["tokens"]["prompt"] / 6
        assert 0.5 < estimated / told.tokens.prompt < 2


async def test_an_answer_that_is_cut_off_is_asked_for_with_twice_the_room_as_often_as_the_option_says() -> (
    None
):
    async with over(malformed_share=1.0, malformed_classes=["length"]) as found:
        run = await found.run(samples=1, longer_answers=2, max_completion_tokens=1000, max_attempts=5)
        assert [request.max_completion_tokens for request in found.seen.requests] == [1000, 2000, 4000]
        assert found.manifest(run)["attempts"]["by_result"] == {"length": 3}
        assert found.answered == 3
    async with over(malformed_share=0.4, malformed_classes=["length"]) as found:
        run = await found.run(samples=12, longer_answers=2)
        assert found.manifest(run)["counts"]["accepted"] >= 9
        assert found.manifest(run)["attempts"]["by_result"]["length"] > 0


async def test_the_model_that_answers_is_the_one_that_is_priced() -> None:
    async with over(served_model="gpt-4.1-2025-04-14") as found:
        run = await found.run(samples=3, max_cost_usd=50)
        assert found.manifest(run)["cost_usd"] > 0
        assert (await found.status(run))["cost_usd"] == found.manifest(run)["cost_usd"]


async def test_a_bound_in_dollars_on_a_model_without_a_price_stops_the_run_with_what_to_do() -> None:
    async with over(served_model="house-model-7") as found:
        run = await found.run(samples=6, max_cost_usd=50)
        assert found.manifest(run)["counts"]["by_reason"] == {"unknown_price": 5}
        assert found.answered == 1
        stated = {"prompt": 2.0, "completion": 8.0}
        run = await found.run(samples=6, run_id="shop-1111111111", max_cost_usd=50, teacher_price=stated)
        used = found.manifest(run)["tokens"]
        assert found.manifest(run)["cost_usd"] == pytest.approx(
            (used["prompt"] * 2.0 + used["completion"] * 8.0) / 1e6, abs=1e-5
        )


GONE = {
    "the key is refused": (401, "unauthorized", "Access denied due to invalid subscription key."),
    "the role is gone": (403, "forbidden", "The principal lacks the required data action."),
    "the credit is used up": (402, "payment_required", "Insufficient credits."),
    "the quota is used up": (429, "insufficient_quota", "You exceeded your current quota, please check your plan."),
    "the deployment is gone": (404, "DeploymentNotFound", "The API deployment for this resource does not exist."),
}  # fmt: skip


@pytest.mark.parametrize("what", GONE)
async def test_what_an_installation_loses_in_the_middle_pauses_the_run_and_costs_nothing_twice(
    what: str,
) -> None:
    status, code, message = GONE[what]
    async with over() as undisturbed:
        run = await undisturbed.run(samples=12, seed=5)
        expected = rows(undisturbed.pipeline, run)
    async with over(
        answers_left=5, refusal_status=status, refusal_code=code, refusal_message=message
    ) as found:
        run = await found.run(samples=12, seed=5)
        view = await found.status(run)
        assert (view["status"], view["waiting"]["what"]) == ("paused", "paused")
        assert view["waiting"]["last_error"]["message"]
        assert view["counts"]["accepted"] == 5
        found.switch(answers_left=-1)
        assert (await found.pipeline.app.api.resume(run)).status == 202
        await found.pipeline.drain()
        assert (await found.status(run))["status"] == "published"
        assert rows(found.pipeline, run) == expected
        assert found.answered == 12


def rows(pipeline: Pipeline, run: str) -> dict[str, bytes]:
    return timeless(pipeline.published(run))


async def test_the_base_model_is_asked_beside_the_teacher_and_counted_with_it() -> None:
    async with over() as found:
        run = await found.run(samples=6, formats=["chat", "dpo"], dpo_base_model="student-base")
        assert found.answered == 12
        manifest = found.manifest(run)
        assert sum(manifest["base_model"].values()) == 6
        assert manifest["base_model"]["wrong"] > 0
        meter = found.server.emulator.meter
        assert manifest["tokens"]["prompt"] == meter.prompt_tokens
        assert manifest["tokens"]["completion"] == meter.completion_tokens
        labels = found.pipeline.published(run)["sft/dpo-faults.jsonl"].splitlines()
        assert {orjson.loads(line)["fault"] for line in labels} == {"base_model"}
