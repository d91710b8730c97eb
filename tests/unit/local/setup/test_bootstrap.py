"""The shell script that finds a Python, in a checkout where set-up itself only says what it was called with."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.checkout import ROOT

TOOLS = ("sh", "dirname", "mktemp", "sed", "rm", "cat")


class Machine:
    """A machine with nothing but a shell, some of its tools, and the Pythons one puts there."""

    def __init__(self, folder: Path) -> None:
        self.root, self.path, self.home = folder / "checkout", folder / "bin", folder / "home"
        for made in (self.root / "local/setup", self.path, self.home):
            made.mkdir(parents=True)
        shutil.copy(ROOT / "local/setup/bootstrap.sh", self.root / "local/setup")
        (self.root / "requirements-dev.txt").write_text("uv==1 \\\n    --hash=sha256:aa\n")
        (self.root / "local/setup/install.py").write_text("import sys\nprint('found', sys.executable)\n")
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")

    def program(self, place: Path, script: str) -> Path:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"#!/bin/sh\n{script}\n")
        place.chmod(0o755)
        return place

    def python(self, place: Path) -> Path:
        return self.program(place, f'exec "{sys.executable}" "$@"')

    def set_up(self, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.path / "sh"), str(self.root / "local/setup/bootstrap.sh")],
            env={"PATH": str(self.path), "HOME": str(self.home), **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_python_on_the_path_is_used(machine: Machine):
    machine.python(machine.path / "python3.13")
    assert machine.set_up().stdout.startswith("found ")


def test_a_shim_that_does_not_run_is_passed_over_for_a_pyenv_build(machine: Machine):
    machine.program(machine.path / "python3.13", "echo 'command not found' >&2; exit 127")
    machine.python(machine.home / ".pyenv/versions/3.13.0/bin/python")
    assert machine.set_up().stdout.startswith("found ")


def test_an_older_default_python_is_passed_over(machine: Machine):
    # answers the probe as another version would
    machine.program(machine.path / "python3", "exit 1")
    machine.python(machine.path / "python")
    assert machine.set_up().stdout.startswith("found ")


def test_uv_is_asked_last_and_installs_below_the_checkout(machine: Machine):
    python = machine.python(machine.root / ".local/python/bin/python3.13")
    machine.program(
        machine.path / "uv",
        f"""case "$*" in
          --version) echo uv;;
          *"python install"*) echo "$UV_PYTHON_INSTALL_DIR" >"{machine.root}/where"; touch "{machine.root}/done";;
          *"python find"*) [ -e "{machine.root}/done" ] && echo "{python}";;
        esac""",
    )
    (machine.path / "touch").symlink_to(shutil.which("touch") or "/bin/touch")
    assert machine.set_up().stdout.startswith("found ")
    assert (machine.root / "where").read_text().strip() == str(machine.root.resolve() / ".local/python")


def test_what_is_missing_is_named_with_what_to_do(machine: Machine):
    machine.program(machine.path / "python3.13", "exit 127")
    done = machine.set_up()
    assert done.returncode == 1
    for said in ("needs Python 3.13", "python3.13: does not run", "pyenv install 3.13", "PLANSMITH_PYTHON"):
        assert said in done.stderr


def test_a_named_python_is_the_only_one_considered(machine: Machine):
    machine.python(machine.path / "python3.13")
    done = machine.set_up(PLANSMITH_PYTHON="/nowhere/python")
    assert done.returncode == 1
    assert "PLANSMITH_PYTHON is set to /nowhere/python" in done.stderr
    named = machine.python(machine.home / "my python")
    assert machine.set_up(PLANSMITH_PYTHON=str(named)).stdout.startswith("found ")


def test_the_environment_that_is_there_comes_first(machine: Machine):
    machine.program(machine.path / "python3.13", "exit 127")
    machine.python(machine.root / ".venv/bin/python")
    done = machine.set_up()
    assert done.stdout.startswith("found ")
    assert os.linesep not in done.stderr
