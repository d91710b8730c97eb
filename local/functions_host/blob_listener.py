"""Looks for new versions of blobs in a container and puts each on the host's internal blob queue, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from local.functions_host.backoff import happens
from local.functions_host.blob_message import BlobMessage
from local.functions_host.blob_paths import BlobPath
from local.functions_host.blob_receipts import Receipts
from local.functions_host.blob_store import BlobStore
from local.functions_host.errors import StorageError
from local.functions_host.outage import Outage


class BlobListener:
    """Polls for one blob-triggered function."""

    def __init__(
        self,
        function: str,
        path: BlobPath,
        store: BlobStore,
        receipts: Receipts,
        send: Callable[[BlobMessage], Awaitable[None]],
        outage: Outage,
        poll_s: float,
    ) -> None:
        self._function = function
        self._path = path
        self._store = store
        self._receipts = receipts
        self._send = send
        self._outage = outage
        self._poll_s = poll_s
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Look every so often until `stop`; a storage that is away is looked at again the next time."""
        while True:
            try:
                await self._look()
                self._outage.end()
            except StorageError as exc:
                self._outage.begin(exc)
            if await happens(self._stopping, self._poll_s):
                return

    async def _look(self) -> None:
        present: set[str] = set()
        async for blob in self._store.list(self._path.container, self._path.prefix):
            if self._stopping.is_set():
                return
            if self._path.match(blob.name) is None:
                continue
            present.add(blob.name)
            if not await self._receipts.is_known(blob.name, blob.etag):
                message = BlobMessage(self._function, self._path.container, blob.name, blob.etag)
                await self._receipts.once(blob.name, blob.etag, lambda message=message: self._send(message))  # type: ignore[misc]
        self._receipts.forget_all_but(present)
