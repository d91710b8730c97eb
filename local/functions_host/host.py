"""A running host: everything it listens to, its admin face, start and drain."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import platform
import re
import time
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from local.functions_host import worker
from local.functions_host.bindings import BLOB, HTTP, QUEUE, TIMER, Function, bind
from local.functions_host.blob_listener import BlobListener
from local.functions_host.blob_triggers import BlobTriggers
from local.functions_host.errors import HostError
from local.functions_host.execution import Executor
from local.functions_host.host_json import HostJson
from local.functions_host.http_server import HttpServer
from local.functions_host.keys import load_keys
from local.functions_host.queue_triggers import Queues, queue_listener
from local.functions_host.routes import RouteTable
from local.functions_host.settings import AppSettings
from local.functions_host.stores import Stores
from local.functions_host.timer_listener import timer_datum
from local.functions_host.timer_triggers import timer_listener
from local.functions_host.worker import Datum

_log = logging.getLogger(__name__)

NAME = "local functions host"
EVENT_GRID = "EventGrid"
HOST_ID = "AzureFunctionsWebHost__hostid"
_HOST_ID = re.compile(r"(?=.{1,32}$)[a-z0-9]+(?:-[a-z0-9]+)*")
_GRACE_S = 1.0
_RESTART_S = 1.0


@dataclass(frozen=True, slots=True)
class HostOptions:
    """What the command line says.

    Attributes:
        app_dir: folder of `function_app.py` and `host.json`.
        address, port: where HTTP is served; port 0 takes a free one.
        queue_lock_s: how long a received message stays invisible; renewed at half time.
        blob_poll_s: seconds between two looks into the containers of blob triggers.
        enforce_keys: whether function and master keys are asked for.
        functions: the only functions to run; empty for all.
        drain_s: how long running functions may take to end when the host is told to stop.
    """

    app_dir: Path
    address: str = "127.0.0.1"
    port: int = 7071
    queue_lock_s: int = 600
    blob_poll_s: float = 10.0
    enforce_keys: bool = False
    functions: tuple[str, ...] = ()
    drain_s: float = 30.0


class Listener(Protocol):
    """A trigger's source of work."""

    async def run(self) -> None:
        """Work until `stop`, then end once nothing is in flight."""

    def stop(self) -> None:
        """Take on nothing more."""


