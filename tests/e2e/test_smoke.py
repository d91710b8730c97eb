"""The smoke test of a deployment, tried on the local stack."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.checkout import ROOT
from tests.builders.stack import RunningStack, running_stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


def _smoke(url: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    az = folder / "az"
    az.write_text('#!/bin/sh\nprintf "%s\\n" "$*" >> "$0.log"\n')
    az.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "PLANSMITH_URL": url, "PLANSMITH_KEY": "none"}
    command = [sys.executable, "-I", str(ROOT / "infra/smoke.py"), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_runs_twelve_records_and_removes_the_run(stack: RunningStack, tmp_path: Path):
    done = _smoke(stack.stack.url, tmp_path, "--records", "12", "--storage-account", "stdata")
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = [view["run_id"] for view in stack.runs()]
    assert f"started: {run}" in done.stdout
    removed = (tmp_path / "az.log").read_text()
    assert f"--account-name stdata --source datasets --pattern {run}/*" in removed
    assert removed.count("--auth-mode login") == 4


def test_it_fails_where_nothing_answers(tmp_path: Path):
    done = _smoke("http://127.0.0.1:9", tmp_path, "--within-s", "0")
    assert done.returncode == 1
    assert "GET /api/health" in done.stderr
