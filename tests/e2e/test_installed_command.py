"""The command line, installed by itself as a user would, in a folder that is no checkout."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.checkout import ROOT

CATALOG = {
    "apis": [{"name": "list_things", "method": "GET", "path": "/things", "description": "Lists things."}]
}


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    python = str(folder / "venv/bin/python")
    install = [str(uv), "pip", "install", "--quiet", "--python", python, str(ROOT)]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode and any(word in done.stderr for word in ("Failed to fetch", "connect", "offline")):
        pytest.skip("no package registry")
    assert done.returncode == 0, done.stderr
    return folder / "venv/bin/plansmith"


def _run(command: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command, *arguments], cwd=command.parents[2], capture_output=True, text=True, check=False, env={}
    )


def test_it_looks_at_a_catalog(command: Path):
    file = command.parents[2] / "things.json"
    file.write_text(json.dumps(CATALOG))
    done = _run(command, "catalog", "inspect", str(file), "--json")
    assert done.returncode == 0, done.stderr
    assert [api["name"] for api in json.loads(done.stdout)["apis"]] == ["list_things"]


def test_it_checks_a_dataset_against_a_catalog(command: Path):
    folder = command.parents[2]
    (folder / "things.json").write_text(json.dumps(CATALOG))
    (folder / "rows.jsonl").write_text("{}\n")
    done = _run(command, "validate", "rows.jsonl", "--catalog", "things.json")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "bad_row" in done.stdout


@pytest.mark.parametrize("arguments", [("up",), ("demo",)])
def test_what_needs_a_checkout_says_so(command: Path, arguments: tuple[str, ...]):
    done = _run(command, *arguments)
    assert (done.returncode, "needs a checkout" in done.stderr) == (1, True)


def test_an_installation_that_does_not_answer_is_one_line(command: Path):
    done = _run(command, "status", "--url", "http://127.0.0.1:9")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
