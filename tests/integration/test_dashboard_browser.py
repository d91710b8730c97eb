"""The dashboard in a real browser, on runs as the API shows them."""

from __future__ import annotations

import contextlib
import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.http.dashboard import PAGE
from tests.builders.fake_api import a_run

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium on this machine: install the package chromium"
)
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=2000"
).split()


@contextlib.contextmanager
def serving(runs: list[dict[str, Any]]) -> Iterator[str]:
    """The dashboard over these runs, which are told to whoever gives the key `k&1`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = "text/html", PAGE
            if self.path == "/api/runs":
                assert self.headers["x-functions-key"] == "k&1"
                kind, body = "application/json", orjson.dumps({"runs": runs, "poison": []})
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/dashboard?code=k%261"
        server.shutdown()
        thread.join()


def rendered(runs: list[dict[str, Any]], profile: Path) -> str:
    with serving(runs) as address:
        command = [str(BROWSER), *_FLAGS, f"--user-data-dir={profile}", "--dump-dom", address]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_a_run_that_trains_shows_its_step_and_losses(tmp_path: Path) -> None:
    job = {"state": "running", "step": 120, "total_steps": 1170, "train_loss": 0.51234, "valid_loss": None}
    page = rendered([a_run(status="fine_tuning", finetune=job)], tmp_path)
    assert "fine tuning" in page
    assert "120 of 1,170" in page
    assert "loss 0.512" in page
    assert "validation" not in page.split("<script>")[0]


def test_the_report_is_linked_with_the_key_once_it_is_there(tmp_path: Path) -> None:
    job = {"state": "complete", "step": 2, "total_steps": 2, "train_loss": 1.0, "valid_loss": 1.5}
    files = [{"path": "report.html", "bytes": 1}]
    page = rendered(
        [a_run(run_id="a-0123456789", status="complete", finetune=job, files=files), a_run()], tmp_path
    )
    assert page.count('href="/api/runs/') == 1
    assert 'href="/api/runs/a-0123456789/files/report.html?code=k%261"' in page


def test_hostile_text_of_a_run_is_shown_as_text(tmp_path: Path) -> None:
    evil = "<img src=x onerror=document.title=1>"
    run = a_run(status="failed", error={"code": "x", "message": evil}, finetune={"state": evil})
    page = rendered([run], tmp_path)
    assert "&lt;img src=x" in page
    assert "<img" not in page.split("<script>")[0]
