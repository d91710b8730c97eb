"""The smoke test of a deployment, tried on the local stack."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from local.checkout import ROOT
from tests.builders.stack import RunningStack


def _smoke(url: str, folder: Path, *options: str, az_ends: int = 0) -> subprocess.CompletedProcess[str]:
    az = folder / "az"
    az.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> "$0.log"\nexit {az_ends}\n')
    az.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "PLANSMITH_URL": url, "PLANSMITH_KEY": "none"}
    command = [sys.executable, "-I", str(ROOT / "infra/smoke.py"), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_runs_twelve_records_and_removes_the_run(stack: RunningStack, tmp_path: Path):
    done = _smoke(stack.stack.url, tmp_path, "--records", "12", "--storage-account", "stdata")
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = [view["run_id"] for view in stack.runs() if f"started: {view['run_id']}" in done.stdout]
    removed = (tmp_path / "az.log").read_text()
    assert f"--account-name stdata --source datasets --pattern {run}/*" in removed
    assert removed.count("--auth-mode login") == 4


def test_it_fails_where_nothing_answers(tmp_path: Path):
    done = _smoke("http://127.0.0.1:9", tmp_path, "--within-s", "0")
    assert done.returncode == 1
    assert "GET /api/health" in done.stderr


def test_what_cannot_be_removed_is_said_and_hides_nothing(stack: RunningStack, tmp_path: Path):
    done = _smoke(stack.stack.url, tmp_path, "--records", "1", "--storage-account", "stdata", az_ends=3)
    assert done.returncode == 1
    assert "ended: published" in done.stdout
    assert "smoke: removing datasets/" in done.stderr
    late = _smoke(
        stack.stack.url, tmp_path, "--records", "1", "--within-s", "0", "--storage-account", "st", az_ends=3
    )
    assert late.returncode == 1
    first, second = late.stderr.splitlines()[:2]
    assert "after 0 s" in first
    assert "smoke: removing datasets/" in second


def test_it_can_be_done_in_three_steps(stack: RunningStack, tmp_path: Path):
    kept = tmp_path / "run"
    remove = ("--remove", "--run-file", str(kept), "--storage-account", "stdata")
    assert _smoke(stack.stack.url, tmp_path, *remove).returncode == 0
    assert not (tmp_path / "az.log").exists()
    assert _smoke(stack.stack.url, tmp_path, "--health").stdout.startswith("health:")
    assert _smoke(stack.stack.url, tmp_path, "--records", "1", "--run-file", str(kept)).returncode == 0
    assert not (tmp_path / "az.log").exists()
    assert _smoke(stack.stack.url, tmp_path, *remove).returncode == 0
    assert f"--source datasets --pattern {kept.read_text()}/*" in (tmp_path / "az.log").read_text()


def test_a_login_page_is_not_followed(tmp_path: Path):
    class Login(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("location", "/login")
            self.end_headers()

        def log_message(self, *_: object):
            pass

    with HTTPServer(("127.0.0.1", 0), Login) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = _smoke(f"http://127.0.0.1:{server.server_port}", tmp_path, "--within-s", "0")
        server.shutdown()
    assert done.returncode == 1
    assert "HTTP Error 302" in done.stderr
