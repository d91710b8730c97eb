"""The storage ports in memory keep the contract."""

from __future__ import annotations

import pytest

from shared.adapters.memory.storage import MemoryLog, MemoryQueue, MemoryStorage
from tests.contract.storage_contract import QueueContract, RecordLogContract, RunStoreContract


class TestMemoryStorage(RunStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStorage:
        return MemoryStorage()


class TestMemoryLog(RecordLogContract):
    @pytest.fixture
    def store(self) -> MemoryStorage:
        return MemoryStorage()

    @pytest.fixture
    def log(self, store: MemoryStorage) -> MemoryLog:
        return MemoryLog(store)


class TestMemoryQueue(QueueContract):
    @pytest.fixture
    def queue(self) -> MemoryQueue:
        return MemoryQueue()
