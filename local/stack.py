"""The local stack: Azurite, the model emulator and the functions host, started, watched and stopped together."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from local.app_environment import app_environment, model_service
from local.azurite import AzuriteError, AzuriteProcess, connection_string, start_azurite
from local.checkout import ROOT
from local.child import Child
from local.serving import LOOPBACK, READY_TIMEOUT_S, accepts, answers, free_ports, need_free, wait_for
from local.stack_options import StackOptions, check_settings, settings_file
from local.stack_record import StackError, StackRecord, data_folder, publish, withdraw
from local.storage_names import create_containers_and_queues, preload

_DRAIN_S = 15.0
_BLOB_POLL_S = 2.0
_WATCH_EVERY_S = 0.2
_CRASHES_ALLOWED = 5
_CRASH_WINDOW_S = 60.0


@dataclass
class Stack:
    """The programs of one stack. `start`, then `watch` until told to end, then `stop`."""

    options: StackOptions
    say: Callable[[str], None]
    _azurite: AzuriteProcess | None = None
    _emulator: Child | None = None
    _hosts: list[tuple[str, Child]] = field(default_factory=list)
    _record: StackRecord | None = None
    _crashes: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Address of the HTTP API; valid after `start`."""
        return self._hosts[0][0]

    def start(self) -> None:
        """Start everything and return once it serves. Raises StackError."""
        options = self.options
        file = settings_file()
        given = options.openai or (None if options.emulator else model_service(os.environ, file))
        check_settings(app_environment(os.environ, file, storage="-", emulator=None, openai=given))
        ports = self._host_ports()
        logs = options.data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        emulator_url = None if given else self._start_emulator(logs)
        threading.Thread(target=preload, daemon=True).start()
        storage = self._start_azurite()
        create_containers_and_queues(storage)
        environment = app_environment(
            os.environ, file, storage=storage, emulator=emulator_url, openai=options.openai
        )
        for number, port in enumerate(ports, start=1):
            name = f"host-{number}"
            log = None if options.verbose else logs / f"{name}.log"
            host = Child(name, self._host_command(port), self._host_environment(environment), log)
            host.start()
            self._hosts.append((f"http://{LOOPBACK}:{port}", host))
        self._wait_until_serving()
        self._publish(storage, emulator_url or given or "")

    def watch(self) -> None:
        """Keep the hosts running until interrupted. Raises StackError when something else ends."""
        while True:
            time.sleep(_WATCH_EVERY_S)
            if self._azurite and not self._azurite.is_running():
                raise StackError(f"Azurite ended by itself; its log is in {self.options.data / 'azurite'}.")
            if self._emulator and self._emulator.ended() is not None:
                raise StackError(f"The model emulator ended by itself:\n{self._emulator.tail()}")
            for _, host in self._hosts:
                if host.ended() is not None:
                    self._restart(host)

    def stop(self) -> None:
        """Stop everything, in the order in which the one needs the other; leaves no process."""
        for _, host in self._hosts:
            if host.ended() is None:
                os.kill(host.pid, 15)  # all drain at the same time
        for _, host in self._hosts:
            host.stop(_DRAIN_S + 5)
        if self._emulator:
            self._emulator.stop(5)
        if self._azurite:
            self._azurite.stop()
        if self._record:
            withdraw(self._record)

    def _host_ports(self) -> tuple[int, ...]:
        port, count = self.options.port, self.options.hosts
        need_free(
            port,
            "stop that one (is a stack running in another window, or `func start`?) or choose another port with "
            "--port, 0 for any free one",
        )
        return (port, *free_ports(count - 1)) if port else free_ports(count)

    def _start_emulator(self, logs: Path) -> str:
        port = self.options.openai_port or free_ports(1)[0]
        need_free(port, "choose another one with --openai-port")
        command = [sys.executable, "-m", "local.openai_emulator", "--port", str(port)]
        command += ["--data", str(self.options.data / "emulator"), *self.options.emulator_args]
        self._emulator = Child("emulator", command, _python_environment(), logs / "emulator.log")
        self._emulator.start()
        return f"http://{LOOPBACK}:{port}"

    def _start_azurite(self) -> str:
        ports = self.options.azurite_ports
        for port in ports or ():
            need_free(port, "choose others with --azurite-ports")
        try:
            self._azurite = start_azurite(
                self.options.data / "azurite", ports, access_log=self.options.access_log
            )
        except AzuriteError as error:
            raise StackError(str(error)) from error
        return connection_string(self._azurite.ports)

    def _host_command(self, port: int) -> list[str]:
        if self.options.host == "func":
            func = shutil.which("func")
            if func is None:
                raise StackError(
                    "There is no `func` on the PATH: install Azure Functions Core Tools (see README), "
                    "or leave HOST=func out to use the host that comes with this project."
                )
            return [func, "start", "--port", str(port)]
        command = [sys.executable, "-m", "local.functions_host", "--app", str(ROOT), "--port", str(port)]
        command += ["--queue-lock-s", f"{self.options.queue_lock_s:g}", "--blob-poll-s", f"{_BLOB_POLL_S:g}"]
        return [*command, "--drain-s", f"{_DRAIN_S:g}"]

    def _host_environment(self, environment: dict[str, str]) -> dict[str, str]:
        if self.options.host != "func":
            return environment
        venv = Path(sys.prefix)  # Core Tools run the Python worker of the active environment
        path = f"{venv / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        return {**environment, "VIRTUAL_ENV": str(venv), "PATH": path}

    def _wait_until_serving(self) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        if self._emulator:
            port = int(self._emulator.command[4])
            wait_for(self._emulator, lambda: accepts(port), deadline)
        for url, host in self._hosts:
            wait_for(host, lambda url=url: answers(f"{url}/api/health"), deadline)  # type: ignore[misc]

    def _restart(self, host: Child) -> None:
        now = time.monotonic()
        self._crashes = [at for at in self._crashes if now - at < _CRASH_WINDOW_S] + [now]
        said = f"{host.name} ended with status {host.ended()}"
        if len(self._crashes) > _CRASHES_ALLOWED:
            raise StackError(f"{said}, {len(self._crashes)} times in a minute; giving up.\n{host.tail()}")
        self.say(f"{said}; starting it again.\n{host.tail(5)}".rstrip())
        host.start()
        if self._record:
            self._publish(self._record.storage, self._record.openai)

    def _publish(self, storage: str, openai: str) -> None:
        hosts: list[dict[str, str | int]] = [
            {"name": host.name, "url": url, "pid": host.pid, "log": str(host.log or "")}
            for url, host in self._hosts
        ]
        self._record = StackRecord(
            url=self.url,
            pid=os.getpid(),
            data=str(self.options.data),
            storage=storage,
            openai=openai,
            hosts=hosts,
            temporary=self.options.temporary,
        )
        publish(self._record)


def serve(options: StackOptions, say: Callable[[str], None]) -> None:
    """Run a stack in the foreground until a signal raises out of it; `say` gets what a person should know.

    Raises StackError if it cannot start or something it cannot replace ends.
    """
    with data_folder(options.data):
        stack = Stack(options, say)
        try:
            stack.start()
            say(f"ready: {stack.url}")
            stack.watch()
        finally:
            stack.stop()


def _python_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}
