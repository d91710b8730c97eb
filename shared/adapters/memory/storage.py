"""The storage ports in memory, for tests and for trying steps out; proved by the contract tests."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from shared import names
from shared.contracts.messages import Message
from shared.errors import ConflictError, PermanentError
from shared.ports.storage import Blob, BlobInfo, BlobProperties, BlobWriter


class MemoryClock:
    """A clock that moves only when told or slept on."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.time = start

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Move on without waiting."""
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class _Stored:
    data: bytes
    etag: str
    modified_at: datetime
    metadata: dict[str, str]
    blocks: int | None = None


class _Buffer:
    def __init__(self) -> None:
        self.parts: list[bytes] = []

    async def write(self, data: bytes) -> None:
        self.parts.append(data)


@dataclass
class MemoryStorage:
    """BlobStore and RecordLog over one dictionary, as one storage account holds both."""

    clock: MemoryClock = field(default_factory=MemoryClock)

    def __post_init__(self) -> None:
        self._blobs: dict[tuple[str, str], _Stored] = {}
        self._writes = 0

    def _put(
        self, container: str, path: str, data: bytes, metadata: Mapping[str, str], blocks: int | None
    ) -> str:
        etag = self._new_etag()
        lowered = {key.lower(): value for key, value in metadata.items()}
        self._blobs[container, path] = _Stored(data, etag, self.clock.now(), lowered, blocks)
        return etag

    def _new_etag(self) -> str:
        self._writes += 1
        return hashlib.sha256(f"{self._writes}".encode()).hexdigest()[:16]

    async def read(self, container: str, path: str, *, max_bytes: int | None = None) -> Blob | None:
        stored = self._blobs.get((container, path))
        if stored is None:
            return None
        if max_bytes is not None and len(stored.data) > max_bytes:
            raise PermanentError(f"{container}/{path} is larger than {max_bytes} bytes", code="too_large")
        return Blob(stored.data, stored.etag, dict(stored.metadata))

    async def properties(self, container: str, path: str) -> BlobProperties | None:
        stored = self._blobs.get((container, path))
        if stored is None:
            return None
        return BlobProperties(len(stored.data), stored.modified_at, stored.etag, dict(stored.metadata))

    async def stream(self, container: str, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        stored = self._blobs.get((container, path))
        if stored is not None and stored.data[offset:]:
            yield stored.data[offset:]

    async def write(
        self,
        container: str,
        path: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        content_type: str = "application/json",
        metadata: Mapping[str, str] | None = None,
    ) -> str:
        stored = self._blobs.get((container, path))
        if if_absent and stored is not None:
            raise ConflictError(f"{container}/{path} exists", code="exists")
        if if_match is not None and (stored is None or stored.etag != if_match):
            raise ConflictError(f"{container}/{path} has changed", code="changed")
        return self._put(container, path, bytes(data), metadata or {}, None)

    @asynccontextmanager
    async def open_write(
        self, container: str, path: str, *, content_type: str = "application/octet-stream"
    ) -> AsyncIterator[BlobWriter]:
        buffer = _Buffer()
        yield buffer
        self._put(container, path, b"".join(buffer.parts), {}, None)

    async def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobInfo]:
        for (place, path), stored in sorted(self._blobs.items(), key=lambda item: item[0]):
            if place == container and path.startswith(prefix):
                yield BlobInfo(path, len(stored.data), stored.modified_at, stored.etag)

    async def delete(self, container: str, path: str) -> None:
        self._blobs.pop((container, path), None)


@dataclass
class MemoryLog:
    """RecordLog over a MemoryStorage."""

    storage: MemoryStorage

    async def create(self, path: str) -> bool:
        if (names.RUNS, path) in self.storage._blobs:
            return False
        self.storage._put(names.RUNS, path, b"", {}, 0)
        return True

    async def append(self, path: str, line: bytes) -> None:
        stored = self.storage._blobs.get((names.RUNS, path))
        if stored is None or stored.blocks is None:
            raise PermanentError(f"there is no log {path}", code="no_log")
        stored.data += line
        stored.blocks += 1
        stored.etag = self.storage._new_etag()
        stored.modified_at = self.storage.clock.now()

    async def append_at(self, path: str, line: bytes, *, offset: int) -> None:
        stored = self.storage._blobs.get((names.RUNS, path))
        if stored is not None and len(stored.data) != offset:
            raise ConflictError(f"{path} has changed", code="changed")
        await self.append(path, line)

    async def count(self, path: str) -> int:
        stored = self.storage._blobs.get((names.RUNS, path))
        return (stored.blocks or 0) if stored is not None else 0

    async def read(self, path: str, *, offset: int = 0) -> bytes:
        stored = self.storage._blobs.get((names.RUNS, path))
        return stored.data[offset:] if stored is not None else b""


@dataclass
class MemoryQueue:
    """Queue that keeps what was sent, in order."""

    sent: list[tuple[str, dict[str, Any], float]] = field(default_factory=list)

    async def send(self, message: Message, *, delay_s: float = 0) -> None:
        self.sent.append((message.queue, orjson.loads(message.encode()), delay_s))

    async def depth(self, queue: str) -> int:
        return sum(1 for name, _, _ in self.sent if name == queue)

    def take(self, queue: str) -> list[dict[str, Any]]:
        """Remove and return the messages of one queue, oldest first."""
        taken = [body for name, body, _ in self.sent if name == queue]
        self.sent = [entry for entry in self.sent if entry[0] != queue]
        return taken
