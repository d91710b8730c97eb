"""What the steps need from the outside, as small protocols; `adapters/` implements them.

Every adapter translates its SDK's errors into `shared.errors` once: `ConflictError`, `TransientError`
(with `retry_after_s`), `ThrottledError`, `PermanentError`, `ConfigurationError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from shared.dataset.outcome import Tokens


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


class RunStore(Protocol):
    """Blobs of the containers `catalogs`, `runs` and `datasets`."""

    async def read(self, container: str, path: str, *, max_bytes: int | None = None) -> Blob | None:
        """The blob, or None if there is none. PermanentError `too_large` if it is over `max_bytes`."""

    async def properties(self, container: str, path: str) -> BlobProperties | None:
        """What is known of the blob without reading it, or None if there is none."""

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
        """Delete the blob; nothing happens if there is none."""


class RecordLog(Protocol):
    """Append-only lines in the `runs` container; one append is one block."""

    async def create(self, path: str) -> bool:
        """Make an empty log unless there is one; whether this call made it, also when its answer got lost."""

    async def append(self, path: str, line: bytes) -> None:
        """Add one line atomically. PermanentError `no_log` if the log was never created."""

    async def count(self, path: str) -> int:
        """Lines committed so far, exact for all appends that ended before the call; 0 if there is no log."""

    async def read(self, path: str, *, offset: int = 0) -> bytes:
        """All bytes from `offset` on; empty if there is no log or nothing new."""


class Queue(Protocol):
    """Storage queues."""

    async def send(self, queue: str, body: Mapping[str, Any], *, delay_s: float = 0) -> None:
        """Send one JSON message, invisible for `delay_s` (at most 7 days)."""

    async def depth(self, queue: str) -> int:
        """Messages in the queue, invisible ones included, as the service estimates it; 0 if there is no queue."""


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What an answer's headers say of the deployment's quota; None where they do not."""

    limit_requests: int | None = None
    limit_tokens: int | None = None
    remaining_requests: int | None = None
    remaining_tokens: int | None = None
    reset_requests_s: float | None = None
    reset_tokens_s: float | None = None


@dataclass(frozen=True, slots=True)
class TeacherRequest:
    """One chat completion.

    Attributes:
        model: deployment (or model) name.
        messages: chat messages, `{"role", "content"}`.
        response_format: `{"type": "json_schema", …}`, `{"type": "json_object"}` or None for plain text.
        max_completion_tokens: bound of the answer.
        cache_key: same for requests that share their first messages (prompt cache routing).
        seed: asks the service for repeatable sampling.
        timeout_s: deadline of the call.
        wanted: asked right before the call is made, which may be long after it was asked for; None for always.
    """

    model: str
    messages: tuple[dict[str, Any], ...]
    response_format: dict[str, Any] | None = None
    max_completion_tokens: int = 4096
    cache_key: str = ""
    seed: int | None = None
    timeout_s: float = 300.0
    wanted: Callable[[], Awaitable[bool]] | None = None


@dataclass(frozen=True, slots=True)
class TeacherReply:
    """An answer of the model.

    Attributes:
        text: the content, "" if the model refused.
        finish_reason: `stop`, `length`, `content_filter`, …
        refusal: the refusal's text, "" if there is none.
        tokens: usage as billed.
        model: the model's own name.
        latency_ms: from sending to the whole answer.
        rate_limits: quota as the headers tell it.
    """

    text: str
    finish_reason: str
    refusal: str = ""
    tokens: Tokens = Tokens()
    model: str = ""
    latency_ms: int = 0
    rate_limits: RateLimits = RateLimits()


class Teacher(Protocol):
    """A chat model."""

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        """Ask once, without retrying.

        Raises:
            ThrottledError: 429, with the wait the service asked for.
            TransientError: connection, time-out, 408, 409, 5xx.
            PermanentError: `content_filter` (the prompt was filtered), `unsupported_response_format`
                (the deployment does not know the asked format), `context_length` (prompt too long).
            ConfigurationError: unknown deployment, key or role refused, schema the service rejects.
            UnwantedError: the call is no longer wanted, and was not made.
        """


class Clock(Protocol):
    """Time, so that tests can tell it."""

    def now(self) -> datetime:
        """Current time, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
