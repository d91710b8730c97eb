"""A real Azurite for tests, on free ports, and a short way to look into it.

Use it as a fixture of the width you need:

    @pytest.fixture(scope="module")
    def storage():
        with azurite_storage() as storage:
            yield storage
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from local.azurite import AzuriteProcess, start_azurite


@dataclass
class Storage:
    """A running Azurite and SDK clients for it."""

    azurite: AzuriteProcess
    queues: QueueServiceClient
    blobs: BlobServiceClient

    @property
    def connection_string(self) -> str:
        return self.azurite.connection_string

    def restart(self, *, kill: bool = False) -> None:
        """End it and start it again on the same ports; needs `durable`."""
        assert self.azurite.data_dir is not None, "only a durable Azurite has something to come back to"
        (self.azurite.kill if kill else self.azurite.stop)()
        self.azurite = start_azurite(self.azurite.data_dir, self.azurite.ports)

    def new_queue(self, *, suffix: str = "") -> str:
        """Make a queue with a name of its own, return the name."""
        name = f"q-{uuid.uuid4().hex[:12]}{suffix}"
        self.queues.create_queue(name)
        return name

    def send(self, queue: str, *texts: str) -> None:
        client = self.queues.get_queue_client(queue)
        for text in texts:
            client.send_message(text)

    def messages(self, queue: str) -> list[str]:
        """Texts of up to 32 visible messages, without touching them; none if there is no queue."""
        try:
            return [
                message.content
                for message in self.queues.get_queue_client(queue).peek_messages(max_messages=32)
            ]
        except ResourceNotFoundError:
            return []

    def depth(self, queue: str) -> int:
        """Messages in the queue, invisible ones included; 0 if there is no queue."""
        try:
            return self.queues.get_queue_client(queue).get_queue_properties().approximate_message_count or 0
        except ResourceNotFoundError:
            return 0

    def depth_of_all(self) -> int:
        """Messages in all queues, invisible ones included."""
        return sum(self.depth(name) for name in self.queue_names())

    def queue_names(self) -> set[str]:
        return {queue.name for queue in self.queues.list_queues()}

    def new_container(self) -> str:
        """Make a container with a name of its own, return the name."""
        name = f"c-{uuid.uuid4().hex[:12]}"
        self.blobs.create_container(name)
        return name

    def upload(self, container: str, name: str, data: bytes, metadata: dict[str, str] | None = None) -> None:
        self.blobs.get_blob_client(container, name).upload_blob(data, overwrite=True, metadata=metadata)


@contextmanager
def azurite_storage(*, durable: bool = False) -> Iterator[Storage]:
    """An empty Azurite, in memory unless `durable`; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="azurite-test-") as folder:
        azurite = start_azurite(Path(folder) if durable else None)
        queues = QueueServiceClient.from_connection_string(azurite.connection_string)
        blobs = BlobServiceClient.from_connection_string(azurite.connection_string)
        storage = Storage(azurite, queues, blobs)
        try:
            yield storage
        finally:
            queues.close()
            blobs.close()
            storage.azurite.stop()
