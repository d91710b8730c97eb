"""A dataset goes to the Hub by the Hub's own command, which is shown, or run after a question."""

import json
from pathlib import Path

import pytest

from tests.builders.commands import inside
from tests.builders.fake_api import RUN_ID, FakeApi, a_run, described, serving

CONTENTS = {"dataset.jsonl": b"{}\n", "README.md": b"# card", "manifest.json": b"{}"}


@pytest.fixture
def api():
    with serving(FakeApi(contents=CONTENTS, states=[a_run(files=described(CONTENTS))])) as api:
        yield api


def _hf(folder: Path, status: int = 0) -> str:
    (folder / "bin").mkdir()
    (folder / "bin/hf").write_text(f'#!/bin/sh\nprintf "%s " "$@" > {folder}/said\nexit {status}\n')
    (folder / "bin/hf").chmod(0o755)
    return f"{folder}/bin:/usr/bin:/bin"


def test_the_command_is_shown_and_nothing_leaves_the_machine(api, tmp_path):
    done = inside("push", RUN_ID, "--to", "acme/shop", "--url", api.url, state=tmp_path, PATH=_hf(tmp_path))
    assert done.stdout == f"hf upload acme/shop out/{RUN_ID} . --repo-type dataset --private\n"
    assert (tmp_path / "out" / RUN_ID / "README.md").exists()
    assert not (tmp_path / "said").exists()


def test_it_is_run_once_it_is_agreed_to(api, tmp_path):
    words = ["push", RUN_ID, "--to", "acme/shop", "--run", "--url", api.url, "--json"]
    path = _hf(tmp_path)
    asked = inside(*words, state=tmp_path, PATH=path)
    assert (asked.returncode, (tmp_path / "said").exists()) == (3, False)
    done = inside(*words, "--yes", state=tmp_path, PATH=path)
    assert (done.returncode, json.loads(done.stdout)["uploaded"]) == (0, True)
    assert (tmp_path / "said").read_text().startswith(f"upload acme/shop out/{RUN_ID} . ")


def test_a_failed_upload_and_a_missing_program_are_failures(api, tmp_path):
    words = ["push", RUN_ID, "--to", "acme/shop", "--run", "--yes", "--url", api.url]
    assert inside(*words, state=tmp_path, PATH=_hf(tmp_path, 4)).returncode == 1
    (tmp_path / "bin/hf").unlink()
    done = inside(*words, state=tmp_path, PATH=f"{tmp_path}/bin")
    assert (done.returncode, "pip install huggingface_hub" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    "words", [[RUN_ID, "--to", "shop"], [RUN_ID, "--to", "a/b;c"], ["../x", "--to", "a/b"]]
)
def test_what_is_no_repository_or_no_run_is_refused(words: list[str], api, tmp_path):
    done = inside("push", *words, "--url", api.url, state=tmp_path)
    assert done.returncode in (1, 2)
