"""What the shells are told: the scripts, and the answers that the scripts ask for."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.builders.commands import plansmith


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_script(shell: str, tmp_path: Path):
    done = plansmith("completion", shell, state=tmp_path)
    assert done.returncode == 0
    assert f"_PLANSMITH_COMPLETE={shell}_complete" in done.stdout
    if program := shutil.which(shell):
        read = subprocess.run([program, "-n"], input=done.stdout, capture_output=True, text=True, check=False)
        assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize(
    ("shell", "asked", "told"),
    [("bash", {"COMP_WORDS": "plansmith can", "COMP_CWORD": "1"}, "plain,cancel"),
     ("bash", {"COMP_WORDS": "plansmith status --wa", "COMP_CWORD": "2"}, "plain,--watch"),
     ("zsh", {"COMP_WORDS": "plansmith profile us", "COMP_CWORD": "2"}, "plain\nuse\n"),
     ("fish", {"COMP_WORDS": "plansmith completion ", "COMP_CWORD": "fi"}, "plain,fish")],
    ids=["command", "option", "inner", "choice"],
)  # fmt: skip
def test_what_is_begun_is_completed(shell: str, asked: Any, told: str, tmp_path: Path):
    done = plansmith(state=tmp_path, timeout_s=60, _PLANSMITH_COMPLETE=f"{shell}_complete", **asked)
    assert told in done.stdout
