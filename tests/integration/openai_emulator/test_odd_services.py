"""The shapes in which other services answer and refuse, as a client meets them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import orjson
import pytest

from tests.builders.openai_service import serving

ASKED = {"model": "teacher", "messages": [{"role": "user", "content": "hello"}]}


async def chat(server: Any, **fields: Any) -> tuple[int, str, bytes]:
    async with (
        aiohttp.ClientSession(headers={"api-key": "fake-key"}) as session,
        session.post(f"{server.url}/openai/v1/chat/completions", json={**ASKED, **fields}) as answer,
    ):
        return answer.status, answer.content_type, await answer.read()


async def completion(**switches: Any) -> dict[str, Any]:
    async with serving(**switches) as server:
        status, kind, body = await chat(server)
    assert (status, kind) == (200, "application/json")
    return dict(orjson.loads(body))


@pytest.mark.parametrize(
    ("shape", "place"),
    [
        ("parts", lambda m: "".join(part["text"] for part in m["content"])),
        ("reasoning_content", lambda m: m["content"] or m["reasoning_content"]),
        ("reasoning", lambda m: m["content"] or m["reasoning"]),
        ("think", lambda m: m["content"].split("</think>")[1].strip()),
    ],
)
async def test_the_same_words_come_in_every_shape(shape: str, place: Any) -> None:
    plain = await completion()
    odd = await completion(content_shape=shape)
    assert place(odd["choices"][0]["message"]) == plain["choices"][0]["message"]["content"]


async def test_counts_can_be_missing_or_odd_while_the_meter_knows_them() -> None:
    assert "usage" not in await completion(usage_shape="missing")
    assert (await completion(usage_shape="null"))["usage"] is None
    for shape, kind in (("null_counts", type(None)), ("float", float), ("text", str)):
        assert isinstance((await completion(usage_shape=shape))["usage"]["prompt_tokens"], kind)
    async with serving(usage_shape="missing", reasoning_tokens=50) as server:
        await chat(server)
        assert server.emulator.meter.completion_tokens > 50


@pytest.mark.parametrize(
    ("shape", "is_seen"),
    [
        ("no_choices", lambda kind, body: orjson.loads(body)["choices"] == []),
        ("null_choices", lambda kind, body: orjson.loads(body)["choices"] is None),
        ("no_message", lambda kind, body: "message" not in orjson.loads(body)["choices"][0]),
        ("error", lambda kind, body: "message" in orjson.loads(body)["error"]),
        ("html", lambda kind, body: kind == "text/html"),
        ("empty", lambda kind, body: body == b""),
        ("array", lambda kind, body: isinstance(orjson.loads(body), list)),
    ],
)
async def test_a_200_can_hold_something_else_than_a_completion(shape: str, is_seen: Any) -> None:
    async with serving(answer_shape=shape) as server:
        status, kind, body = await chat(server)
    assert status == 200
    assert is_seen(kind, body)


async def test_an_answer_can_break_off() -> None:
    async with serving(answer_shape="broken_off") as server:
        with pytest.raises(aiohttp.ClientPayloadError):
            await chat(server)


@pytest.mark.parametrize("status", [400, 404, 422, 500])
@pytest.mark.parametrize(
    "shape", ["object", "list", "text", "plain", "detail", "detail_list", "message_object"]
)
async def test_a_field_is_refused_in_every_shape(shape: str, status: int) -> None:
    async with serving(refused_fields=["seed"], refused_fields_status=status, error_shape=shape) as server:
        assert (await chat(server))[0] == 200
        found, _, body = await chat(server, seed=1)
    assert found == status
    assert b"seed" in body


async def test_quota_can_be_gone_in_the_middle() -> None:
    async with serving(answers_left=2, refusal_status=402, refusal_code="no_credit") as server:
        found = [await chat(server) for _ in range(4)]
    assert [status for status, _, _ in found] == [200, 200, 402, 402]
    assert b"no_credit" in found[-1][2]


async def test_a_server_with_one_slot_answers_one_after_another() -> None:
    async with serving(slots=1, latency_s=0.15) as server:
        started = time.monotonic()
        await asyncio.gather(*(chat(server) for _ in range(4)))
        assert time.monotonic() - started >= 0.6


async def test_who_gives_up_frees_the_slot() -> None:
    async with serving(slots=1, latency_s=30) as server:
        waiting = asyncio.create_task(chat(server))
        while not server.emulator.meter.in_flight:
            await asyncio.sleep(0.01)
        waiting.cancel()
        async with asyncio.timeout(5):
            while server.emulator.meter.in_flight:
                await asyncio.sleep(0.01)
        server.emulator.switches.update({"latency_s": 0})
        assert (await chat(server))[0] == 200
