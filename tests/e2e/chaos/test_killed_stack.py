"""The host of `plansmith up` dies without warning in the middle of a run; the run ends whole all the same."""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cli.api_error import ApiError
from cli.client import Client
from local.checkout import ROOT
from tests.builders.commands import plansmith, running_stack

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")
CATALOG = ROOT / "local/catalogs/hub.postman_collection.json"
SAMPLES = 80


def _run_through(client: Client, run: str, kill_at: list[int], kill: Any) -> dict[str, Any]:
    """Watch the run to its end; call `kill` whenever as many records are done as `kill_at` says."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            state = client.run(run)
        except ApiError as error:
            assert error.is_passing, error
            time.sleep(0.1)
            continue
        if kill_at and state["counts"]["done"] >= kill_at[0]:
            kill_at.pop(0)
            kill()
        if state["status"] in ("published", "failed", "cancelled"):
            return state
        time.sleep(0.1)
    raise AssertionError("the run did not end")


def test_a_run_whose_hosts_are_killed_ends_with_every_index_once(tmp_path: Path):
    kill_at = sorted(random.Random(0).sample(range(1, SAMPLES - 1), 2))
    with running_stack(tmp_path, "--queue-lock-s", "3", "--emulator-arg", "--latency-s=0.3") as stack:

        def kill() -> None:
            os.kill(stack.record["hosts"][0]["pid"], signal.SIGKILL)

        with Client(stack.url) as client:
            run = client.start_run([CATALOG], {"samples": SAMPLES, "top_up": False})["run_id"]
            state = _run_through(client, run, list(kill_at), kill)
        assert state["status"] == "published", state["error"]
        assert plansmith("download", run, state=tmp_path).returncode == 0

    folder = tmp_path / "out" / run
    accepted = [json.loads(line) for line in (folder / "dataset.jsonl").read_text().splitlines()]
    rejected = [json.loads(line) for line in (folder / "rejected.jsonl").read_text().splitlines()]
    assert len(accepted) + len(rejected) == state["counts"]["total"] == SAMPLES
    assert len({record["task_id"] for record in accepted}) == len(accepted)
