"""The emulator's webhooks: registered, told their secret once, called when a job ends, again until heard."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from aiohttp import web
from openai import OpenAI

from local.openai_emulator.server import Server
from tests.builders.finetune import chat_row
from tests.builders.openai_service import serving


class Listener:
    """Answers calls with the given statuses in turn, then 200, and keeps them."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.calls: list[tuple[dict[str, str], bytes]] = []

    async def hear(self, request: web.Request) -> web.Response:
        """One call."""
        self.calls.append((dict(request.headers), await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_post("/heard", self.hear)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/heard"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


class _Client:
    def __init__(self, server: Server, session: aiohttp.ClientSession) -> None:
        self._url, self._session = f"{server.url}/openai/v1", session

    async def call(self, method: str, path: str, **given: Any) -> tuple[int, Any]:
        async with self._session.request(method, f"{self._url}{path}", **given) as answer:
            return answer.status, await answer.json()

    async def train(self) -> str:
        form = aiohttp.FormData({"purpose": "fine-tune"})
        rows = b"".join(chat_row(task=f"show me order {n}") for n in range(12))
        form.add_field("file", rows, filename="train.jsonl")
        _, file = await self.call("POST", "/files", data=form)
        while (await self.call("GET", f"/files/{file['id']}"))[1]["status"] != "processed":
            await asyncio.sleep(0.02)
        body = {"model": "gpt-4.1-nano-2025-04-14", "training_file": file["id"], "seed": 1}
        asked = body | {"trainingType": "GlobalStandard", "method": {"type": "supervised"}}
        status, job = await self.call("POST", "/fine_tuning/jobs", json=asked)
        assert status == 200, job
        return str(job["id"])


def _asked(url: str, *kinds: str) -> dict[str, Any]:
    return {"name": "here", "url": url, "event_types": [f"fine_tuning.job.{kind}" for kind in kinds]}


async def test_whoever_registered_hears_of_the_end_and_can_verify_it() -> None:
    listener, other = Listener(503), Listener()
    async with (
        listener as url,
        other as elsewhere,
        serving() as server,
        aiohttp.ClientSession(headers={"api-key": "fake-key"}) as session,
    ):
        client = _Client(server, session)
        path = "/dashboard/webhook_endpoints"
        _, made = await client.call("POST", path, json=_asked(url, "succeeded", "failed"))
        await client.call("POST", path, json=_asked(elsewhere, "cancelled"))
        _, listed = await client.call("GET", path)
        assert [each["url"] for each in listed["data"]] == [url, elsewhere]
        assert "signing_secret" not in listed["data"][0]
        job = await client.train()
        async with asyncio.timeout(30):
            while len(listener.calls) < 2:
                await asyncio.sleep(0.02)
    assert other.calls == []
    sdk = OpenAI(api_key="fake-key", webhook_secret=made["signing_secret"], base_url="http://127.0.0.1:9")
    events: list[Any] = [sdk.webhooks.unwrap(body, headers) for headers, body in listener.calls]
    assert [(event.type, event.data.id) for event in events] == [("fine_tuning.job.succeeded", job)] * 2
    assert events[0].id == events[1].id


async def test_an_endpoint_that_cannot_be_is_refused_and_a_deleted_one_is_gone() -> None:
    async with serving() as server, aiohttp.ClientSession(headers={"api-key": "fake-key"}) as session:
        client = _Client(server, session)
        path = "/dashboard/webhook_endpoints"
        for body in (
            {},
            _asked("file:///etc"),
            _asked("http://127.0.0.1:9"),
            _asked("http://127.0.0.1:9", "begun"),
        ):
            assert (await client.call("POST", path, json=body))[0] == 400
        _, made = await client.call("POST", path, json=_asked("http://127.0.0.1:9", "failed"))
        assert (await client.call("DELETE", f"{path}/{made['id']}"))[1]["deleted"] is True
        assert (await client.call("DELETE", f"{path}/{made['id']}"))[0] == 404
        assert (await client.call("GET", path))[1]["data"] == []
