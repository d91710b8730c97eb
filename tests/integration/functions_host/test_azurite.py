"""Azurite as a child process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.azurite import AzuriteError, running_azurite, start_azurite
from testing.azurite import azurite_storage
from testing.functions_host import REPO, wait_until


def test_what_is_stored_survives_a_restart_on_the_same_ports():
    with azurite_storage(durable=True) as storage:
        queue, ports = storage.new_queue(), storage.azurite.ports
        storage.send(queue, "kept")
        storage.restart()
        assert storage.azurite.ports == ports
        assert storage.messages(queue) == ["kept"]


def test_a_taken_port_is_one_clear_error(tmp_path: Path):
    with running_azurite() as first, pytest.raises(AzuriteError, match="address already in use"):
        start_azurite(tmp_path, first.ports)


def test_it_ends_when_the_process_that_started_it_is_killed():
    code = "import os; from local.azurite import start_azurite; print(start_azurite().pid, flush=True); os.kill(os.getpid(), 9)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, timeout=60, check=False
    )
    pid = int(done.stdout)
    wait_until(lambda: not _is_alive(pid), f"the end of {pid}")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A container without an init keeps the dead as zombies.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
