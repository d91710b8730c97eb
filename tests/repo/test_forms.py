"""What the repository's host reads besides the workflows: forms, updates, owners; and the checks before a commit."""

import importlib.resources
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from local.checkout import ROOT

FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
UPDATES = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
MANIFESTS = {"pip": "requirements.txt", "npm": "package.json", "github-actions": ".github/workflows/ci.yml"}


def _faults(document: Any, schema_name: str) -> list[str]:
    vendor = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((vendor / f"{schema_name}.json").read_text())
    return [e.message for e in jsonschema.validators.validator_for(schema)(schema).iter_errors(document)]


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_is_valid(form: Path):
    assert _faults(yaml.safe_load(form.read_text()), "github-issue-forms") == []


def test_the_choice_of_forms_is_valid():
    text = (ROOT / ".github/ISSUE_TEMPLATE/config.yml").read_text()
    assert _faults(yaml.safe_load(text), "github-issue-config") == []


def test_the_updates_are_valid_and_look_where_there_is_something_to_update():
    assert _faults(UPDATES, "dependabot") == []
    for update in UPDATES["updates"]:
        folder = ROOT / update["directory"].lstrip("/")
        assert (folder / MANIFESTS[update["package-ecosystem"]]).exists(), update


def test_every_path_with_an_owner_exists():
    lines = (ROOT / ".github/CODEOWNERS").read_text().splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]
    assert all(owner.startswith("@") for _, *owners in rules for owner in owners)
    assert [path for path, *_ in rules if path != "*" and not (ROOT / path.strip("/")).exists()] == []


def test_the_checks_before_a_commit_are_valid_and_what_they_run_is_installed():
    pre_commit = Path(sys.executable).parent / "pre-commit"
    done = subprocess.run(
        [pre_commit, "validate-config"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    programs = {shlex.split(hook["entry"])[0] for hook in HOOKS}
    assert [name for name in programs if name.startswith(".venv") and not (ROOT / name).exists()] == []
    modules = [re.findall(r"-m (\S+)", hook["entry"]) for hook in HOOKS]
    assert {name for found in modules for name in found} <= {"ruff", "mypy"}


def test_the_dev_container_has_the_apps_python_and_does_the_set_up():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert container["image"].startswith("python:3.13")
    assert container["postCreateCommand"] == "make setup"
