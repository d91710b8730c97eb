"""`plansmith run` alone: it brings a stack, sees the run through and takes everything away again."""

import json
import sys
from pathlib import Path

import pytest

from local.checkout import ROOT
from tests.builders.commands import plansmith

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")
CATALOG = ROOT / "local/catalogs/hub.postman_collection.json"


def test_a_run_without_a_stack_ends_with_its_files_and_leaves_nothing(tmp_path: Path):
    done = plansmith(
        "run", str(CATALOG), "--samples", "12", "--option", "top_up=false", "--wait", state=tmp_path
    )

    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "out").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["counts"]["accepted"] + manifest["counts"]["rejected"] == 12
    records = (folder / "dataset.jsonl").read_text().splitlines()
    assert len(records) == manifest["counts"]["accepted"] > 0
    for path in (folder / "dataset.jsonl", folder / "sft/train.jsonl"):
        assert str(path.relative_to(tmp_path)) in done.stdout
    assert list((tmp_path / "once").iterdir()) == []
    assert not (tmp_path / "stack.json").exists()


def test_a_catalog_that_cannot_be_used_is_one_line_and_status_1(tmp_path: Path):
    bad = tmp_path / "picture.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))

    done = plansmith("run", str(bad), "--wait", state=tmp_path)

    assert done.returncode == 1
    (said,) = [line for line in done.stderr.splitlines() if line.startswith("plansmith: ")]
    assert "Traceback" not in done.stderr
    assert "picture.png" in said
