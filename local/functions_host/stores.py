"""One blob store an account, made when first needed."""

from __future__ import annotations

from local.functions_host.blob_store import BlobStore
from local.functions_host.outage import Outage
from local.functions_host.storage import StorageAccount


class Stores:
    """The blob stores of a host."""

    def __init__(self) -> None:
        self._stores: dict[StorageAccount, BlobStore] = {}
        self._outages: dict[StorageAccount, Outage] = {}

    def get(self, account: StorageAccount) -> BlobStore:
        """The store of an account."""
        if account not in self._stores:
            self._stores[account] = BlobStore(account)
        return self._stores[account]

    def outage(self, account: StorageAccount) -> Outage:
        """The state of an account's blob service, shared by everything that calls it."""
        return self._outages.setdefault(account, Outage(account.blob_url))

    async def close(self) -> None:
        for store in self._stores.values():
            await store.close()