class Host:
    """Runs one function app. Several hosts may run one app against the same storage."""

    def __init__(self, options: HostOptions, host_json: HostJson, settings: AppSettings) -> None:
        self.options = options
        self._host_json = host_json
        self._settings = settings
        self._started = time.monotonic()
        self._functions: list[Function] = []
        self._queues = Queues(host_json.queues)
        self._executor = Executor(self._queues, host_json.function_timeout_s)
        self._stores = Stores()
        self._blobs = BlobTriggers(self.id, host_json, settings, self._queues, self._stores, self._executor)
        self._listeners: list[Listener] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._server: HttpServer | None = None
        self._state = "Initializing"

    @property
    def id(self) -> str:
        """What hosts of the same app have in common, as the name of leases, receipts and timer states."""
        given = self._settings.get(HOST_ID)
        if given and not _HOST_ID.fullmatch(given):
            raise HostError(f"{HOST_ID} must be 1 to 32 lower-case letters, digits and single hyphens")
        return given or f"local-{hashlib.sha256(str(self.options.app_dir).encode()).hexdigest()[:20]}"

    async def start(self) -> int:
        """Index the app and serve it; returns the HTTP port. HostError or OSError if it cannot."""
        script = self._settings.get("PYTHON_SCRIPT_FILE_NAME", "function_app.py")
        indexed = worker.index(self.options.app_dir, script)
        functions = bind(indexed, self._settings)
        unknown = set(self.options.functions) - {function.name for function in functions}
        if unknown:
            raise HostError(f"there is no function {min(unknown)!r} in {script}")
        self._functions = [function for function in functions if self._is_wanted(function)]
        self._listeners = self._make_listeners()
        keys = load_keys(self._settings) if self.options.enforce_keys else None
        routes = RouteTable((f for f in self._functions if f.kind == HTTP), self._host_json.route_prefix)
        self._server = HttpServer(self._executor, routes, self, keys)
        port = await self._server.start(self.options.address, self.options.port, drain_s=self.options.drain_s)
        for listener in self._listeners:
            self._run(listener)
        self._state = "Running"
        return port

    async def drain(self) -> bool:
        """Take on nothing more, wait for what runs, at most `drain_s`, and close; whether all of it ended."""
        self._state = "Stopping"
        for listener in self._listeners:
            listener.stop()
        work = {*self._tasks, asyncio.create_task(self._server.stop())} if self._server else self._tasks
        left = (await asyncio.wait(work, timeout=self.options.drain_s + _GRACE_S))[1] if work else set()
        if left:
            _log.warning("functions still run after %g s; their messages come back", self.options.drain_s)
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=_GRACE_S)
        else:
            worker.stop()
        await self.close()
        return not left

    async def close(self) -> None:
        """Let go of the storage."""
        await self._queues.close()
        await self._stores.close()

    def _is_wanted(self, function: Function) -> bool:
        chosen = self.options.functions or self._host_json.functions
        if self._settings.is_true(f"AzureWebJobs.{function.name}.Disabled"):
            return False
        return not chosen or function.name in chosen

    def _make_listeners(self) -> list[Listener]:
        listeners = [listener for function in self._functions if (listener := self._listener(function))]
        if any(isinstance(listener, BlobListener) for listener in listeners):
            listeners.append(self._blobs.consumer(self.options.queue_lock_s))
        return listeners

    def _listener(self, function: Function) -> Listener | None:
        settings, queues, executor, host_json = self._settings, self._queues, self._executor, self._host_json
        if function.kind == QUEUE:
            return queue_listener(
                function, settings, host_json.queues, queues, executor, self.options.queue_lock_s
            )
        if function.kind == TIMER:
            return timer_listener(function, self.id, host_json.singleton, settings, self._stores, executor)
        if function.kind == BLOB and function.trigger.get("source") == EVENT_GRID:
            _log.warning(
                "%s waits for Event Grid, which is not here: it can only be run by hand", function.name
            )
            self._blobs.listener(function, self.options.blob_poll_s)
            return None
        return self._blobs.listener(function, self.options.blob_poll_s) if function.kind == BLOB else None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _run(self, listener: Listener) -> None:
        if self._state != "Stopping":
            self._spawn(listener.run()).add_done_callback(partial(self._run_again, listener))

    def _run_again(self, listener: Listener, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and task.exception() is not None:
            asyncio.get_running_loop().call_later(_RESTART_S, self._run, listener)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("unexpected error", exc_info=task.exception())

    def status(self) -> dict[str, object]:
        """State and tallies, for the admin API."""
        return {
            "id": self.id,
            "state": self._state,
            "host": NAME,
            "version": version("azure-functions-runtime"),
            "versionDetails": f"Python {platform.python_version()}, azure-functions {version('azure-functions')}",
            "processId": os.getpid(),
            "processUptime": round((time.monotonic() - self._started) * 1000),
            "functions": {name: asdict(tally) for name, tally in self._executor.tallies.items()},
        }

    def functions(self, base_url: str) -> list[dict[str, object]]:
        """Each function with its raw bindings, for the admin API."""
        prefix = f"{base_url}/{self._host_json.route_prefix}".rstrip("/")
        return [
            {
                "name": function.name,
                "language": "python",
                "isDisabled": False,
                "config": {"bindings": list(function.indexed.bindings)},
                "invoke_url_template": f"{prefix}/{function.trigger.get('route') or function.name}"
                if function.kind == HTTP
                else None,
            }
            for function in self._functions
        ]

    def run_by_hand(self, name: str, text: str) -> bool:
        """Run a non-HTTP function with `text` as its trigger's value, in the background."""
        for function in self._functions:
            if function.name.lower() == name.lower() and function.kind != HTTP:
                self._spawn(self._by_hand(function, text))
                return True
        return False

    async def _by_hand(self, function: Function, text: str) -> None:
        if function.kind == BLOB:
            await self._blobs.run_by_hand(function, text)
            return
        value = timer_datum(None, past_due=False) if function.kind == TIMER else Datum(text, "string")
        await self._executor.run(function, value, {})
