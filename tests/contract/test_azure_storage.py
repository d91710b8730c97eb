"""The Azure adapters keep the contract, on a real Azurite."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from local.azurite import AzuriteProcess
from local.storage_names import create_missing
from shared import names
from shared.adapters.storage.blobs import AzureBlobStore
from shared.adapters.storage.queue import AzureQueue
from shared.adapters.storage.record_log import AzureRecordLog
from shared.settings import Connection
from tests.contract.storage_contract import QueueContract, RecordLogContract, RunStoreContract


@pytest.fixture
async def connection(azurite: AzuriteProcess) -> Connection:
    found = Connection(connection_string=azurite.connection_string)
    await create_missing(azurite.connection_string)
    return found


@pytest.fixture
async def store(connection: Connection) -> AsyncIterator[AzureBlobStore]:
    adapter = AzureBlobStore(connection)
    for container in (names.RUNS, names.DATASETS):
        for path in [info.path async for info in adapter.list(container)]:
            await adapter.delete(container, path)
    yield adapter
    await adapter.close()


class TestAzureRunStore(RunStoreContract):
    pass


class TestAzureRecordLog(RecordLogContract):
    @pytest.fixture
    def log(self, store: AzureBlobStore) -> AzureRecordLog:
        return AzureRecordLog(store)


class TestAzureQueue(QueueContract):
    @pytest.fixture
    async def queue(self, connection: Connection) -> AsyncIterator[AzureQueue]:
        adapter = AzureQueue(connection)
        yield adapter
        await adapter.close()


async def test_preparing_an_account_twice_is_preparing_it_once(connection: Connection) -> None:
    await create_missing(connection.connection_string)
    store = AzureBlobStore(connection)
    assert await store.read(names.CATALOGS, "nothing") is None
    await store.close()
