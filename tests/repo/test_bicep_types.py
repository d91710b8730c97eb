"""Every resource has only properties that its type has, at its API version, and all that the type requires."""

import importlib
import json
from typing import Any

import pytest

from tests.builders.azure_types import faults, unknown_properties
from tests.builders.beside import SPECS, present
from tests.builders.bicep import Bicep, Declared, bicep_files
from tests.builders.compact_types import TARGET, compact

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
TYPES: dict[str, list[dict[str, Any]]] = json.loads(TARGET.read_text())


@pytest.mark.parametrize("name", RESOURCES)
def test_it_is_what_the_compiler_accepts(name: str):
    _, resource = RESOURCES[name]
    assert resource.target in TYPES, (
        f"add it: see tests/builders/compact_types.py; {TARGET.name} lacks {resource.target}"
    )
    body = resource.body
    if "parent" in body or "location" not in body:
        body = {"name": "", **body}
    assert faults(body, TYPES[resource.target]) == []


def test_the_kept_types_are_those_in_use_and_what_the_compiler_publishes_where_that_is_at_hand():
    assert set(TYPES) == {resource.target for _, resource in RESOURCES.values()}
    for source in present(SPECS / "bicep-types.json"):
        published = {name.lower(): types for name, types in json.loads(source.read_text()).items()}
        assert {name: compact(published[name.lower()]) for name in TYPES} == TYPES


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"kindd": "StorageV2"}, ".kindd does not exist"),
        ({"properties": {"allowSharedKeyAccess": "no"}}, ".properties.allowSharedKeyAccess"),
        ({"properties": {"primaryEndpoints": {}}}, ".properties.primaryEndpoints is read-only"),
    ],
)
def test_a_fault_is_found_in_the_kept_types(change: dict[str, Any], fault: str):
    body = {"name": "st", "location": "here", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, **change}
    found = faults(body, TYPES["Microsoft.Storage/storageAccounts@2025-06-01"])
    assert [fault in each for each in found] == [True]


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
