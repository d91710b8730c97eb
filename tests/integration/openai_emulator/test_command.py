"""The emulator as a command."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from tests.builders.emulator import client_of

ROOT = Path(__file__).parents[3]


async def start(*arguments):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "local.openai_emulator", *arguments,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_it_says_when_it_is_ready_serves_and_stops_on_sigterm(tmp_path):
    process = await start(
        "--port", "0", "--data", str(tmp_path), "--latency-s", "0.01", "--deployment", "mine=gpt-4.1"
    )
    line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
    assert line.startswith("ready: http://127.0.0.1:")
    async with client_of(line.removeprefix("ready: ")) as client:
        answer = await client.chat.completions.create(
            model="mine", messages=[{"role": "user", "content": "x"}]
        )
        assert answer.model == "emulator-gpt-4.1"
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_bad_flag_is_told_and_nothing_starts():
    process = await start("--rpm-window-s", "-1")
    _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    assert b"rpm_window_s accepts" in errors
