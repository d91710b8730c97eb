"""What is asked before money is spent or something is deleted, at a real terminal and without one."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.commands import environment, inside
from tests.builders.fake_api import FakeApi, serving

CHARGED = {"samples": 4, "teacher": "t", "tokens": 12_345, "cost_usd": 1.5, "minutes": 3, "is_charged": True}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving(FakeApi(estimate=CHARGED)) as api:
        yield api


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    file = tmp_path / "shop.json"
    file.write_text('{"apis": []}')
    return file


def at_a_terminal(answer: str, *arguments: str, state: Path) -> tuple[int, str]:
    """Run the command at a terminal of its own where a person types `answer`; its status and all that was shown."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cli.main", *arguments],
        env=environment(state), cwd=state, stdin=slave, stdout=slave, stderr=slave, close_fds=True,
    )  # fmt: skip
    os.close(slave)
    os.write(master, answer.encode() + b"\n")
    shown = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # Linux's way to say that the other side is gone
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    return process.wait(60), shown.decode()


def test_nothing_is_started_where_nobody_can_be_asked(api, catalog, tmp_path):
    done = inside("run", str(catalog), "--url", api.url, state=tmp_path)
    assert (done.returncode, api.uploads) == (3, [])
    assert "about $1.50" in done.stderr
    assert "--yes" in done.stderr


def test_yes_starts_without_a_question(api, catalog, tmp_path):
    done = inside("run", str(catalog), "--url", api.url, "--yes", state=tmp_path)
    assert (done.returncode, len(api.uploads)) == (0, 1)


@pytest.mark.parametrize(("answer", "status", "uploads"), [("y", 0, 1), ("n", 3, 0), ("", 3, 0)])
def test_a_person_is_asked_and_decides(answer: str, status: int, uploads: int, api, catalog, tmp_path):
    found, shown = at_a_terminal(answer, "run", str(catalog), "--url", api.url, state=tmp_path)
    assert (found, len(api.uploads)) == (status, uploads)
    assert "12.3k tokens, about $1.50, about 3 minutes" in shown
    assert "Start it? [y/N]" in shown


def test_what_costs_nothing_is_started_without_a_question(api, catalog, tmp_path):
    api.estimate = CHARGED | {"is_charged": False}
    done = inside("run", str(catalog), "--url", api.url, state=tmp_path)
    assert (done.returncode, len(api.uploads)) == (0, 1)


def test_an_unknown_price_is_asked_about(api, catalog, tmp_path):
    api.estimate = CHARGED | {"cost_usd": None}
    assert inside("run", str(catalog), "--url", api.url, state=tmp_path).returncode == 3


def test_an_option_that_is_refused_starts_nothing(api, catalog, tmp_path):
    api.refusal = (400, "unknown option 'sample'", "bad_option")
    done = inside("run", str(catalog), "--url", api.url, "--yes", "--json", state=tmp_path)
    assert done.returncode == 1
    assert '"code": "bad_option"' in done.stdout
