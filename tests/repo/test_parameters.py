"""Templates, azd, workflows and guide name the same parameters, and what-if gets what azd would give."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from local.checkout import ROOT

FILE = (ROOT / "infra/main.parameters.json").read_text()
GUIDE = (ROOT / "docs/operations.md").read_text()
AZDS_OWN = {"AZURE_PRINCIPAL_ID", "AZURE_PRINCIPAL_TYPE"}
ALWAYS = {"AZURE_ENV_NAME", "AZURE_LOCATION"}
NAMES = set(re.findall(r"\$\{([A-Z_]+)", FILE)) - AZDS_OWN
SIGN_IN = {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"}
JOBS = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text())["jobs"]


def test_the_guides_table_names_every_parameter_that_may_be_set_and_no_other():
    table = GUIDE.partition("| name | default | what |\n|---|---|---|\n")[2].partition("\n\n")[0]
    first = [line.split(" | ")[0] for line in table.splitlines()]
    assert {name for cell in first for name in re.findall(r"`([A-Z_]+)`", cell)} == NAMES - ALWAYS


def test_the_guide_says_whose_the_others_are():
    assert "`AZURE_PRINCIPAL_ID` and `AZURE_PRINCIPAL_TYPE` are azd's own" in GUIDE
    assert {name for name in ALWAYS if name not in GUIDE} == set()


@pytest.mark.parametrize("job", ["what-if", "deploy"])
def test_the_workflow_passes_every_parameter_and_no_other(job: str):
    env = JOBS[job]["env"]
    assert set(env) - SIGN_IN == NAMES
    given = {name: value for name, value in env.items() if value != f"${{{{ vars.{name} }}}}"}
    assert given == {"RUN_OPTIONS": "${{ vars.RUN_OPTIONS || '{}' }}"}


def test_azd_copies_every_parameter_to_the_pipeline():
    azure = yaml.safe_load((ROOT / "azure.yaml").read_text())
    assert set(azure["pipeline"]["variables"]) == NAMES - ALWAYS


def _printed(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(ROOT / "infra/parameters.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _values(**environment: str) -> dict[str, object]:
    done = _printed(**environment)
    assert done.returncode == 0, done.stderr
    return {name: each["value"] for name, each in json.loads(done.stdout)["parameters"].items()}


def test_what_if_gets_defaults_and_values_in_their_types():
    values = _values(
        AZURE_ENV_NAME="demo",
        AZURE_LOCATION="swedencentral",
        VNET_ENABLED="true",
        TEACHER_CAPACITY="50",
        RUN_OPTIONS='{"samples": 200}',
        TEACHER_MODEL="",
    )
    assert values["environmentName"] == "demo"
    assert (values["vnetEnabled"], values["teacherCapacity"], values["deployTeacher"]) == (True, 50, True)
    assert values["runOptions"] == {"samples": 200}
    assert values["teacherModel"] == "gpt-5.1"
    assert values["alertEmail"] == ""
    assert {"principalId", "principalType"} & set(values) == set()


def test_what_if_without_run_options_leaves_them_to_the_template():
    assert "runOptions" not in _values()


@pytest.mark.parametrize(
    ("name", "value"), [("TEACHER_CAPACITY", "many"), ("VNET_ENABLED", "yes"), ("RUN_OPTIONS", "[1]")]
)
def test_a_value_that_does_not_fit_is_named(name: str, value: str):
    done = _printed(**{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} is ")
