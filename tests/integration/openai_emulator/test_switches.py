"""Limits, faults and outages through the real client."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import openai
import pytest

from shared.pacing.retry_after import retry_after_s
from tests.builders.emulator import Prompts, client_of, hub, until
from tests.builders.openai_service import serving

MESSAGES: list[Any] = [{"role": "user", "content": "hello"}]


async def ask(client, text="hello"):
    return await client.chat.completions.create(model="teacher", messages=[{"role": "user", "content": text}])


async def throttled(**switches):
    """The 429 after the only call that a long window admits."""
    async with serving(rpm=1, rpm_window_s=60, **switches) as server, client_of(server.url) as client:
        for _ in range(3):
            try:
                await ask(client)
            except openai.RateLimitError as error:
                return error
    raise AssertionError("no call was refused")


@pytest.mark.parametrize(
    ("style", "header"), [("ms", "retry-after-ms"), ("seconds", "retry-after"), ("date", "retry-after"),
                          ("reset", "x-ratelimit-reset-requests"), ("text", None), ("none", None)],
)  # fmt: skip
async def test_a_429_tells_the_wait_in_the_asked_way(style, header):
    error = await throttled(retry_after_style=style, retry_after_s=7)
    told = {"retry-after-ms", "retry-after", "x-ratelimit-reset-requests"} & set(error.response.headers)
    assert (header in told) if header else not told
    wait = retry_after_s(error.response.headers, str(error.body["message"]), datetime.now(UTC))
    assert wait == (None if style == "none" else pytest.approx(7, abs=1.5))


async def test_a_wait_of_a_day_is_told():
    error = await throttled(retry_after_style="day")
    assert error.response.headers["retry-after"] == "86400"


async def test_a_date_is_an_http_date():
    error = await throttled(retry_after_style="date", retry_after_s=30)
    assert parsedate_to_datetime(error.response.headers["retry-after"]) > datetime.now(UTC)


async def test_the_wait_told_is_the_time_until_the_window_opens():
    async with serving(rpm=60, rpm_window_s=0.5, window="bucket") as server, client_of(server.url) as client:
        await ask(client)
        with pytest.raises(openai.RateLimitError) as caught:
            await ask(client)
        wait_s = int(caught.value.response.headers["retry-after-ms"]) / 1000
        assert 0 < wait_s <= 0.5
        await asyncio.sleep(wait_s)
        await ask(client)


async def test_tokens_are_limited_by_what_a_call_may_use():
    async with serving(tpm=3000) as server, client_of(server.url) as client:
        answer = await client.chat.completions.with_raw_response.create(
            model="teacher", messages=MESSAGES, max_completion_tokens=2500
        )
        assert int(answer.headers["x-ratelimit-remaining-tokens"]) < 500
        with pytest.raises(openai.RateLimitError, match="token rate limit"):
            await client.chat.completions.create(
                model="teacher", messages=MESSAGES, max_completion_tokens=2500
            )


async def statuses(client, count):
    found: list[object] = []
    for number in range(count):
        try:
            await ask(client, f"hello {number}")
            found.append("ok")
        except openai.APIStatusError as error:
            found.append(error.status_code)
        except openai.APIConnectionError:
            found.append("dropped")
    return found


async def test_faults_strike_their_share_and_a_retry_fares_better():
    async with (
        serving(error_500_share=0.3, drop_share=0.2, storm_share=0.1) as server,
        client_of(server.url) as client,
    ):
        first, second = await statuses(client, 120), await statuses(client, 120)
    assert 15 <= first.count(500) <= 50
    assert 6 <= first.count("dropped") <= 36
    assert 3 <= first.count(429) <= 25
    assert first != second


async def test_faults_repeat_with_the_same_seed():
    runs = []
    for _ in range(2):
        async with serving(error_500_share=0.3, seed=4) as server, client_of(server.url) as client:
            runs.append(await statuses(client, 40))
    assert runs[0] == runs[1]


async def test_keys_can_be_refused_for_a_while():
    async with serving(unauthorized_calls=2) as server, client_of(server.url) as client:
        assert await statuses(client, 3) == [401, 401, "ok"]


async def switch(server, **changes):
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/emulator/switches", json=changes) as answer,
    ):
        return answer.status, await answer.json()


async def test_switches_change_while_it_runs_and_a_bad_one_is_refused():
    async with serving() as server, client_of(server.url) as client:
        assert (await switch(server, error_500_share=1.0))[0] == 200
        assert await statuses(client, 2) == [500, 500]
        status, body = await switch(server, nonsense=1)
        assert status == 400
        assert "nonsense" in body["error"]["message"]


@pytest.mark.parametrize(("style", "seen"), [("refuse", "dropped"), ("reset", "dropped"), ("503", 503)])
async def test_it_can_be_away_and_comes_back(style, seen):
    async with serving(away_style=style) as server, client_of(server.url) as client:
        assert await statuses(client, 1) == ["ok"]
        await switch(server, away_s=0.6)
        left = time.monotonic()

        async def is_away():
            return (await statuses(client, 1)) == [seen]

        async def is_back():
            return (await statuses(client, 1)) == ["ok"]

        await until(is_away, 5)
        await until(is_back, 10)
        assert time.monotonic() - left >= 0.5


async def test_the_state_counts_faults_and_reset_forgets_them():
    prompts = Prompts(hub())
    async with (
        serving(malformed_share=1.0, malformed_classes=["prose"]) as server,
        client_of(server.url) as client,
    ):
        messages: Any = prompts.messages(0)
        await client.chat.completions.create(
            model="teacher", messages=messages, response_format={"type": "json_object"}
        )
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{server.url}/emulator/state") as answer:
                state = await answer.json()
            async with session.post(f"{server.url}/emulator/reset") as answer:
                fresh = await answer.json()
    assert state["counters"]["faults"] == {"prose": 1}
    assert state["deployments"]["teacher"]
    assert fresh["counters"]["chat_calls"] == 0
    assert fresh["counters"]["faults"] == {}
