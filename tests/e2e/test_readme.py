"""The README's way from nothing to a reviewed dataset, with what it says it says; clone and set-up are the machine's."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from local.checkout import ROOT
from tests.builders.commands import plansmith, running_stack

README = (ROOT / "README.md").read_text()
SECTION = README.partition("## Your own catalog in five minutes")[2].partition("\n## ")[0]
COMMANDS, TRANSCRIPT = re.findall(r"```(?:text)?\n(.*?)```", SECTION, re.DOTALL)
ADDRESS = "http://127.0.0.1:7071"


def _shape(text: str) -> str:
    """A line without its figures, which depend on the emulator."""
    return re.sub(r"\d[\d.,]*[kM]?", "N", text)


def _commands() -> list[list[str]]:
    """The command line's part of the block, in order."""
    lines = [line.partition("  #")[0] for line in COMMANDS.splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    return [shlex.split(part)[1:] for part in parts if part.startswith(".venv/bin/plansmith")]


def test_it_takes_five_commands() -> None:
    assert len(COMMANDS.splitlines()) == 5


def test_the_commands_lead_to_a_reviewed_dataset_and_say_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "local").symlink_to(ROOT / "local")
    with running_stack(tmp_path / "state", "--emulator") as stack:
        said, run = "", ""
        for words in _commands():
            named = [run if word == "<run>" else word for word in words]
            done = plansmith(*named, state=tmp_path, PLANSMITH_URL=stack.url)
            assert done.returncode == 0, done.stderr
            said += done.stderr + done.stdout
            run = run or re.search(r"^run (\S+)$", said, re.MULTILINE)[1]
            if words[:2] == ["review", "export"]:
                _reject_the_first(tmp_path / "rows.jsonl")
        told = {_shape(line) for line in said.replace(run, "<run>").replace(stack.url, ADDRESS).splitlines()}
    assert {_shape(line) for line in TRANSCRIPT.splitlines()} - told == set()
    assert len((tmp_path / "out" / run / "dataset.jsonl").read_text().splitlines()) == 40


def _reject_the_first(file: Path) -> None:
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    rows[0] |= {"verdict": "rejected", "reason": "nobody asks for this"}
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
