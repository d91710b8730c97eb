"""Storage queues as the app's queue."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from shared.adapters.storage.account import NotFoundError, queue_service, translated
from shared.contracts.messages import Message
from shared.errors import ConflictError
from shared.settings import Connection

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient, QueueServiceClient

_MAX_DELAY_S = 7 * 24 * 3600 - 60


class AzureQueue:
    """Queue on Queue storage; plain UTF-8 JSON (`messageEncoding: none`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._clients: dict[str, QueueClient] = {}

    @cached_property
    def _service(self) -> QueueServiceClient:
        return queue_service(self._connection)

    def _client(self, queue: str) -> QueueClient:
        if queue not in self._clients:
            self._clients[queue] = self._service.get_queue_client(queue)
        return self._clients[queue]

    async def send(self, message: Message, *, delay_s: float = 0) -> None:
        """A queue that does not exist yet is created."""
        queue, text = message.queue, message.encode().decode()
        delay = min(max(0, round(delay_s)), _MAX_DELAY_S) or None
        client = self._client(queue)
        try:
            with translated(f"send to {queue}"):
                await client.send_message(text, visibility_timeout=delay)
        except NotFoundError:
            await self._create(client)
            with translated(f"send to {queue}"):
                await client.send_message(text, visibility_timeout=delay)

    async def _create(self, client: QueueClient) -> None:
        try:
            with translated(f"create {client.queue_name}"):
                await client.create_queue()
        except ConflictError:
            return

    async def depth(self, queue: str) -> int:
        try:
            with translated(f"look at {queue}"):
                found = await self._client(queue).get_queue_properties()
        except NotFoundError:
            return 0
        return int(found.approximate_message_count or 0)

    async def close(self) -> None:
        if "_service" in self.__dict__:
            await self._service.close()
