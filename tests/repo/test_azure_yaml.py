"""azure.yaml is what azd expects and fits the infrastructure."""

import json

import jsonschema
import pytest
import yaml

from local.checkout import ROOT

AZURE = yaml.safe_load((ROOT / "azure.yaml").read_text())
SPECS = ROOT / ".." / "shared" / "reference" / "specs"


@pytest.mark.skipif(not SPECS.is_dir(), reason="the published schemas are not beside this checkout")
def test_it_is_valid_against_the_published_schema():
    schema = json.loads((SPECS / "azure.yaml.schema.json").read_text())
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
