"""Function hosts as child processes of a test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[1]


@dataclass
class HostProcess:
    """A running host; `log_file` holds its stderr."""

    process: subprocess.Popen[str]
    url: str
    log_file: Path

    def stop(self) -> int:
        """Ask it to drain, return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait(10)

    def log(self) -> str:
        return self.log_file.read_text()

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One HTTP request; an error status is an answer like any other."""
        request = urllib.request.Request(
            self.url + path, data=body, method=method, headers=dict(headers or {})
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return Answer(response.status, response.read(), response.headers.items())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(), error.headers.items())

    def status(self) -> dict[str, Any]:
        return self.request("GET", "/admin/host/status").json()


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    header_items: list[tuple[str, str]] = field(default_factory=list)

    def json(self) -> Any:
        return json.loads(self.body)

    def headers(self, name: str) -> list[str]:
        return [value for key, value in self.header_items if key.lower() == name]


@contextmanager
def host(
    app: Path,
    folder: Path,
    *options: str,
    settings: Mapping[str, str] | None = None,
    host_json: Mapping[str, Any] | None = None,
) -> Iterator[HostProcess]:
    """A host that serves `app`, killed at the end if it still runs; its log is in `folder`.

    With `host_json` it serves a copy of the app whose host.json is that one.
    """
    if host_json is not None:
        app = _with_host_json(app, folder, host_json)
    process = start_host(app, folder, *options, settings=settings)
    try:
        yield process
    finally:
        if process.process.poll() is None:
            process.kill()
        if process.process.stdout:
            process.process.stdout.close()


def start_host(
    app: Path, folder: Path, *options: str, settings: Mapping[str, str] | None = None
) -> HostProcess:
    """Start a host and wait until it serves; the caller ends it."""
    log_file = folder / f"host-{time.monotonic_ns()}.log"
    command = [sys.executable, "-m", "local.functions_host", "--app", str(app), "--port", "0", *options]
    with log_file.open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=REPO,
            env={**os.environ, **(settings or {})},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("ready: "):
        process.kill()
        raise AssertionError(f"the host did not start: {line}{log_file.read_text()}")
    return HostProcess(process, line.removeprefix("ready: ").strip(), log_file)


def _with_host_json(app: Path, folder: Path, host_json: Mapping[str, Any]) -> Path:
    copy = folder / f"{app.name}-{time.monotonic_ns()}"
    copy.mkdir()
    for file in app.glob("*.py"):
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / "host.json").write_text(json.dumps(host_json))
    return copy


class Journal:
    """What the functions of a test's app write down: one JSON line an event, whichever host it is in."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.touch()

    def events(self, **fields: object) -> list[dict[str, Any]]:
        """The events with these values, in order."""
        lines = [json.loads(line) for line in self.file.read_text().splitlines()]
        return [line for line in lines if all(line.get(name) == value for name, value in fields.items())]

    def wait(self, count: int, *, within_s: float = 20, **fields: object) -> list[dict[str, Any]]:
        """Wait until there are at least `count` such events."""
        wait_until(
            lambda: len(self.events(**fields)) >= count, f"{count} × {fields} in {self.file}", within_s
        )
        return self.events(**fields)


def wait_until(condition: Callable[[], object], what: object = "the condition", within_s: float = 20) -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"did not come within {within_s} s: {what}"
        time.sleep(0.03)
