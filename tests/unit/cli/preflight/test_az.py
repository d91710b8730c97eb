"""How the service is asked by `az`, with a program of the test in its place."""

from pathlib import Path

import pytest

from cli.preflight.az import NotAsked, ask_region, run_az


def _az(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "az").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "az").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_it_gives_what_az_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _az(tmp_path, 'echo "$*"', monkeypatch)
    assert run_az(["account", "show"]) == "account show --only-show-errors\n"


def test_a_refusal_is_told_with_what_az_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _az(tmp_path, "echo 'Please run az login' >&2; exit 1", monkeypatch)
    with pytest.raises(NotAsked, match="az cognitiveservices model list: Please run az login"):
        ask_region("swedencentral")


def test_an_answer_that_is_no_json_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _az(tmp_path, "echo WARNING", monkeypatch)
    with pytest.raises(NotAsked, match="no JSON"):
        ask_region("swedencentral")


def test_a_machine_without_az_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotAsked, match="not installed"):
        run_az(["account", "show"])
