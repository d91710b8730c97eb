"""Makes the containers and queues that the app needs, which in Azure the infrastructure makes."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Awaitable

from shared import names


def create_containers_and_queues(storage: str) -> None:
    """Create every container and queue of `shared.names` that is not there. `storage`: a connection string."""
    asyncio.run(create_missing(storage))


def preload() -> None:
    """Load the storage SDKs, which takes about a second, while there is something else to wait for."""
    for package in ("azure.storage.blob.aio", "azure.storage.queue.aio"):
        importlib.import_module(package)


async def create_missing(storage: str) -> None:
    from azure.core.exceptions import ResourceExistsError
    from azure.storage.blob.aio import BlobServiceClient
    from azure.storage.queue.aio import QueueServiceClient

    async def ensure(creation: Awaitable[object]) -> None:
        with contextlib.suppress(ResourceExistsError):
            await creation

    async with (
        BlobServiceClient.from_connection_string(storage) as blobs,
        QueueServiceClient.from_connection_string(storage) as queues,
    ):
        await asyncio.gather(
            *(ensure(blobs.create_container(name)) for name in names.CONTAINERS),
            *(ensure(queues.create_queue(name)) for name in names.QUEUES),
        )
