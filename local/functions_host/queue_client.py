"""The handful of queue operations a host needs, straight over REST.

The storage SDK alone costs more processor time a message than the whole host with this (0.9 to 0.4 ms, see
`benchmarks/functions_host.py`).
Source of the operations: the Queue service REST API, version 2021-12-02, Shared Key authorization.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from types import TracebackType
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import aiohttp
from yarl import URL

from local.functions_host.errors import (
    StorageConflictError,
    StorageError,
    StorageUnavailableError,
    storage_error,
)
from local.functions_host.storage import StorageAccount

_VERSION = "2021-12-02"
_TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)
_CONNECTIONS = 256
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_GONE = frozenset({"MessageNotFound", "PopReceiptMismatch", "QueueNotFound"})


@dataclass(slots=True)
class ReceivedMessage:
    """A message under this host's lock.

    Attributes:
        text: body as stored.
        dequeue_count: how often it was received, this time included.
        pop_receipt: changes with each renewal of the lock.
        insertion_time, expiration_time, next_visible_time: RFC 1123 dates as the service wrote them.
    """

    id: str
    text: str
    dequeue_count: int
    pop_receipt: str
    insertion_time: str
    expiration_time: str
    next_visible_time: str


class QueueClient:
    """Queues of one account. Every method raises StorageUnavailableError when trying again can help."""

    def __init__(self, account: StorageAccount) -> None:
        self._account = account
        self._path = urlsplit(account.queue_url).path
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_TIMEOUT,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )

    async def __aenter__(self) -> QueueClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._session.close()

    async def receive(self, queue: str, *, count: int, lock_s: int) -> list[ReceivedMessage] | None:
        """Up to `count` (at most 32) messages, invisible for `lock_s`; None if there is no such queue."""
        query = {"numofmessages": str(count), "visibilitytimeout": str(lock_s)}
        try:
            body, _ = await self._call("GET", f"/{queue}/messages", query)
        except StorageError as exc:
            if exc.status == 404:
                return None
            raise
        return _parse_messages(body)

    async def delete(self, queue: str, message: ReceivedMessage) -> bool:
        """Delete a message; False if it is gone or another holds it by now."""
        query = {"popreceipt": message.pop_receipt}
        return await self._unless_gone("DELETE", f"/{queue}/messages/{message.id}", query) is not None

    async def set_visibility(self, queue: str, message: ReceivedMessage, *, after_s: int) -> bool:
        """Make a message visible `after_s` from now and keep its new receipt; False if gone or held by another."""
        query = {"popreceipt": message.pop_receipt, "visibilitytimeout": str(after_s)}
        headers = await self._unless_gone("PUT", f"/{queue}/messages/{message.id}", query)
        if headers is not None:
            message.pop_receipt = headers.get("x-ms-popreceipt", message.pop_receipt)
        return headers is not None

    async def put(self, queue: str, text: str) -> None:
        """Add a message that lives for the service's seven days; makes the queue if it is missing.

        StorageError if the text holds control characters: the service refuses them, and Azurite, which takes them,
        can then give nothing of that queue any more.
        """
        if _NOT_XML.search(text):
            raise StorageError("a message cannot hold control characters")
        body = f"<QueueMessage><MessageText>{escape(text)}</MessageText></QueueMessage>".encode()
        try:
            await self._call("POST", f"/{queue}/messages", {}, body)
        except StorageError as exc:
            if exc.status != 404:
                raise
            await self.create(queue)
            await self._call("POST", f"/{queue}/messages", {}, body)

    async def create(self, queue: str) -> None:
        """Make the queue unless there is one."""
        try:
            await self._call("PUT", f"/{queue}", {})
        except StorageConflictError:
            return

    async def _unless_gone(
        self, method: str, path: str, query: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        try:
            _, headers = await self._call(method, path, query)
        except StorageError as exc:
            if exc.status == 404 or exc.code in _GONE:
                return None
            raise
        return headers

    async def _call(
        self, method: str, path: str, query: Mapping[str, str], body: bytes = b""
    ) -> tuple[bytes, Mapping[str, str]]:
        headers = self._signed(method, path, query, len(body))
        url = self._account.queue_url + path
        if query:
            url += "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        try:
            async with self._session.request(
                method, URL(url, encoded=True), headers=headers, data=body or None
            ) as response:
                content = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise StorageUnavailableError(
                f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__
            ) from exc
        if response.status >= 400:
            words = content[:200].decode(errors="replace")
            raise storage_error(response.status, response.headers.get("x-ms-error-code", ""), words)
        return content, response.headers

    def _signed(self, method: str, path: str, query: Mapping[str, str], length: int) -> dict[str, str]:
        account = self._account
        date = formatdate(usegmt=True)
        content_type = "application/xml" if length else ""
        resource = f"/{account.name}{self._path}{path}" + "".join(f"\n{k}:{query[k]}" for k in sorted(query))
        text = (
            f"{method}\n\n\n{length or ''}\n\n{content_type}\n\n\n\n\n\n\n"
            f"x-ms-date:{date}\nx-ms-version:{_VERSION}\n{resource}"
        )
        signature = base64.b64encode(hmac.digest(account.key, text.encode(), "sha256")).decode()
        headers = {
            "x-ms-date": date,
            "x-ms-version": _VERSION,
            "Authorization": f"SharedKey {account.name}:{signature}",
        }
        if content_type:
            headers["Content-Type"] = content_type
        return headers


def _parse_messages(body: bytes) -> list[ReceivedMessage]:
    root = ElementTree.fromstring(body)
    return [_parse_message({child.tag: child.text or "" for child in node}) for node in root]


def _parse_message(fields: Mapping[str, str]) -> ReceivedMessage:
    return ReceivedMessage(
        id=fields["MessageId"],
        text=fields.get("MessageText", ""),
        dequeue_count=int(fields["DequeueCount"]),
        pop_receipt=fields["PopReceipt"],
        insertion_time=fields["InsertionTime"],
        expiration_time=fields["ExpirationTime"],
        next_visible_time=fields["TimeNextVisible"],
    )
