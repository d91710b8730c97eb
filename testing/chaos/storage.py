"""What a round does to and sees in the storage of its stack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from shared import names


class ChaosStorage:
    """Blobs and queues of the stack, beside the app."""

    blobs: BlobServiceClient
    queues: QueueServiceClient

    def open_storage(self, connection: str) -> None:
        self.blobs = BlobServiceClient.from_connection_string(connection)
        self.queues = QueueServiceClient.from_connection_string(connection)

    def close_storage(self) -> None:
        self.blobs.close()
        self.queues.close()

    def send(self, queue: str, *bodies: Any) -> None:
        """Put messages on a queue, as another system does."""
        client = self.queues.get_queue_client(queue)
        for body in bodies:
            client.send_message(body if isinstance(body, str) else orjson.dumps(body).decode())

    def is_open(self, run: str) -> bool:
        return self.blob(names.RUNS, f"_open/{run}") is not None

    def published_runs(self, prefix: str) -> list[str]:
        paths = self.paths(names.RUNS, prefix)
        return [path.split("/")[0] for path in paths if path.endswith("/published.json")]

    def log(self, run: str) -> list[dict[str, Any]]:
        """Every line of the run's logs, repetitions included."""
        paths = self.paths(names.RUNS, f"{run}/log/")
        return [orjson.loads(line) for path in paths for line in self.blob(names.RUNS, path).splitlines()]

    def done(self, run: str) -> int:
        """Lines in the run's logs."""
        return sum(
            len(self.blob(names.RUNS, path).splitlines()) for path in self.paths(names.RUNS, f"{run}/log/")
        )

    def folded(self, run: str) -> Iterator[dict[str, Any]]:
        """The outcomes that were published, in order."""
        for path in self.paths(names.RUNS, f"{run}/segments/"):
            yield from map(orjson.loads, self.blob(names.RUNS, path).splitlines())

    def blob(self, container: str, path: str) -> Any:
        """A blob's bytes, None if there is none."""
        try:
            return self.blobs.get_blob_client(container, path).download_blob().readall()
        except ResourceNotFoundError:
            return None

    def paths(self, container: str, prefix: str) -> list[str]:
        return [
            blob.name
            for blob in self.blobs.get_container_client(container).list_blobs(name_starts_with=prefix)
        ]

    def files(self, run: str) -> dict[str, bytes]:
        """Published files by path."""
        found = self.paths(names.DATASETS, f"{run}/")
        return {path.removeprefix(f"{run}/"): self.blob(names.DATASETS, path) for path in found}

    def depths(self) -> dict[str, int]:
        """Messages in the work and poison queues."""
        found = {}
        for queue in (*names.WORK_QUEUES, *names.POISON_QUEUES):
            count = self.queues.get_queue_client(queue).get_queue_properties().approximate_message_count
            if count:
                found[queue] = count
        return found

    def notes(self) -> list[dict[str, Any]]:
        """Messages kept with the reason."""
        return [orjson.loads(self.blob(names.RUNS, path)) for path in self.paths(names.RUNS, "_poison/")]

    def forget_notes(self) -> None:
        for path in self.paths(names.RUNS, "_poison/"):
            self.blobs.get_blob_client(names.RUNS, path).delete_blob()

    def clear(self, *queues: str) -> None:
        """Let every message of the queues vanish, locked and delayed ones included."""
        for queue in queues:
            self.queues.get_queue_client(queue).clear_messages()

    def take_events(self) -> list[dict[str, Any]]:
        """What other systems were told since the last call."""
        client = self.queues.get_queue_client(names.RUN_EVENTS)
        events = []
        for page in client.receive_messages(messages_per_page=32).by_page():
            for message in page:
                events.append(orjson.loads(message.content))
                client.delete_message(message)
        return events
