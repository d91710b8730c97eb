"""Prompts, rows and clients for the emulator's tests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
from openai import AsyncOpenAI

from local.openai_emulator.planning.assignment import digest, read_assignment
from local.openai_emulator.planning.planner import write_plan
from local.openai_emulator.planning.prompt_catalog import read_catalog
from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.catalog.model import Catalog
from shared.curriculum.blueprint import Blueprint
from shared.curriculum.coverage import CoveragePlan
from shared.curriculum.slices import cut
from shared.plan.wire import decode
from shared.teacher.assignment import assignment_message
from shared.teacher.prompt import system_message

HUB = Path(__file__).parents[2] / "local" / "catalogs" / "hub.postman_collection.json"
SYSTEM_PROMPT = "You plan API calls and answer with JSON."


def hub() -> Catalog:
    """The sample hub."""
    return ingest([Document(HUB.name, HUB.read_bytes())])


class Prompts:
    """The prompts that the app sends for a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        slices = cut(catalog)
        by_name = {api.name: api for api in catalog.apis}
        self._systems = {part.index: system_message([by_name[name] for name in part.apis]) for part in slices}
        self._coverage = CoveragePlan(catalog, slices)

    def blueprint(self, index: int) -> Blueprint:
        return self._coverage.blueprint(index)

    def messages(self, index: int) -> list[dict[str, Any]]:
        blueprint = self.blueprint(index)
        return [
            {"role": "system", "content": self._systems[blueprint.slice]},
            {"role": "user", "content": assignment_message(blueprint)},
        ]

    def plan(self, index: int, **kwargs: Any) -> dict[str, Any]:
        """The teacher's plan for an index, in wire form."""
        system, user = (message["content"] for message in self.messages(index))
        assignment = read_assignment(user)
        assert assignment is not None
        return write_plan(read_catalog(system), assignment, identity=digest("test", system, user), **kwargs)

    def system(self, index: int) -> str:
        return self._systems[self.blueprint(index).slice]


def decoded(wire: dict[str, Any]) -> dict[str, Any]:
    """A plan in wire form as the app decodes it."""
    found, errors = decode(orjson.dumps(wire).decode())
    assert found is not None, errors
    return found


def chat_row(wire: dict[str, Any]) -> dict[str, Any]:
    """A training row made of a plan."""
    plan = decoded(wire)
    return {
        "messages": [
            {"role": "system", "content": SYSTEM_PROMPT},
            {"role": "user", "content": f"Plan the calls for this task.\n\nInput: {plan['task_nl']}"},
            {"role": "assistant", "content": orjson.dumps(plan["plan"]).decode()},
        ]
    }


def chat_rows(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Training rows of the sample hub."""
    prompts = Prompts(hub())
    return [chat_row(prompts.plan(index)) for index in range(first, first + count)]


def jsonl(rows: Sequence[dict[str, Any]]) -> bytes:
    """Rows as a file."""
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def client_of(url: str, *, key: str = "fake-key") -> AsyncOpenAI:
    """The real client, pointed at the emulator, retrying nothing."""
    return AsyncOpenAI(base_url=f"{url}/openai/v1/", api_key=key, max_retries=0)


async def until(condition: Callable[[], Any], deadline_s: float = 30.0) -> Any:
    """Wait until an awaited `condition()` is true, and return what it gave; AssertionError at the deadline."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        found = await condition()
        if found:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("the condition did not come true in time")


async def upload(client: AsyncOpenAI, rows: Sequence[dict[str, Any]], name: str = "train.jsonl") -> str:
    """Upload rows and wait until the file is processed; its id."""
    file = await client.files.create(file=(name, jsonl(rows)), purpose="fine-tune")

    async def processed() -> bool:
        return (await client.files.retrieve(file.id)).status == "processed"

    await until(processed)
    return file.id


async def finished(client: AsyncOpenAI, job_id: str) -> Any:
    """The job once it is over."""

    async def over() -> Any:
        job = await client.fine_tuning.jobs.retrieve(job_id)
        return job if job.status in ("succeeded", "failed", "cancelled") else None

    return await until(over, 60.0)
