"""The service calls the running app when a job ends: heard at once, verified, and never believed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local.openai_emulator.server import Server
from local.serving import free_ports
from tests.builders.openai_service import serving
from tests.builders.stack import HUB, RunningStack, running_stack
from tests.builders.webhooks import a_call

_EVENTS = [f"fine_tuning.job.{status}" for status in ("succeeded", "failed", "cancelled")]
_POLL_S = "120"
"""Pause between two looks at a job: what comes sooner was brought by a call."""


@asynccontextmanager
async def hearing_stack(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[RunningStack, Server, str]]:
    """A stack whose address is registered at the model service, and the secret that it was given."""
    port = free_ports(1)[0]
    async with (
        serving(job_step_s=0.5) as server,  # long enough to be seen running
        aiohttp.ClientSession(headers={"api-key": "fake-key"}) as session,
    ):
        url = f"http://127.0.0.1:{port}/api/webhooks/fine-tuning"
        asked = {"name": "plansmith", "url": url, "event_types": _EVENTS}
        async with session.post(f"{server.url}/openai/v1/dashboard/webhook_endpoints", json=asked) as answer:
            secret = str((await answer.json())["signing_secret"])
        settings = {
            "OPENAI_WEBHOOK_SECRET": secret,
            "FINETUNE_POLL_S": _POLL_S,
            "FINETUNE_SERVED_BY_NAME": "true",
            "AZURE_OPENAI_API_KEY": "fake-key",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        stack = running_stack(data, port=port, emulator=False, openai=server.url)
        running = await asyncio.to_thread(stack.__enter__)
        try:
            yield running, server, secret
        finally:
            await asyncio.to_thread(stack.__exit__, None, None, None)


async def _called(stack: RunningStack, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
    url = f"{stack.stack.url}/api/webhooks/fine-tuning"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def _finetune(stack: RunningStack, run: str) -> dict[str, Any]:
    return (await asyncio.to_thread(stack.client.run, run))["finetune"] or {"state": "", "job_id": ""}


async def test_the_end_of_a_training_is_heard_and_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hearing_stack(tmp_path, monkeypatch) as (stack, server, secret):
        options = {"samples": 40, "top_up": False, "finetune": {"enabled": True, "n_epochs": 1}}
        run = (await asyncio.to_thread(stack.client.start_run, [HUB], options))["run_id"]
        async with asyncio.timeout(120):
            while (job := await _finetune(stack, run))["state"] not in ("running", "complete"):
                await asyncio.sleep(0.1)
            assert job["state"] == "running"
            assert await _called(stack, *a_call("ftjob-of-others", at=datetime.now(UTC), secret=secret)) == (
                200,
                {"status": "not_ours"},
            )
            lie = a_call(job["job_id"], at=datetime.now(UTC), webhook_id="evt_lie", secret=secret)
            assert await _called(stack, *lie) == (200, {"status": "nudged"})
            assert await _called(stack, *lie) == (200, {"status": "known"})
            began = time.monotonic()
            while (job := await _finetune(stack, run))["state"] != "complete":
                await asyncio.sleep(0.1)
        assert time.monotonic() - began < float(_POLL_S) / 2
        assert job["fine_tuned_model"] and job["error"] is None
        assert server.emulator.state()["jobs"] == {job["job_id"]: "succeeded"}


async def test_what_is_not_signed_old_or_no_event_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hearing_stack(tmp_path, monkeypatch) as (stack, _, secret):
        now = datetime.now(UTC)
        headers, body = a_call("ftjob-1", at=now, secret=secret)
        found = {
            "unsigned": await _called(stack, {}, body),
            "changed": await _called(stack, headers, body + b" "),
            "foreign": await _called(stack, *a_call("ftjob-1", at=now, secret="whsec_b3RoZXI=")),
            "old": await _called(stack, *a_call("ftjob-1", at=now - timedelta(minutes=6), secret=secret)),
            "large": await _called(stack, headers, body + b" " * 70_000),
        }
        assert {name: (status, answer["code"]) for name, (status, answer) in found.items()} == {
            "unsigned": (401, "bad_signature"),
            "changed": (401, "bad_signature"),
            "foreign": (401, "bad_signature"),
            "old": (400, "stale_webhook"),
            "large": (413, "too_large"),
        }
