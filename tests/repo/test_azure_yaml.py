"""azure.yaml is what azd expects and fits the infrastructure."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from local.checkout import ROOT
from tests.builders.beside import SPECS, present

AZURE = yaml.safe_load((ROOT / "azure.yaml").read_text())
# What this app may hold; the whole schema as published besides, where it is there.
SCHEMAS = [ROOT / "tests/data/specs/azure.yaml.schema.json", *present(SPECS / "azure.yaml.schema.json")]


@pytest.mark.parametrize("path", SCHEMAS)
def test_it_is_valid_against_the_schema(path: Path):
    schema = json.loads(path.read_text())
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(AZURE)] == []


def test_the_one_service_is_this_folder():
    (service,) = AZURE["services"].values()
    assert (service["project"], service["language"], service["host"]) == (".", "python", "function")
    assert (ROOT / "host.json").exists()


def test_the_app_carries_the_services_name():
    (name,) = AZURE["services"]
    assert f"'azd-service-name': '{name}'" in (ROOT / "infra/modules/functions.bicep").read_text()


def test_the_infrastructure_is_where_it_says():
    infra = AZURE["infra"]
    assert (ROOT / infra["path"] / f"{infra['module']}.{infra['provider']}").exists()


def test_azd_is_new_enough_for_object_parameters():
    """https://github.com/Azure/azure-dev/pull/6694, in 1.23.4."""
    assert AZURE["requiredVersions"] == {"azd": ">= 1.23.4"}


def test_the_preflight_runs_before_a_provision():
    runs = {system: hook["run"] for system, hook in AZURE["hooks"]["preprovision"].items()}
    assert runs == {"posix": "python3 -m cli.preflight", "windows": "py -3 -m cli.preflight"}
    assert (ROOT / "cli/preflight/__main__.py").exists()
