"""Every resource has only properties that its type has, at its API version, and all that the type requires."""

import importlib
import json

import pytest

from local.checkout import ROOT
from tests.builders.azure_types import faults, unknown_properties
from tests.builders.bicep import Bicep, Declared, bicep_files

TYPES = ROOT / ".." / "shared" / "reference" / "specs" / "bicep-types.json"

MODELS = {
    "Microsoft.Authorization/roleAssignments": "authorization:RoleAssignmentCreateParameters",
    "Microsoft.CognitiveServices/accounts": "cognitiveservices:Account",
    "Microsoft.CognitiveServices/accounts/deployments": "cognitiveservices:Deployment",
    "Microsoft.EventGrid/systemTopics": "eventgrid:SystemTopic",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions": "eventgrid:EventSubscription",
    "Microsoft.Storage/storageAccounts": "storage:StorageAccountCreateParameters",
    "Microsoft.Storage/storageAccounts/blobServices": "storage:BlobServiceProperties",
    "Microsoft.Storage/storageAccounts/blobServices/containers": "storage:BlobContainer",
    "Microsoft.Storage/storageAccounts/managementPolicies": "storage:ManagementPolicy",
    "Microsoft.Storage/storageAccounts/queueServices": "storage:QueueServiceProperties",
    "Microsoft.Storage/storageAccounts/queueServices/queues": "storage:StorageQueue",
    "Microsoft.Web/serverfarms": "web:AppServicePlan",
    "Microsoft.Web/sites": "web:Site",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": "web:CsmPublishingCredentialsPoliciesEntity",
    "Microsoft.Web/sites/config": "web:SiteAuthSettingsV2",
}


def _resources() -> dict[str, tuple[Bicep, Declared]]:
    return {
        f"{file}:{each.name}": (file, each)
        for file in bicep_files()
        for each in file.of("resource").values()
        if "@" in each.target and not each.existing
    }


RESOURCES = _resources()


@pytest.mark.skipif(not TYPES.exists(), reason="the compiler's types are not beside this checkout")
@pytest.mark.parametrize("name", RESOURCES)
def test_it_is_what_the_compiler_accepts(name: str):
    _, resource = RESOURCES[name]
    types = json.loads(TYPES.read_text())
    known = {key.lower(): value for key, value in types.items()}
    assert resource.target.lower() in known, "no such type at this version"
    body = resource.body
    if "parent" in body or "location" not in body:
        body = {"name": "", **body}
    assert faults(body, known[resource.target.lower()]) == []


@pytest.mark.parametrize(
    "name",
    [name for name, (_, each) in RESOURCES.items() if each.target.partition("@")[0] in MODELS],
)
def test_the_management_sdk_knows_its_properties(name: str):
    _, resource = RESOURCES[name]
    package, _, model = MODELS[resource.target.partition("@")[0]].partition(":")
    models = importlib.import_module(f"azure.mgmt.{package}.models")
    # The name is part of the address there.
    body = {key: each for key, each in resource.body.items() if key != "name"}
    assert unknown_properties(body, getattr(models, model)) == []


def test_a_wrong_property_is_found():
    models = importlib.import_module("azure.mgmt.web.models")
    body = {"properties": {"functionAppConfig": {"runtime": {"name": "python", "versoin": "3.13"}}}}
    assert unknown_properties(body, models.Site) == [".properties.functionAppConfig.runtime.versoin"]
