"""A local stack for the length of one command."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from local.checkout import PRIVATE, ROOT
from local.stack_record import StackError, is_in_use

_STOP_TIMEOUT_S = 60.0
_KEPT_S = 3600.0


@contextlib.contextmanager
def temporary_stack(
    say: Callable[[str], None], *, emulator: bool = False, folder: Path = PRIVATE / "once"
) -> Iterator[str]:
    """Run a stack on free ports with data of its own; gives its url.

    It ends with this process, however that ends. Its data and logs go with it unless something failed.

    Args:
        say: gets what the stack tells while it runs.
        emulator: use the model emulator whatever the user's settings name.
        folder: where the data lies meanwhile.

    Raises:
        StackError: it did not start.
    """
    _sweep(folder)
    data = folder / f"{os.getpid()}-{time.time_ns() % 10**9}"
    data.mkdir(parents=True)
    log = data / "stack.log"
    process = _started(data, log, emulator=emulator)
    try:
        yield _ready_url(process, log, say)
    except BaseException:
        _stop(process)
        say(f"The stack's logs are kept for an hour: {data / 'logs'}")
        raise
    _stop(process)
    shutil.rmtree(data, ignore_errors=True)


def _started(data: Path, log: Path, *, emulator: bool) -> subprocess.Popen[bytes]:
    """`plansmith up` in a process of its own, which ends with its standard input."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "cli.main",
        "up",
        "--port",
        "0",
        "--data",
        str(data),
        "--temporary",
    ]
    with open(log, "wb") as said:
        return subprocess.Popen(
            [*command, "--emulator"] if emulator else command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            start_new_session=True,
        )


def _ready_url(process: subprocess.Popen[bytes], log: Path, say: Callable[[str], None]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        text = line.decode(errors="replace").rstrip()
        if text.startswith("ready: "):
            threading.Thread(target=_pass_on, args=(process.stdout, say), daemon=True).start()
            return text.removeprefix("ready: ")
        say(text)
    process.wait()
    said = log.read_text(errors="replace").strip().removeprefix("plansmith: ")
    raise StackError(said or f"the local stack ended with status {process.returncode}")


def _pass_on(lines: IO[bytes], say: Callable[[str], None]) -> None:
    for line in lines:
        say(line.decode(errors="replace").rstrip())


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()  # the stack ends when its input does
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _sweep(folder: Path) -> None:
    """Remove what failed commands left, once it is old."""
    for data in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - data.stat().st_mtime > _KEPT_S and not is_in_use(data):
                shutil.rmtree(data, ignore_errors=True)
