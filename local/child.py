"""A program of the local stack as a child process: its log, its end, and that it never outlives the stack."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local.checkout import ROOT

_PR_SET_PDEATHSIG = 1
_TAIL_BYTES = 8192


@dataclass
class Child:
    """One program that the stack starts, and may start again.

    Attributes:
        name: what messages call it.
        command: program and arguments.
        environment: all of its variables.
        log: file that takes its output, appended to at each start; None lets it write to our stderr.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the stack alone, which stops it in order."""
        with open(self.log, "ab") if self.log else contextlib.nullcontext(sys.stderr) as output:
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if self.log else None,
                start_new_session=True,
                preexec_fn=_DIE_WITH_PARENT,
            )

    @property
    def pid(self) -> int:
        """Its process id, 0 before the first start."""
        return self._process.pid if self._process else 0

    def ended(self) -> int | None:
        """Its exit status (negative: the signal that ended it), None while it runs."""
        return self._process.poll() if self._process else None

    def kill(self) -> None:
        """`kill -9`; nothing happens where it is dead already."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log, indented."""
        if self.log is None or not self.log.exists():
            return ""
        with open(self.log, "rb") as file:
            file.seek(max(0, self.log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
        return "\n".join(f"    {line}" for line in text.strip().splitlines()[-lines:])

    def stop(self, timeout_s: float) -> None:
        """Ask it to end, and kill what is left of its session after `timeout_s`."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it may have started itself


def _death_signal() -> Callable[[], None] | None:
    """On Linux, a call for the child that ties its life to ours, even when we are killed; else None."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


_DIE_WITH_PARENT = _death_signal()
