"""Being the one host that does something: a leased blob, renewed at half time."""

from __future__ import annotations

import asyncio
import time

from local.functions_host.blob_store import BlobStore
from local.functions_host.errors import StorageError
from local.functions_host.outage import Outage


class Singleton:
    """A lock over all hosts of an app. A host that is killed loses it when the lease runs out."""

    def __init__(self, store: BlobStore, name: str, period_s: int, outage: Outage) -> None:
        self._store = store
        self._name = name
        self._period_s = period_s
        self._outage = outage
        self._lease: str | None = None
        self._renewal: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        """Set when the lock, once held, is another's or may be."""

    async def acquire(self) -> bool:
        """Try to become the one; False if another host is, or the storage is away."""
        try:
            self._lease = await self._store.lease(self._name, self._period_s)
        except StorageError as exc:
            self._outage.begin(exc)
            return False
        self._outage.end()
        if self._lease is None:
            return False
        self.lost.clear()
        self._renewal = asyncio.create_task(self._renew(self._lease))
        return True

    async def release(self) -> None:
        """Let another host take over at once."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait([self._renewal])
        if self._lease is not None:
            try:
                await self._store.release(self._name, self._lease)
            except StorageError as exc:
                self._outage.begin(exc)
            self._lease = None

    async def _renew(self, lease: str) -> None:
        renewed = time.monotonic()
        wait_s = self._period_s / 2
        while time.monotonic() - renewed < self._period_s:
            await asyncio.sleep(wait_s)
            started = time.monotonic()
            try:
                if not await self._store.renew(self._name, lease):
                    break
                renewed, wait_s = started, self._period_s / 2
                self._outage.end()
            except StorageError as exc:
                self._outage.begin(exc)
                wait_s = 1.0
        self.lost.set()
