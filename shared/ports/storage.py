"""Blobs, logs and queues."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from shared.contracts.messages import Message


@dataclass(frozen=True, slots=True)
class Blob:
    """A blob as read: its bytes, its version and what was stored beside it (metadata keys in lower case)."""

    data: bytes
    etag: str
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """A blob as listed: path below its container, bytes, last change (UTC)."""

    path: str
    size: int
    modified_at: datetime
    etag: str


@dataclass(frozen=True, slots=True)
class BlobProperties:
    """A blob without its content: bytes, last change (UTC), version, and what is stored beside it (as in `Blob`)."""

    size: int
    modified_at: datetime
    etag: str
    metadata: dict[str, str] = field(default_factory=dict)


class BlobWriter(Protocol):
    """A blob under construction; it appears whole when its context ends without an error."""

    async def write(self, data: bytes) -> None:
        """Add `data`; memory use stays bounded by a few MiB."""


class BlobStore(Protocol):
    """Blobs of the containers `catalogs`, `runs` and `datasets`."""

    async def read(self, container: str, path: str, *, max_bytes: int | None = None) -> Blob | None:
        """The blob, or None if it is missing. PermanentError `too_large` if it is over `max_bytes`."""

    async def properties(self, container: str, path: str) -> BlobProperties | None:
        """What is known of the blob without reading it, or None if it is missing."""

    def stream(self, container: str, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """The blob's bytes from `offset` on, in chunks of at most 4 MiB; nothing if there is no blob."""

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
        """Write the whole blob, return its ETag. ConflictError if a condition does not hold.

        Whoever's write took effect gets the ETag, also when its answer got lost on the way.
        """

    def open_write(
        self, container: str, path: str, *, content_type: str = "application/octet-stream"
    ) -> AbstractAsyncContextManager[BlobWriter]:
        """Write a blob of any size piece by piece; an error inside the context leaves no blob."""

    def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobInfo]:
        """Blobs whose path starts with `prefix`, in path order."""

    async def delete(self, container: str, path: str) -> None:
        """Delete the blob; does nothing if it is missing."""


class RecordLog(Protocol):
    """Append-only lines in the `runs` container; one append is one block."""

    async def create(self, path: str) -> bool:
        """Make an empty log unless there is one; whether this call made it, also when its answer got lost."""

    async def append(self, path: str, line: bytes) -> None:
        """Add one line atomically. PermanentError `no_log` if the log was never created."""

    async def append_at(self, path: str, line: bytes, *, offset: int) -> None:
        """Add one line atomically where the log has exactly `offset` bytes; ConflictError where it has others.

        A ConflictError may also come for a line that landed while its answer got lost: read on from `offset`.
        """

    async def count(self, path: str) -> int:
        """Lines committed so far, exact for all appends that ended before the call; 0 if there is no log."""

    async def read(self, path: str, *, offset: int = 0) -> bytes:
        """All bytes from `offset` on; empty if there is no log or nothing new."""


class Queue(Protocol):
    """Storage queues."""

    async def send(self, message: Message, *, delay_s: float = 0) -> None:
        """Send one message to its queue, invisible for `delay_s` (at most 7 days)."""

    async def depth(self, queue: str) -> int:
        """Messages in the queue, invisible ones included, as the service estimates it; 0 if there is no queue."""
