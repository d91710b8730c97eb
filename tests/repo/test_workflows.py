"""The workflows: valid, audited, pinned, with no more rights than they need."""

import importlib.resources
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from local.checkout import ROOT

FOLDER = ROOT / ".github/workflows"
TEXTS = {path.name: path.read_text() for path in sorted(FOLDER.glob("*.yml"))}
WORKFLOWS: dict[str, dict[str, Any]] = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
JOBS = {f"{name}:{job}": body for name, flow in WORKFLOWS.items() for job, body in flow["jobs"].items()}

# Release commits; docs/operations.md says how each was verified.
PINS = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "azure/login": ("532459ea530d8321f2fb9bb10d1e0bcf23869a43", "v3.0.0"),
    "Azure/setup-azd": ("0b7e3a35ab00f2eee7080c845eb39c3f0ebfa553", "v2.4.0"),
}


def _on(workflow: dict[Any, Any]) -> dict[str, Any]:
    return dict(workflow.get("on") or workflow[True])  # YAML 1.1 reads `on` as true


@pytest.mark.parametrize("name", WORKFLOWS)
def test_it_is_valid_against_githubs_schema(name: str):
    schemas = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((schemas / "github-workflows.json").read_text())
    workflow = {("on" if key is True else key): value for key, value in WORKFLOWS[name].items()}
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(workflow)] == []


def test_the_audit_finds_nothing():
    zizmor = Path(sys.executable).parent / "zizmor"
    command: list[Any] = [
        zizmor,
        "--offline",
        "--no-progress",
        "--min-severity",
        "medium",
        "--format",
        "plain",
        FOLDER,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", TEXTS)
def test_every_action_is_pinned_to_a_release(name: str):
    used = re.findall(r"uses: ([\w.-]+/[\w./-]+)@(\S+)(?: # (\S+))?", TEXTS[name])
    assert used
    assert [each for each in used if PINS.get(each[0]) != each[1:]] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_rights_are_given_job_by_job(name: str):
    assert WORKFLOWS[name]["permissions"] == {}


def test_only_jobs_that_sign_in_to_azure_may_ask_for_its_token():
    asking = {name for name, job in JOBS.items() if job["permissions"].get("id-token") == "write"}
    assert asking == {"deploy.yml:what-if", "deploy.yml:deploy"}
    assert all("environment" in JOBS[name] and "concurrency" in JOBS[name] for name in asking)


def test_no_job_may_write_to_the_repository():
    assert {name for name, job in JOBS.items() if job["permissions"].get("contents") != "read"} == set()


@pytest.mark.parametrize("name", [name for name, job in JOBS.items() if "uses" not in job])
def test_a_job_ends_in_time_and_keeps_no_token_on_disk(name: str):
    assert JOBS[name]["timeout-minutes"] <= 60
    checkouts = [
        step for step in JOBS[name]["steps"] if str(step.get("uses", "")).startswith("actions/checkout@")
    ]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False]


def test_no_secret_is_used():
    assert {name for name, text in TEXTS.items() if "${{ secrets" in text} == set()


def test_nothing_of_an_event_is_pasted_into_a_script():
    scripts = [str(step.get("run", "")) for job in JOBS.values() for step in job.get("steps", [])]
    assert [script for script in scripts if "${{" in script] == []


def test_a_merge_is_checked_before_it_is_deployed():
    deploy = WORKFLOWS["deploy.yml"]
    assert _on(deploy)["push"] == {"branches": ["main"]}
    assert deploy["jobs"]["deploy"]["needs"] == "ci"
    assert deploy["jobs"]["ci"]["uses"] == "./.github/workflows/ci.yml"
    assert {"pull_request", "workflow_call"} == set(_on(WORKFLOWS["ci.yml"]))


def _steps(job: str) -> list[dict[str, Any]]:
    return list(JOBS[f"deploy.yml:{job}"]["steps"])


def _at(job: str, part: str) -> int:
    """Where the one step is whose action, name or script holds `part`."""
    (found,) = (at for at, step in enumerate(_steps(job)) if part in f"{step.get('name')} {step.get('run')}")
    return found


def test_az_is_signed_in_right_before_each_step_that_needs_it():
    """An assertion lives five minutes, and az keeps the one it was given: https://github.com/Azure/login/issues/372."""
    steps = _steps("deploy")
    needing = [
        at for at, step in enumerate(steps) if re.search(r"\baz \w|azd provision", str(step.get("run", "")))
    ]
    assert len(needing) == 2
    assert all(str(steps[at - 1].get("uses", "")).startswith("azure/login@") for at in needing)


def test_the_app_serves_before_its_keys_are_asked_for():
    assert _at("deploy", "azd deploy") < _at("deploy", "--health") < _at("deploy", "functionapp keys list")


def test_a_deploy_is_tried_once_more():
    run = _steps("deploy")[_at("deploy", "azd deploy")]["run"]
    assert re.fullmatch(r"azd deploy --no-prompt \|\| \{ sleep 120; azd deploy --no-prompt; \}", run)


def test_what_if_is_asked_with_the_installations_values_and_the_rights_of_a_reader():
    run = _steps("what-if")[_at("what-if", "az deployment sub what-if")]["run"]
    assert "--parameters @parameters.json" in run
    assert "--validation-level ProviderNoRbac" in run
    assert _at("what-if", "infra/parameters.py > parameters.json") < _at(
        "what-if", "az deployment sub what-if"
    )


def test_outputs_that_are_read_after_provisioning_exist():
    read = set(re.findall(r"azd env get-value (\w+)", TEXTS["deploy.yml"]))
    assert read <= set(re.findall(r"^output (\w+) ", (ROOT / "infra/main.bicep").read_text(), re.MULTILINE))
