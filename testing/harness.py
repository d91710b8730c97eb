"""What the benchmarks of the running system share: a measured stack, processor time, and the results page.

Everything is measured against Azurite and the model emulator on the same machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient, ContainerClient

from cli.client import Client
from local.checkout import ROOT
from local.stack import Stack
from local.stack_options import StackOptions
from shared import names

CATALOG = ROOT / "local" / "catalogs" / "bookshop.openapi.yaml"
RESULTS = ROOT / "benchmarks" / "results.md"
_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK_EVERY_S = 0.25


class Measured:
    """A running stack and what can be read off it."""

    def __init__(self, stack: Stack) -> None:
        assert stack._azurite is not None and stack._emulator is not None
        self.stack = stack
        self.client = Client(stack.url)
        self.emulator = f"http://127.0.0.1:{stack._emulator.command[4]}"
        self.folder = stack.options.data
        self.azurite_log = stack.options.data / "azurite" / "azurite.log"
        service = BlobServiceClient.from_connection_string(stack._azurite.connection_string)
        self._datasets = service.get_container_client(names.DATASETS)
        self._runs: ContainerClient = service.get_container_client(names.RUNS)

    def state(self) -> dict[str, Any]:
        """The emulator's counters since the last reset."""
        with urllib.request.urlopen(f"{self.emulator}/emulator/state", timeout=10) as answer:
            return dict(json.load(answer)["counters"])

    def switch(self, **switches: Any) -> None:
        """Set switches of the emulator and put its counters to zero."""
        for path, body in (("switches", switches), ("reset", {})):
            request = urllib.request.Request(
                f"{self.emulator}/emulator/{path}",
                json.dumps(body).encode(),
                {"Content-Type": "application/json"},
            )
            urllib.request.urlopen(request, timeout=10).close()

    def host_cpu_s(self) -> float:
        """Processor seconds that the hosts have used so far, user and system."""
        return sum(cpu_s(host.pid) for _, host in self.stack._hosts)

    def requests(self) -> list[tuple[str, str]]:
        """Method and path with query of every request that Azurite logged so far."""
        found = re.findall(r'"(GET|PUT|POST|DELETE|HEAD) (\S+) HTTP', self.azurite_log.read_text())
        return [(method, path) for method, path in found]

    def start(self, samples: int, **options: Any) -> str:
        """Start a run over the sample catalog and return its id."""
        given = {"samples": samples, "top_up": False, **options}
        return str(self.client.start_run([CATALOG], given)["run_id"])

    def wait(self, run: str, within_s: float) -> None:
        """Return when the run is published; looks at one blob four times a second."""
        deadline = time.monotonic() + within_s
        blob = self._datasets.get_blob_client(f"{run}/manifest.json")
        while True:
            with contextlib.suppress(ResourceNotFoundError):
                blob.get_blob_properties()
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"{run} was not published within {within_s:g} s: {self.client.run(run)}")
            time.sleep(_LOOK_EVERY_S)

    def outcomes(self, run: str) -> list[dict[str, Any]]:
        """Every line of the run's logs."""
        lines: list[dict[str, Any]] = []
        for blob in self._runs.list_blobs(name_starts_with=f"{run}/log/"):
            data = bytes(self._runs.download_blob(blob.name).readall())
            lines += [json.loads(line) for line in data.splitlines()]
        return lines

    def warm(self) -> None:
        """One small run, so that every module is loaded and every connection open in each host."""
        self.wait(self.start(40 * len(self.stack._hosts), seed=9_999), 120)


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def seconds(self) -> float:
        """How long that is."""
        return time.monotonic() - self._began


class IdleShare:
    """How much of the machine nobody used since it was made; near zero, others may have been at work."""

    def __init__(self) -> None:
        self._began = self._ticks()

    def share(self) -> float:
        """0 to 1."""
        idle, total = (now - then for now, then in zip(self._ticks(), self._began, strict=True))
        return idle / total if total else 0.0

    def _ticks(self) -> tuple[int, int]:
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return fields[3] + fields[4], sum(fields)


def cpu_s(pid: int) -> float:
    """Processor seconds that a process has used so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextlib.contextmanager
def measured_stack(
    *, hosts: int = 1, access_log: bool = False, warm: bool = True, **switches: Any
) -> Iterator[Measured]:
    """A stack of its own on free ports in a temporary folder, stopped whatever happens.

    Warmed up unless `warm` is False: then nothing is loaded yet and nothing known of the model service.
    """
    with tempfile.TemporaryDirectory(prefix="plansmith-bench-") as folder:
        options = StackOptions(
            data=Path(folder), port=0, temporary=True, emulator=True, hosts=hosts, access_log=access_log
        )
        stack = Stack(options, lambda _: None)
        try:
            stack.start()
            measured = Measured(stack)
            if warm:
                measured.warm()
            measured.switch(**switches)
            yield measured
        finally:
            stack.stop()


def machine() -> str:
    """What the figures were measured on, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def report(
    section: str, command: str, text: str, *, against: str = "against Azurite and the model emulator"
) -> None:
    """Print `text` and put it into `results.md` in place of the section's last figures."""
    load = os.getloadavg()[0]
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    facts = f"`{command}` · {when} · {machine()} · load {load:.1f} · {against}"
    body = f"## {section}\n\n{facts}\n\n{text.strip()}\n"
    print(body, flush=True)
    head = "# Results\n\nEach section is written by the command that it names.\n"
    known = RESULTS.read_text() if RESULTS.exists() else head
    pattern = re.compile(rf"^## {re.escape(section)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    written, found = pattern.subn(lambda _: body + "\n", known)
    if not found:
        written = known.rstrip() + "\n\n" + body
    RESULTS.write_text(written.rstrip() + "\n")


def verdict(holds: bool) -> str:
    """How a bound is marked in a table."""
    return "yes" if holds else "**no**"
