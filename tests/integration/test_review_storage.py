"""The log of a review on a real Azurite: two processes decide at once, and a revision is made of all of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from local.azurite import AzuriteProcess
from local.storage_names import create_missing
from shared import names
from shared.adapters.storage.blobs import AzureBlobStore
from shared.adapters.storage.record_log import AzureRecordLog
from shared.bootstrap import App
from shared.contracts.messages import Delivery, Publish
from shared.runs import paths
from shared.settings import Connection
from tests.builders.answers import read
from tests.builders.pipeline import Pipeline
from tests.builders.reviews import asked, on, published

_ROUNDS = 25


@pytest.fixture
async def stores(azurite: AzuriteProcess) -> AsyncIterator[tuple[AzureBlobStore, AzureBlobStore]]:
    """Two processes' ways to one account."""
    await create_missing(azurite.connection_string)
    connection = Connection(connection_string=azurite.connection_string)
    pair = AzureBlobStore(connection), AzureBlobStore(connection)
    yield pair
    for store in pair:
        await store.close()


async def _apps(stores: tuple[AzureBlobStore, AzureBlobStore]) -> tuple[Pipeline, str, list[App]]:
    """A published run, its blobs copied to the account, and two processes over it."""
    pipeline, run = await published(30)
    for (container, path), blob in pipeline.storage._blobs.items():
        if blob.blocks is None:
            await stores[0].write(container, path, blob.data)
    apps = [pipeline.new_process(store=store, log=AzureRecordLog(store)) for store in stores]
    return pipeline, run, apps


async def _rows(app: App, run: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(await app.api.rows(run, {"limit": "500"}))["rows"]
    return found


async def test_two_processes_at_once_lose_and_double_nothing(
    stores: tuple[AzureBlobStore, AzureBlobStore],
) -> None:
    pipeline, run, apps = await _apps(stores)
    stored: set[str] = set()

    async def review(app: App, who: str, draw: random.Random) -> None:
        for number in range(_ROUNDS):
            row = draw.choice([r for r in await _rows(app, run) if r["hash"]])
            verdict = draw.choice(("approve", "reject", "edit"))
            more = {"task": f"{row['task']} Please"[:590]} if verdict == "edit" else {}
            request = asked({"decisions": [on(row, verdict, **more)]}, by=who, key=f"{who}-{number}")
            # The request is sent twice at once, as a client does whose first answer is late.
            answers = await asyncio.gather(*(app.api.decide(run, request) for _ in range(2)))
            for answer in answers:
                assert answer.status in (200, 400, 409), answer.body
                if answer.status == 200:
                    stored.add(read(answer)["id"])

    await asyncio.gather(review(apps[0], "Ines", random.Random(1)), review(apps[1], "Olu", random.Random(2)))
    lines = (await AzureRecordLog(stores[0]).read(paths.reviews(run))).splitlines()
    acts = [orjson.loads(line) for line in lines]
    assert sorted(act["id"] for act in acts) == sorted(stored)
    assert {act["author"] for act in acts} == {"Ines", "Olu"}
    assert (
        await _rows(apps[0], run)
        == await _rows(apps[1], run)
        == await _rows(pipeline_app(pipeline, stores), run)
    )
    answers = await asyncio.gather(*(app.api.publish_revision(run, asked({})) for app in apps))
    assert {read(answer)["revision"] for answer in answers} == {1}
    body = Publish(run, revision=1).encode()
    await asyncio.gather(*(app.receive(Delivery(names.PUBLISH, body)) for app in apps))
    manifest = orjson.loads(await _file(stores[0], run, "revisions/1/manifest.json"))
    assert [act["id"] for act in manifest["revision"]["decisions"]] == [act["id"] for act in acts]
    records = (await _file(stores[0], run, "revisions/1/dataset.jsonl")).splitlines()
    assert len(records) == manifest["counts"]["accepted"]


def pipeline_app(pipeline: Pipeline, stores: tuple[AzureBlobStore, AzureBlobStore]) -> App:
    """A process that has read nothing yet."""
    return pipeline.new_process(store=stores[0], log=AzureRecordLog(stores[0]))


async def _file(store: AzureBlobStore, run: str, path: str) -> bytes:
    blob = await store.read(names.DATASETS, paths.dataset(run, path))
    assert blob is not None
    return blob.data
