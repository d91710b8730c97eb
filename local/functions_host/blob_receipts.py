"""Receipts: which version of which blob a function has been sent, kept in storage so that all hosts know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from local.functions_host.blob_store import HOSTS_CONTAINER, BlobStore

_LEASE_S = 30
_COMPLETED = "completed"


class Receipts:
    """The receipts of one function for one container."""

    def __init__(self, store: BlobStore, host_id: str, function: str, container: str) -> None:
        self._store = store
        self._root = f"blobreceipts/{host_id}/Host.Functions.{function}/"
        self._container = container
        self._known: dict[str, str] | None = None

    async def is_known(self, blob: str, etag: str) -> bool:
        """Whether a receipt for this version was seen complete, without asking the storage each time."""
        if self._known is None:
            self._known = await self._load()
        return self._known.get(blob) == etag

    def forget_all_but(self, blobs: set[str]) -> None:
        """Drop what is remembered of blobs that are gone, so that memory follows the container."""
        if self._known and len(self._known) > len(blobs):
            self._known = {blob: etag for blob, etag in self._known.items() if blob in blobs}

    async def once(self, blob: str, etag: str, notify: Callable[[], Awaitable[None]]) -> None:
        """Call `notify` unless a host has done so for this version; leaves it to another that is just doing it.

        A crash between `notify` and the receipt's completion notifies a second time.
        """
        name = f"{self._root}{etag}/{self._container}/{blob}"
        if not await self._is_complete(name):
            await self._store.touch(name)
            lease = await self._store.lease(name, _LEASE_S)
            if lease is None:
                return
            try:
                if not await self._is_complete(name):
                    await notify()
                    await self._store.set_metadata(name, {_COMPLETED: "True"}, lease)
            finally:
                await self._store.release(name, lease)
        if self._known is not None:
            self._known[blob] = etag

    async def _is_complete(self, name: str) -> bool:
        metadata = await self._store.metadata(HOSTS_CONTAINER, name)
        return (metadata or {}).get(_COMPLETED, "").lower() == "true"

    async def _load(self) -> dict[str, str]:
        known: dict[str, str] = {}
        async for receipt in self._store.list(HOSTS_CONTAINER, self._root, metadata=True):
            etag, _, path = receipt.name.removeprefix(self._root).partition("/")
            container, _, blob = path.partition("/")
            if container == self._container and receipt.metadata.get(_COMPLETED, "").lower() == "true":
                known[blob] = etag
        return known
