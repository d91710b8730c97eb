"""Polls one queue for one function: batches, locks and their renewal, retries, poison, back-off.

Semantics of the storage queue trigger, extension 5.3.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Literal

from local.functions_host.backoff import RandomizedBackoff, happens
from local.functions_host.errors import StorageError
from local.functions_host.outage import Outage
from local.functions_host.queue_client import QueueClient, ReceivedMessage
from local.functions_host.queue_metadata import decode_body

_log = logging.getLogger(__name__)

Handler = Callable[[ReceivedMessage, str], Awaitable[bool]]
"""Works on a message and its decoded body; whether that succeeded."""


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """How a queue is worked on. Durations in seconds.

    Attributes:
        poison_queue: where a message goes that failed `max_dequeue_count` times; None leaves it locked until its
            lock lapses, again and again, as a trigger on a poison queue does.
    """

    queue: str
    poison_queue: str | None
    encoding: Literal["none", "base64"]
    batch_size: int
    new_batch_threshold: int
    max_dequeue_count: int
    visibility_timeout_s: float
    max_polling_interval_s: float
    lock_s: int


class QueueListener:
    """Receives messages and hands them to `handler`, many at a time, until `stop`."""

    def __init__(self, client: QueueClient, policy: QueuePolicy, handler: Handler, outage: Outage) -> None:
        self.policy = policy
        self._client = client
        self._handler = handler
        self._outage = outage
        self._in_flight: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._wake = asyncio.Event()
        self._stopping = False

    @property
    def in_flight(self) -> int:
        """Messages received and not yet deleted, released or moved."""
        return len(self._in_flight)

    def notify(self) -> None:
        """Poll at once: somebody in this host has sent a message to this queue."""
        self._wake.set()

    def stop(self) -> None:
        """Receive nothing more; `run` then ends when the messages in flight are done."""
        self._stopping = True
        self._wake.set()
        self._room.set()

    async def run(self) -> None:
        """Listen until `stop`. Never raises for a storage that is away."""
        backoff = RandomizedBackoff(self.policy.max_polling_interval_s)
        while not self._stopping:
            self._wake.clear()
            received = await self._receive()
            for message in received:
                self._start(self._process(message))
            if received:
                backoff.reset()
                await self._wait_for_room()
            else:
                await happens(self._wake, backoff.next_s())
        while self._in_flight:
            await asyncio.wait(self._in_flight)

    async def _receive(self) -> list[ReceivedMessage]:
        policy = self.policy
        try:
            messages = await self._client.receive(policy.queue, count=policy.batch_size, lock_s=policy.lock_s)
        except StorageError as exc:
            self._outage.begin(exc)
            return []
        self._outage.end()
        return messages or []

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._in_flight.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        if len(self._in_flight) <= self.policy.new_batch_threshold:
            self._room.set()
        if not task.cancelled() and task.exception() is not None:
            _log.error("a message of %s was left to its lock", self.policy.queue, exc_info=task.exception())

    async def _wait_for_room(self) -> None:
        while len(self._in_flight) > self.policy.new_batch_threshold and not self._stopping:
            self._room.clear()
            await self._room.wait()

    async def _process(self, message: ReceivedMessage) -> None:
        body = decode_body(message.text, self.policy.encoding)
        if body is None:
            _log.error(
                "message %s of %s is not %s and goes to poison unread",
                message.id,
                self.policy.queue,
                self.policy.encoding,
            )
            await self._give_up(message)
        elif message.dequeue_count > self.policy.max_dequeue_count and self.policy.poison_queue:
            await self._give_up(message)
        else:
            async with Renewal(self._client, self.policy.queue, message, self.policy.lock_s):
                ok = await self._handler(message, body)
            await self._complete(message, ok)

    async def _complete(self, message: ReceivedMessage, ok: bool) -> None:
        if ok:
            await self._persist(lambda: self._client.delete(self.policy.queue, message))
        elif self.policy.poison_queue is None:
            return
        elif message.dequeue_count >= self.policy.max_dequeue_count:
            await self._give_up(message)
        else:
            after_s = round(self.policy.visibility_timeout_s)
            await self._persist(
                lambda: self._client.set_visibility(self.policy.queue, message, after_s=after_s)
            )

    async def _give_up(self, message: ReceivedMessage) -> None:
        poison = self.policy.poison_queue
        if poison is None:
            return
        _log.error(
            "message %s of %s goes to %s",
            message.id,
            self.policy.queue,
            poison,
            extra={"tries": message.dequeue_count},
        )
        if await self._persist(lambda: self._client.put(poison, message.text)):
            await self._persist(lambda: self._client.delete(self.policy.queue, message))

    async def _persist(self, call: Callable[[], Awaitable[object]]) -> bool:
        """Do a storage call, again and again while the storage is away, as long as the lock could still be ours."""
        deadline = time.monotonic() + self.policy.lock_s
        backoff = RandomizedBackoff(5)
        while True:
            try:
                await call()
                self._outage.end()
                return True
            except StorageError as exc:
                self._outage.begin(exc)
                if time.monotonic() > deadline:
                    return False
            await asyncio.sleep(backoff.next_s())


class Renewal:
    """Renews a message's lock at half time for as long as the context lasts."""

    __slots__ = ("_client", "_handle", "_lock_s", "_message", "_queue", "_task")

    def __init__(self, client: QueueClient, queue: str, message: ReceivedMessage, lock_s: int) -> None:
        self._client = client
        self._queue = queue
        self._message = message
        self._lock_s = lock_s
        self._handle: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Renewal:
        self._schedule(self._lock_s / 2)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._handle is not None:
            self._handle.cancel()
        if self._task is not None:
            # Its answer carries the receipt that completing the message needs.
            await asyncio.wait([self._task])

    def _schedule(self, after_s: float) -> None:
        # A timer, not a task: most messages are done long before and never need one.
        self._handle = asyncio.get_running_loop().call_later(after_s, self._start)

    def _start(self) -> None:
        self._task = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        try:
            ours = await self._client.set_visibility(self._queue, self._message, after_s=self._lock_s)
        except StorageError:
            self._schedule(min(1.0, self._lock_s / 10))
            return
        if ours:
            self._schedule(self._lock_s / 2)
        else:
            _log.warning("the lock on message %s of %s is lost", self._message.id, self._queue)
