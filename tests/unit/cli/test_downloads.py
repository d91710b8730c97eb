from pathlib import Path

import pytest

from cli.api_error import ApiError
from cli.client import Client
from cli.downloads import download_run
from tests.builders.fake_api import RUN_ID, FakeApi, a_run, described, serving

CONTENTS = {"dataset.jsonl": b"{}\n{}\n", "sft/train.jsonl": b"{}\n", "manifest.json": b"{}"}


def _download(run: dict, out: Path):
    with serving(FakeApi(contents=CONTENTS)) as api, Client(api.url) as client:
        return download_run(client, run, out)


def test_every_published_file_lands_in_the_runs_folder_the_manifest_last(tmp_path: Path):
    listed = described({name: data for name, data in CONTENTS.items() if name != "manifest.json"})
    files = _download(a_run(files=listed), tmp_path)

    folder = tmp_path / RUN_ID
    assert {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == CONTENTS
    assert [file.path.name for file in files] == ["dataset.jsonl", "train.jsonl", "manifest.json"]
    assert [file.rows for file in files] == [2, 1, None]


@pytest.mark.parametrize("path", ["../escaped", "/etc/escaped", "a/../../escaped"])
def test_no_file_is_written_outside_the_runs_folder(tmp_path: Path, path: str):
    with pytest.raises(ApiError, match="outside"):
        _download(a_run(files=[{"path": path, "rows": None, "bytes": 1, "sha256": ""}]), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_has_published_nothing_says_so(tmp_path: Path):
    with pytest.raises(ApiError, match="published nothing yet"):
        _download(a_run(status="generating"), tmp_path)


def test_a_listed_file_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(ApiError, match="no such file"):
        _download(a_run(files=described({"gone.jsonl": b""})), tmp_path)


def test_a_file_listed_without_a_hash_comes_fresh(tmp_path: Path):
    left = tmp_path / RUN_ID / "dataset.jsonl.part"
    left.parent.mkdir()
    left.write_bytes(b"old")
    _download(a_run(files=[{"path": "dataset.jsonl", "bytes": 6}]), tmp_path)
    assert (tmp_path / RUN_ID / "dataset.jsonl").read_bytes() == CONTENTS["dataset.jsonl"]
