"""What is deployed: the app's own files, all of them, and nothing else."""

import shutil
from pathlib import Path

import pytest

from local.checkout import ROOT
from local.setup.package import deployed_files
from tests.builders.sources import committed

SHIPPED = {path.relative_to(ROOT) for path in deployed_files(ROOT)}
TOP_LEVEL = {"function_app.py", "functions", "host.json", "requirements.txt", "shared"}

STRANGERS = (
    ".azure/dev/.env",
    ".env",
    ".venv/lib/python3.13/site-packages/x.py",
    "__pycache__/function_app.cpython-313.pyc",
    "local.settings.json",
    "cli/main.py",
    "out/run/dataset.jsonl",
    "shared/__pycache__/names.cpython-313.pyc",
    "tests/unit/test_names.py",
)


def test_only_these_are_at_the_top():
    assert {path.parts[0] for path in SHIPPED} == TOP_LEVEL


def test_every_committed_file_of_the_app_is_shipped_and_no_other():
    wanted = {path for path in committed() if path.parts[0] in TOP_LEVEL}
    assert wanted == SHIPPED


def test_only_kinds_of_files_that_the_app_reads_are_shipped():
    assert {path.suffix for path in SHIPPED} <= {".py", ".json", ".html", ".css", ".js", ".svg", ".txt"}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_what_lies_about_in_a_checkout_is_left_out(stranger: str, tmp_path: Path):
    shutil.copy(ROOT / ".funcignore", tmp_path)
    for name in ("function_app.py", stranger):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in deployed_files(tmp_path)] == ["function_app.py"]
