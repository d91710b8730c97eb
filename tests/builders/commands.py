"""The `plansmith` command as another process, and the stacks it starts."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from cli.main import main
from local.checkout import ROOT

_LOCAL = "AZURE_OPENAI_ENDPOINT AZURE_OPENAI_API_KEY OPENAI_BASE_URL OPENAI_API_KEY PLANSMITH_URL PLANSMITH_KEY PLANSMITH_PROFILE".split()


def environment(state: Path, **more: str) -> dict[str, str]:
    """This process's environment without what would lead away from this machine; state below `state`."""
    kept = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PLANSMITH_STATE": str(state),
        "XDG_CONFIG_HOME": str(state / "config"),
        **more,
    }


def plansmith(
    *arguments: str, state: Path, timeout_s: float = 240, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; `state` is where it keeps and looks for stacks."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "cli.main", *arguments],
        env=environment(state, **variables),
        cwd=state,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
    )


def inside(*arguments: str, state: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The same in this process, for what the command says: the start of another one takes longer than most commands."""
    out, err = io.StringIO(), io.StringIO()
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with (
        mock.patch.dict(os.environ, environment(state, **variables), clear=True),
        contextlib.chdir(state),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "stdin", io.StringIO()),
    ):
        try:
            status = main(arguments)
        finally:
            for number, handler in before:
                signal.signal(number, handler)
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


@dataclass
class RunningStack:
    """`plansmith up` in its own process, serving."""

    process: subprocess.Popen[str]
    url: str
    state: Path

    @property
    def record(self) -> Mapping[str, Any]:
        """What the stack says of itself (see `local.stack_record.StackRecord`)."""
        found: Mapping[str, Any] = json.loads((self.state / "stack/stack.json").read_text())
        return found


@contextlib.contextmanager
def running_stack(state: Path, *arguments: str, **variables: str) -> Iterator[RunningStack]:
    """A stack on free ports with everything it keeps below `state`; ends with the context."""
    state.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cli.main", "up", "--port", "0", *arguments],
        env=environment(state, **variables),
        cwd=state,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("ready: "), f"no ready line but {line!r}"
        yield RunningStack(process, line.removeprefix("ready: ").strip(), state)
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            if process.stdout:
                process.stdout.close()


def until(
    condition: Callable[[], object], what: str, timeout_s: float = 60, *, every_s: float = 0.05
) -> None:
    """Wait for a condition; AssertionError naming `what` after `timeout_s`.

    Args:
        every_s: pause between two looks; where a look costs a stack processor time, a longer one.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(every_s)


def descendants(pid: int) -> set[int]:
    """Processes that `pid` has started, directly or not (Linux)."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found: set[int] = set()
    open_ones = [pid]
    while open_ones:
        children = parents.get(open_ones.pop(), [])
        found |= set(children)
        open_ones += children
    return found


def alive(pid: int) -> bool:
    """Whether the process runs (Linux)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False
