"""A stack to be maltreated: one Azurite, the emulator and several hosts that are killed and come back.

Shared by `tests/e2e/chaos` and the benchmarks that repeat it at length.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from azure.core.exceptions import AzureError

from cli.client import Client
from local.azurite import start_azurite
from local.checkout import ROOT
from local.child import Child
from local.stack import Stack
from local.stack_options import StackOptions
from shared import names
from testing.chaos.emulator import ChaosEmulator
from testing.chaos.ended import Ended
from testing.chaos.outliving import in_flight
from testing.chaos.storage import ChaosStorage

CATALOG = ROOT / "local" / "catalogs" / "hub.postman_collection.json"
NAME = "hub"
CATALOG_BLOB = f"catalogs/{NAME}.json"
REPAIRABLE = ["prose", "python_repr", "wrong_type", "missing_required", "unknown_argument", "invented_api"]
"""Faulty answers whose repair depends on the messages alone, so that two runs can be compared byte by byte."""
ROUNDS = int(os.environ.get("PLANSMITH_CHAOS") or 0)
"""Runs with dying hosts in `make chaos`; 0 leaves the suite out."""
_EPOCH = "1767225600"
_LOCK_S = 5.0
_SETTLE_S = 60.0


class _ChaosStack(Stack):
    """Hosts whose side effects are wrapped, with a short stall and a fixed creation time of records."""

    def _host_command(self, port: int) -> list[str]:
        command = super()._host_command(port)
        place = command.index("local.functions_host")
        return [*command[:place], "testing.chaos.crashing_host", *command[place + 1 :]]

    def _host_environment(self, environment: dict[str, str]) -> dict[str, str]:
        ours = {
            "SOURCE_DATE_EPOCH": _EPOCH,
            "RECONCILE_SCHEDULE": "*/2 * * * * *",
            "RECONCILE_STALL_S": "4",
            "CHAOS_DIR": str(self.options.data / "chaos"),
            "FINETUNE_SERVED_BY_NAME": "false",  # so that deployments are made, at the emulator's control plane
        }
        return {**environment, **ours}


class Chaos(ChaosStorage, ChaosEmulator):
    """The stack with its supervisor, and what a run leaves behind."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.folder = stack.options.data / "chaos"
        self.kills = 0
        self.in_flight_at_kills = 0
        self._serving = len(stack._hosts)
        self._stopping = threading.Event()
        self._number = random.Random(stack.options.data.name).randrange(10**6)
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        assert stack._azurite is not None and stack._emulator is not None
        self._azurite_data = stack.options.data / "azurite"
        self.emulator = f"http://127.0.0.1:{stack._emulator.command[4]}"
        self.open_storage(stack._azurite.connection_string)
        self._supervisor.start()

    def close(self) -> None:
        self._stopping.set()
        self._supervisor.join(10)
        self.close_storage()

    @property
    def hosts(self) -> list[Child]:
        return [host for _, host in self.stack._hosts]

    def _supervise(self) -> None:
        """Start hosts again that have died, as a platform does, and keep what they had in flight."""
        while not self._stopping.wait(0.05):
            for host in self.hosts[: self._serving]:
                if host.ended() is not None:
                    self.kills += 1
                    self.in_flight_at_kills += in_flight(self.folder, host.pid)
                    host.start()

    # What is done to the stack

    def kill(self, number: int = 0) -> None:
        """`kill -9` of one host."""
        self.hosts[number].kill()

    def only(self, count: int) -> None:
        """Let `count` hosts serve: the others end, or come back."""
        self._serving = count
        for host in self.hosts[count:]:
            host.stop(20)
        self.wait_serving()

    def crash_at(self, point: str, times: int = 1) -> str:
        """Let the first host that does `point` for the `times`-th time die right after it; the order's key."""
        key = f"{time.monotonic_ns()}"
        waiting = self.folder / f"order-{key}"
        waiting.write_text(json.dumps({"point": point, "times": times, "key": key}))
        waiting.rename(self.folder / "crash.json")
        return key

    def crashed(self, key: str) -> bool:
        """Whether an order was carried out; if not, it is withdrawn."""
        (self.folder / "crash.json").unlink(missing_ok=True)
        return (self.folder / f"crashed-{key}").exists()

    def restart_azurite(self, away_s: float = 0.0) -> None:
        """Stop the storage, in order, and start it on the same ports after `away_s`."""
        azurite = self.stack._azurite
        assert azurite is not None
        azurite.stop()
        time.sleep(away_s)
        self.stack._azurite = start_azurite(self._azurite_data, azurite.ports)

    # Runs

    def upload(self) -> None:
        """Put the catalog there without starting a run."""
        blob = self.blobs.get_blob_client(names.CATALOGS, f"{NAME}.json")
        blob.upload_blob(CATALOG.read_bytes(), overwrite=True, metadata={"start": "false"})

    def request(self, samples: int, **options: Any) -> dict[str, Any]:
        """A request for a run of its own."""
        self._number += 1
        chosen = {"samples": samples, **options}
        return {"catalog": CATALOG_BLOB, "options": chosen, "request_key": f"key-{self._number}"}

    def start(self, samples: int, **options: Any) -> str:
        """Ask for a run; its id."""
        body = self.request(samples, **options)
        self.send(names.RUN_REQUESTS, body)
        return run_of(body)

    def run(
        self,
        samples: int,
        *,
        within_s: float = 120,
        meddle: Callable[[str], None] | None = None,
        **options: Any,
    ) -> Ended:
        """A run from its request to its end; `meddle` gets its id right after the request."""
        before, started = self.counters()["chat_calls"], time.monotonic()
        run = self.start(samples, **options)
        if meddle is not None:
            meddle(run)
        self.wait_published(run, within_s)
        seconds = time.monotonic() - started
        self.wait(lambda: not self.is_open(run), f"{run} closed", within_s)
        return self.ended(run, samples, self.counters()["chat_calls"] - before, seconds)

    def ended(self, run: str, samples: int = 0, calls: int = 0, seconds: float = 0.0) -> Ended:
        """What a published run holds."""
        return Ended(run, samples, sum(1 for _ in self.folded(run)), calls, self.files(run), seconds)

    def wait_published(self, run: str, within_s: float = 120) -> None:
        self.wait(lambda: self.blob(names.RUNS, f"{run}/published.json"), f"{run} published", within_s)

    def wait(self, look: Callable[[], Any], what: str, within_s: float = 60) -> Any:
        """What `look` gives once that is true; the storage may be away meanwhile."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            with contextlib.suppress(AzureError):
                if found := look():
                    return found
            time.sleep(0.1)
        raise AssertionError(
            f"not within {within_s:g} s: {what}; queues: {self.depths()}; {self.notes()[:3]}"
        )

    def wait_idle(self, within_s: float = _SETTLE_S) -> None:
        """Until no message is left in any queue that something listens to."""
        self.wait(lambda: not any(self.depths().values()), "empty queues", within_s)

    def wait_serving(self, within_s: float = _SETTLE_S) -> None:
        """Until every host serves."""
        for url, _ in self.stack._hosts[: self._serving]:
            self.wait(Client(url).is_serving, f"{url} serving", within_s)


def run_of(body: dict[str, Any]) -> str:
    """The id of the run that a request with a key asks for."""
    return names.run_id(NAME, {"request_key": body["request_key"]})


@contextlib.contextmanager
def chaos_stack(*, hosts: int = 2, lock_s: float = _LOCK_S, folder: Path | None = None) -> Iterator[Chaos]:
    """A stack in a folder of its own, stopped whatever happens; its catalog is uploaded."""
    data = folder or Path(tempfile.mkdtemp(prefix="plansmith-chaos-"))
    (data / "chaos").mkdir(parents=True, exist_ok=True)
    options = StackOptions(data=data, port=0, temporary=True, emulator=True, hosts=hosts, queue_lock_s=lock_s)
    stack = _ChaosStack(options, lambda _: None)
    chaos = None
    try:
        stack.start()
        chaos = Chaos(stack)
        chaos.upload()
        yield chaos
    finally:
        if chaos is not None:
            chaos.close()
        stack.stop()
        if folder is None:
            shutil.rmtree(data, ignore_errors=True)
