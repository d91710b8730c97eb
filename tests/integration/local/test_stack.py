"""`plansmith up` with a real Azurite, the emulator and the functions host."""

import os
import signal
import socket
import sys
import urllib.request
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from shared import names
from tests.builders.commands import RunningStack, alive, descendants, plansmith, running_stack, until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory):
    with running_stack(tmp_path_factory.mktemp("state"), "--hosts", "2") as stack:
        yield stack


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_every_host_serves_once_the_stack_says_it_is_ready(stack: RunningStack):
    urls = [host["url"] for host in stack.record["hosts"]]
    assert urls[0] == stack.url
    assert len(set(urls)) == 2
    assert all(_healthy(url) for url in urls)


def test_every_container_and_queue_is_there(stack: RunningStack):
    storage = stack.record["storage"]
    with BlobServiceClient.from_connection_string(storage) as blobs:
        assert set(names.CONTAINERS) <= {container.name for container in blobs.list_containers()}
    with QueueServiceClient.from_connection_string(storage) as queues:
        assert set(names.QUEUES) <= {queue.name for queue in queues.list_queues()}


def test_other_commands_find_it(stack: RunningStack):
    done = plansmith("status", state=stack.state)
    assert (done.returncode, done.stderr) == (0, "")
    assert "There is no run yet" in done.stdout


def test_a_second_stack_in_its_data_folder_is_refused(stack: RunningStack):
    done = plansmith("up", "--port", "0", state=stack.state)
    assert done.returncode == 1
    assert f"runs already at {stack.url}" in done.stderr


def test_a_host_that_was_killed_is_started_again(stack: RunningStack):
    killed = stack.record["hosts"][1]
    os.kill(killed["pid"], signal.SIGKILL)
    until(lambda: stack.record["hosts"][1]["pid"] != killed["pid"], "a new host in the record")
    until(lambda: _healthy(killed["url"]), "the new host serves at the old address")


def test_a_taken_port_is_named_with_what_to_do(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = plansmith("up", "--port", str(port), state=tmp_path)
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("RUN_OPTIONS", '{"samples": ', "RUN_OPTIONS must be a JSON object"),
        ("RUN_OPTIONS", '{"sampels": 3}', "RUN_OPTIONS: unknown option 'sampels' (did you mean 'samples'?)"),
        ("RECONCILE_STALL_S", "soon", "RECONCILE_STALL_S must be a positive number"),
    ],
)
def test_a_setting_with_which_nothing_could_be_served_is_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
):
    monkeypatch.setenv(setting, value)
    done = plansmith("up", "--port", "0", state=tmp_path)
    assert done.returncode == 1
    assert told in done.stderr


def test_a_stack_that_cannot_start_its_emulator_says_why_and_leaves_nothing(tmp_path: Path):
    done = plansmith("up", "--port", "0", "--emulator-arg", "--nonsense", state=tmp_path)
    assert done.returncode == 1
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "stack.json").exists()


def test_the_end_is_orderly_and_complete(tmp_path: Path):
    with running_stack(tmp_path) as stack:
        started = descendants(stack.process.pid)
        assert len(started) >= 3
        stack.process.send_signal(signal.SIGINT)
        assert stack.process.wait(60) == 0
    assert [pid for pid in started if alive(pid)] == []
    assert not (tmp_path / "stack.json").exists()


def test_nothing_outlives_a_stack_that_was_killed(tmp_path: Path):
    with running_stack(tmp_path) as stack:
        started = descendants(stack.process.pid)
        stack.process.kill()
        until(lambda: not any(alive(pid) for pid in started), "all of its processes ended")


def test_core_tools_run_the_functions_when_asked_to_and_there(tmp_path: Path):
    # A stand-in that serves what the stack waits for, and tells how it was called.
    told = tmp_path / "told"
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "func").write_text(
        f"#!{sys.executable}\n"
        "import http.server, os, sys\n"
        f"open({str(told)!r}, 'w').write(' '.join(sys.argv[1:3]) + ' ' + os.environ['FUNCTIONS_WORKER_RUNTIME'])\n"
        "class Handler(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(200); self.end_headers()\n"
        "http.server.HTTPServer(('127.0.0.1', int(sys.argv[3])), Handler).serve_forever()\n"
    )
    (tools / "func").chmod(0o755)
    with running_stack(tmp_path, "--host", "func", PATH=f"{tools}{os.pathsep}{os.environ['PATH']}") as stack:
        assert _healthy(stack.url)
    assert told.read_text() == "start --port python"


def test_missing_core_tools_are_named(tmp_path: Path):
    done = plansmith("up", "--port", "0", "--host", "func", state=tmp_path, PATH="/nowhere")
    assert done.returncode == 1
    assert "Azure Functions Core Tools" in done.stderr
