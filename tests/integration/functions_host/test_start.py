"""What a host says when it cannot run an app."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.functions_host import REPO

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


def run(folder: Path, code: str | None, *options: str, host_json: object = None, **settings: str) -> str:
    """What the host prints as its error; it must have ended with status 2."""
    (folder / "host.json").write_text(json.dumps(host_json or {"version": "2.0"}))
    if code is not None:
        (folder / "function_app.py").write_text(code)
    command = [sys.executable, "-m", "local.functions_host", "--app", str(folder), *options]
    command += [] if "--port" in options else ["--port", "0"]
    done = subprocess.run(
        command, cwd=REPO, env={**os.environ, **settings}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "Unclosed" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("code", "settings", "said"),
    [
        (None, {}, "there is no function_app.py"),
        ("import no_such_module", {}, "ModuleNotFoundError"),
        (HTTP_APP.replace("req: func.HttpRequest", "req: dict"), {}, "hello"),
        (HTTP_APP + HTTP_APP[HTTP_APP.index("@app") :], {}, "does not have a unique function name"),
        (QUEUE_APP.format(queue="%MISSING%"), {"STORAGE": "UseDevelopmentStorage=true"}, "the app setting MISSING"),
        (QUEUE_APP.format(queue="a_b"), {"STORAGE": "UseDevelopmentStorage=true"}, "'a_b' is no queue name"),
        (QUEUE_APP.format(queue="work"), {}, "the app setting STORAGE is missing"),
        (QUEUE_APP.format(queue="work"), {"STORAGE__queueServiceUri": "https://x"}, "given by identity"),
        (QUEUE_APP.format(queue="work"), {"STORAGE": "AccountName=x"}, "must be a connection string"),
    ],
)
def test_an_app_that_cannot_be_run_is_refused_in_one_line(tmp_path: Path, code, settings, said):
    assert said in run(tmp_path, code, **settings)


def test_a_wrong_host_json_is_refused_naming_the_key(tmp_path: Path):
    host_json = {"version": "2.0", "extensions": {"queues": {"batchSize": 64}}}
    assert "extensions.queues.batchSize must be a whole number from 1 to 32" in run(tmp_path, HTTP_APP, host_json=host_json)


def test_enforcing_keys_without_any_is_refused(tmp_path: Path):
    assert "HOST_KEY_DEFAULT" in run(tmp_path, HTTP_APP, "--enforce-keys")


def test_an_unknown_function_on_the_command_line_is_refused(tmp_path: Path):
    assert "there is no function 'nobody'" in run(tmp_path, HTTP_APP, "--functions", "nobody")


def test_a_taken_port_is_refused(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "address already in use" in run(tmp_path, HTTP_APP, "--port", str(taken.getsockname()[1]))
