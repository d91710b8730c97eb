"""What a host says when it cannot run an app."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from testing.functions_host import REPO

HTTP_APP = """
import azure.functions as func
app = func.FunctionApp()
@app.route(methods=["GET"])
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("hello")
"""
QUEUE_APP = """
import azure.functions as func
app = func.FunctionApp()
@app.queue_trigger(arg_name="msg", queue_name="{queue}", connection="STORAGE")
async def work(msg: func.QueueMessage) -> None:
    pass
"""


def run(folder: Path, code: str, *options: str, **settings: str) -> str:
    """What the host prints as its error; it must have ended with status 2."""
    (folder / "host.json").write_text('{"version": "2.0"}')
    (folder / "function_app.py").write_text(code)
    command = [sys.executable, "-m", "local.functions_host", "--app", str(folder), *options]
    command += [] if "--port" in options else ["--port", "0"]
    done = subprocess.run(
        command,
        cwd=REPO,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Unclosed" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("code", "settings", "said"),
    [
        ("import no_such_module", {}, "ModuleNotFoundError"),
        (HTTP_APP.replace("req: func.HttpRequest", "req: dict"), {}, "hello"),
        (HTTP_APP + HTTP_APP[HTTP_APP.index("@app") :], {}, "does not have a unique function name"),
        (QUEUE_APP.format(queue="work"), {}, "the app setting STORAGE is missing"),
    ],
)
def test_an_app_that_cannot_be_run_is_refused_in_one_line(tmp_path: Path, code, settings, said):
    assert said in run(tmp_path, code, **settings)


def test_an_unknown_function_on_the_command_line_is_refused(tmp_path: Path):
    assert "there is no function 'nobody'" in run(tmp_path, HTTP_APP, "--functions", "nobody")


def test_a_taken_port_is_refused(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "address already in use" in run(tmp_path, HTTP_APP, "--port", str(taken.getsockname()[1]))
