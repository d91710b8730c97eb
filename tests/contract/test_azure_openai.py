"""The teacher's adapter over real connections: what it gives for an answer, and for every way of having none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
import pytest

from shared.adapters.openai.teacher import AzureOpenAITeacher
from shared.errors import PlansmithError, ThrottledError, TransientError
from shared.ports.teacher import TeacherRequest
from shared.tokens import Tokens
from tests.builders.openai_service import serving, settings_for

REQUEST = TeacherRequest(
    model="teacher", messages=({"role": "user", "content": "hello"},), max_completion_tokens=64, timeout_s=0.5
)
ANSWER = {
    "choices": [{"message": {"content": "text"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 2},
    "model": "teacher-2026",
}

type Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def service(handle: Handler) -> AsyncIterator[AzureOpenAITeacher]:
    """A teacher whose service treats each connection as `handle` does."""

    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(handled, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    teacher = AzureOpenAITeacher(settings_for(f"http://127.0.0.1:{port}"))
    try:
        yield teacher
    finally:
        await teacher.close()
        server.close()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length")
    )
    return head + await reader.readexactly(length)


def response(body: bytes, status: str = "200 OK", headers: str = "", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n{headers}\r\n"
    return head.encode() + body


async def failure(handle: Handler) -> PlansmithError:
    async with service(handle) as teacher:
        with pytest.raises(PlansmithError) as caught:
            await teacher.complete(REQUEST)
    return caught.value


async def test_an_answer_with_its_tokens_and_the_quota() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(response(orjson.dumps(ANSWER), headers="x-ratelimit-remaining-requests: 41\r\n"))
        await writer.drain()

    async with service(handle) as teacher:
        reply = await teacher.complete(REQUEST)
    assert (reply.text, reply.finish_reason, reply.model) == ("text", "stop", "teacher-2026")
    assert reply.tokens == Tokens(prompt=7, completion=2)
    assert reply.rate_limits.remaining_requests == 41


async def test_calls_share_a_connection() -> None:
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            try:
                await read_request(reader)
            except asyncio.IncompleteReadError:
                return
            writer.write(response(orjson.dumps(ANSWER)))
            await writer.drain()

    async with service(handle) as teacher:
        for _ in range(3):
            await teacher.complete(REQUEST)
    assert connections == 1


async def test_a_kept_connection_that_the_service_has_closed_is_not_used_again() -> None:
    connections = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(response(orjson.dumps(ANSWER)))
        await writer.drain()

    async with service(handle) as teacher:
        for _ in range(3):
            await teacher.complete(REQUEST)
            await asyncio.sleep(0.05)
    assert connections == 3


async def test_nobody_listens() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    teacher = AzureOpenAITeacher(settings_for(f"http://127.0.0.1:{port}"))
    with pytest.raises(TransientError) as caught:
        await teacher.complete(REQUEST)
    assert caught.value.code == "connection"
    await teacher.close()


async def test_the_connection_is_closed_before_an_answer() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    error = await failure(handle)
    assert isinstance(error, TransientError)
    assert (error.code, error.may_be_paid) == ("connection", False)


async def test_the_connection_is_lost_in_the_middle_of_an_answer() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(response(b'{"choices": [', length=4_000))
        await writer.drain()

    error = await failure(handle)
    assert isinstance(error, TransientError)
    assert (error.code, error.may_be_paid) == ("connection", True)


@pytest.mark.parametrize("begun", [b"", response(b'{"choices": [', length=4_000)], ids=["silent", "half"])
async def test_an_answer_that_does_not_come(begun: bytes) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(begun)
        await writer.drain()
        await asyncio.sleep(5)

    error = await failure(handle)
    assert isinstance(error, TransientError)
    assert (error.code, error.may_be_paid) == ("timeout", True)


async def test_what_is_no_http_can_be_asked_for_again() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"220 mail.example.com ESMTP\r\n")
        await writer.drain()

    error = await failure(handle)
    assert isinstance(error, TransientError)
    assert not error.may_be_paid


async def test_a_redirect_is_not_followed() -> None:
    """Else the key would go to wherever an answer points."""
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await read_request(reader))
        writer.write(response(b"{}", "307 Temporary Redirect", "location: /elsewhere\r\n"))
        await writer.drain()

    await failure(handle)
    assert len(asked) == 1


async def test_a_throttled_call_says_how_long_to_wait() -> None:
    async with serving(storm_share=1.0, retry_after_s=3) as server:
        teacher = AzureOpenAITeacher(settings_for(server.url))
        with pytest.raises(ThrottledError) as caught:
            await teacher.complete(REQUEST)
        await teacher.close()
    assert caught.value.retry_after_s == 3
