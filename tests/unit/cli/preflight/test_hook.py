"""The hook before a provision: what it asks, what it says, when it refuses."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.preflight.__main__ import check, keep_student
from cli.preflight.az import NotAsked
from cli.preflight.settings import faults, wanted
from cli.preflight.verdict import STUDENTS
from local.checkout import ROOT

LISTS = json.loads((Path(__file__).parent / "region.json").read_text())
ENVIRONMENT = {"AZURE_LOCATION": "swedencentral", "AZURE_SUBSCRIPTION_ID": "sub"}


class Az:
    """Answers as `az` does and keeps what it was asked."""

    def __init__(self, **lists: object) -> None:
        self.lists = {**LISTS, **lists}
        self.asked: list[str] = []

    def __call__(self, arguments: list[str]) -> str:
        self.asked.append(" ".join(arguments))
        if arguments[:3] == ["cognitiveservices", "account", "show"]:
            return "eastus2\n"
        return json.dumps(self.lists["models" if arguments[1] == "model" else "usages"])


def _without_az(arguments: list[str]) -> str:
    raise NotAsked("the Azure CLI (az) is not installed")


def test_it_asks_the_region_of_the_model_account_for_models_and_quotas():
    az = Az()
    check({**ENVIRONMENT, "OPENAI_LOCATION": "norwayeast"}, az)
    assert az.asked == [
        "cognitiveservices model list --location norwayeast --subscription sub --output json",
        "cognitiveservices usage list --location norwayeast --subscription sub --output json",
    ]


def test_an_existing_account_is_asked_for_its_region():
    az = Az()
    check({**ENVIRONMENT, "EXISTING_OPENAI_ACCOUNT": "oai", "EXISTING_OPENAI_RESOURCE_GROUP": "rg"}, az)
    assert "account show --name oai --resource-group rg --subscription sub" in az.asked[0]
    assert "--location eastus2" in az.asked[1]


def test_a_network_has_its_provider_registered_and_none_otherwise():
    az = Az()
    check({**ENVIRONMENT, "VNET_ENABLED": "true"}, az)
    assert az.asked[0] == "provider register --namespace Microsoft.App --wait --subscription sub"
    check(ENVIRONMENT, other := Az())
    assert not any("provider" in asked for asked in other.asked)


def test_where_the_service_cannot_be_asked_it_says_so_and_refuses_nothing():
    verdict, found = check(ENVIRONMENT, _without_az)
    assert verdict is None
    assert [(finding.level, finding.code) for finding in found] == [("warning", "not_asked")]


def test_the_students_choice_is_written_only_where_nobody_made_one():
    without_nano = [entry for entry in LISTS["models"] if entry["model"]["name"] != "gpt-4.1-nano"]
    verdict, _ = check(ENVIRONMENT, Az(models=without_nano))
    assert keep_student(verdict, ENVIRONMENT) == STUDENTS[1]
    assert keep_student(verdict, {**ENVIRONMENT, "STUDENT_MODEL": "other"}) == ""
    assert keep_student(check(ENVIRONMENT, Az())[0], ENVIRONMENT) == ""
    assert keep_student(None, ENVIRONMENT) == ""


def test_it_wants_what_the_templates_default_to():
    bicep = (ROOT / "infra/main.bicep").read_text()
    defaults = dict(re.findall(r"^param (\w+) (?:string|int) = '?([^'\n]+)'?$", bicep, re.MULTILINE))
    asked = wanted(ENVIRONMENT)
    assert (asked.teacher, asked.version, asked.sku, str(asked.capacity)) == tuple(
        defaults[name] for name in ("teacherModel", "teacherModelVersion", "teacherSku", "teacherCapacity")
    )
    assert defaults["studentModel"] == STUDENTS[0]
    assert wanted({**ENVIRONMENT, "DEPLOY_TEACHER": "false"}).teacher == ""


@pytest.mark.parametrize(
    ("environment", "codes"),
    [
        ({}, []),
        ({"MONTHLY_BUDGET": "100"}, ["budget_contact"]),
        ({"MONTHLY_BUDGET": "100", "ALERT_EMAIL": "a@example.org"}, []),
        ({"MONTHLY_BUDGET": "100", "ALERT_EMAIL": "a@example.org", "CI": "true"}, ["budget_start"]),
        (
            {
                "MONTHLY_BUDGET": "100",
                "ALERT_EMAIL": "a@example.org",
                "CI": "true",
                "BUDGET_START": "2026-11-01",
            },
            [],
        ),
        ({"BUDGET_START": "2026-11-15"}, ["budget_start"]),
        ({"RUN_OPTIONS": '{"samples": 200}'}, []),
        ({"RUN_OPTIONS": "samples=200"}, ["run_options"]),
        ({"RUN_OPTIONS": "[]"}, ["run_options"]),
    ],
)
def test_what_a_provision_would_refuse_late_is_refused_at_once(environment: dict[str, str], codes: list[str]):
    assert [finding.code for finding in faults(environment)] == codes


def _hook(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The hook as azd calls it, with an `az` and an `azd` of the test."""
    (folder / "models.json").write_text(json.dumps(LISTS["models"][2:]))  # no gpt-5.1
    (folder / "usages.json").write_text(json.dumps(LISTS["usages"]))
    az, azd = folder / "az", folder / "azd"
    az.write_text(
        f'#!/bin/sh\ncat "{folder}/$2s.json"\n'.replace(
            "$2s", "$([ $2 = model ] && echo models || echo usages)"
        )
    )
    azd.write_text(f'#!/bin/sh\necho "$*" >> {folder}/azd.log\n')
    for each in (az, azd):
        each.chmod(0o755)
    return subprocess.run(
        [sys.executable, "-S", "-m", "cli.preflight"],
        cwd=ROOT,
        env={"PATH": f"{folder}:/usr/bin:/bin", **ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_ends_with_1_where_a_provision_is_sure_to_fail_unless_told_to_go_on(tmp_path: Path):
    refused = _hook(tmp_path)
    assert refused.returncode == 1
    assert (
        "preflight: error: teacher gpt-5.1 2025-11-13 (GlobalStandard) is not offered in swedencentral"
        in refused.stderr
    )
    assert _hook(tmp_path, PLANSMITH_PREFLIGHT="warn").returncode == 0
    assert _hook(tmp_path, TEACHER_MODEL="gpt-5.4", TEACHER_MODEL_VERSION="2026-03-05").returncode == 0
    assert not (tmp_path / "azd.log").exists()


def test_it_needs_nothing_but_an_old_python():
    for file in sorted((ROOT / "cli/preflight").glob("*.py")):
        tree = ast.parse(file.read_text(), feature_version=(3, 9))
        names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names += [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
        strangers = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"cli"}
        assert strangers == set(), file
