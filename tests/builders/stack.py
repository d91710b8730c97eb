"""The whole local stack for a test: Azurite, the emulator and hosts, on free ports in a folder of its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from cli.client import Client
from local.stack import Stack
from local.stack_options import StackOptions
from shared import names

_LOOK_EVERY_S = 0.25
"""A look costs the stack some 20 ms of processor time, which it then lacks for what is waited for."""

HUB = Path(__file__).parents[2] / "local" / "catalogs" / "hub.postman_collection.json"


class RunningStack:
    """A stack with clients for what it serves."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.client = Client(stack.url)
        assert stack._azurite is not None
        storage = stack._azurite.connection_string
        self.blobs = BlobServiceClient.from_connection_string(storage)
        self.queues = QueueServiceClient.from_connection_string(storage)

    def upload(self, name: str, data: bytes, **metadata: str) -> None:
        """Drop a blob into `catalogs`, as a user does."""
        blob = self.blobs.get_blob_client(names.CATALOGS, name)
        blob.upload_blob(data, overwrite=True, metadata=metadata or None)

    def send(self, queue: str, body: bytes | str | dict[str, Any]) -> None:
        """Put a message on a queue, as another system does."""
        text = orjson.dumps(body).decode() if isinstance(body, dict) else body
        self.queues.get_queue_client(queue).send_message(text if isinstance(text, str) else text.decode())

    def switch(self, **switches: Any) -> None:
        """Set switches of the emulator (see `docs/emulator.md`)."""
        assert self.stack._emulator is not None
        url = f"http://127.0.0.1:{self.stack._emulator.command[4]}/emulator/switches"
        httpx2.post(url, json=switches, timeout=30).raise_for_status()

    def runs(self) -> list[dict[str, Any]]:
        """All runs, newest first."""
        return list(self.client.runs()["runs"])

    def poison(self) -> list[dict[str, Any]]:
        """Messages that belong to no run."""
        return list(self.client.runs()["poison"])

    def run_named(self, slug: str) -> dict[str, Any] | None:
        """The newest run whose id begins with `slug`."""
        return next((run for run in self.runs() if run["run_id"].startswith(slug)), None)

    def wait_for_run(self, slug: str, *statuses: str, within_s: float = 60) -> dict[str, Any]:
        """The newest run of `slug` once it has one of `statuses`."""
        return self.wait(lambda: _if(self.run_named(slug), statuses), f"{slug} {statuses}", within_s)

    def wait(self, look: Callable[[], Any], what: str, within_s: float = 60) -> Any:
        """What `look` gives as soon as that is not None or False; fails after `within_s` seconds."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(_LOOK_EVERY_S)
        raise AssertionError(f"not within {within_s} s: {what}; runs: {self.runs()}")

    def file(self, run: str, path: str) -> bytes:
        """A published file."""
        blob = self.blobs.get_blob_client(names.DATASETS, f"{run}/{path}")
        return bytes(blob.download_blob().readall())

    def rows(self, run: str, path: str) -> list[dict[str, Any]]:
        """A published JSONL file."""
        return [orjson.loads(line) for line in self.file(run, path).splitlines()]

    def outcomes(self, run: str) -> list[dict[str, Any]]:
        """Every line of the run's logs, repetitions included."""
        container = self.blobs.get_container_client(names.RUNS)
        lines: list[dict[str, Any]] = []
        for blob in container.list_blobs(name_starts_with=f"{run}/log/"):
            data = bytes(container.download_blob(blob.name).readall())
            lines += [orjson.loads(line) for line in data.splitlines()]
        return lines


def _if(run: dict[str, Any] | None, statuses: tuple[str, ...]) -> dict[str, Any] | None:
    if run is None:
        return None
    if run["status"] == "failed" and "failed" not in statuses:
        raise AssertionError(f"the run failed: {run['error']}")
    return run if run["status"] in statuses else None


@contextlib.contextmanager
def running_stack(data: Path, **options: Any) -> Iterator[RunningStack]:
    """Start a stack below `data`; it is stopped whatever happens."""
    asked = {"port": 0, "emulator": True, **options}
    stack = Stack(StackOptions(data=data, temporary=True, **asked), lambda _: None)
    stack.start()
    try:
        yield RunningStack(stack)
    finally:
        stack.stop()
