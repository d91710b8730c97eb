"""The smoke test of a deployment, tried on the local stack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from local.checkout import ROOT
from tests.builders.stack import RunningStack


def _smoke(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PLANSMITH_URL": url, "PLANSMITH_KEY": "none"}
    command = [sys.executable, "-I", str(ROOT / "infra/smoke.py"), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_runs_twelve_records_and_deletes_the_run_each_time(stack: RunningStack):
    before = [view["run_id"] for view in stack.runs()]
    for _ in range(2):
        done = _smoke(stack.stack.url, "--records", "12")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "deleted: " in done.stdout
    assert [view["run_id"] for view in stack.runs()] == before


def test_it_fails_where_nothing_answers():
    done = _smoke("http://127.0.0.1:9", "--within-s", "0")
    assert done.returncode == 1
    assert "GET /api/health" in done.stderr


def test_a_run_that_does_not_end_in_time_stays_to_be_looked_at(stack: RunningStack):
    done = _smoke(stack.stack.url, "--records", "1", "--within-s", "0")
    assert done.returncode == 1
    assert "after 0 s" in done.stderr
    assert any(f"started: {view['run_id']}" in done.stdout for view in stack.runs())


def test_it_can_look_at_health_alone(stack: RunningStack):
    done = _smoke(stack.stack.url, "--health")
    assert done.returncode == 0
    assert done.stdout.startswith("health:")
    assert "started" not in done.stdout


def test_a_run_that_cannot_be_deleted_yet_is_deleted_a_moment_later():
    counts = {"accepted": 1, "rejected": 0, "total": 1}
    refusals = [409]

    class App(BaseHTTPRequestHandler):
        def answer(self):
            status = refusals.pop() if self.command == "DELETE" and refusals else 200
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"run_id": "r", "status": "published", "counts": counts}).encode())

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_: object):
            pass

    with HTTPServer(("127.0.0.1", 0), App) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = _smoke(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert (done.returncode, refusals) == (0, []), done.stderr
    assert "deleted: r" in done.stdout


def test_a_login_page_is_not_followed():
    class Login(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("location", "/login")
            self.end_headers()

        def log_message(self, *_: object):
            pass

    with HTTPServer(("127.0.0.1", 0), Login) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = _smoke(f"http://127.0.0.1:{server.server_port}", "--within-s", "0")
        server.shutdown()
    assert done.returncode == 1
    assert "HTTP Error 302" in done.stderr
