"""The Bicep files hold together: symbols, modules, names, roles, and what must never be in them."""

import json
import re

import pytest

from local.checkout import ROOT
from shared import names
from tests.builders.bicep import Bicep, Declared, bicep, bicep_files

FILES = {str(file): file for file in bicep_files()}
MAIN = bicep("main")
PARAMETERS = json.loads((ROOT / "infra/main.parameters.json").read_text())["parameters"]

FUNCTIONS = set(
    "concat empty environment fail guid loadJsonContent loadTextContent map objectKeys resourceGroup resourceId split string subscription"
    " subscriptionResourceId take tenant toLower union uniqueString utcNow".split()
)
DECORATORS = {
    "allowed",
    "batchSize",
    "description",
    "maxLength",
    "maxValue",
    "minLength",
    "minValue",
    "secure",
}

# https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
ROLES = {
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "Storage Queue Data Message Sender": "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Cognitive Services OpenAI Contributor": "a001fd3d-188f-4b5d-821b-7da978bf7442",
}
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest) -> Bicep:
    return FILES[request.param]


def _modules() -> list[tuple[Bicep, Declared, Bicep]]:
    return [
        (file, module, Bicep((file.path.parent / module.target).resolve()))
        for file in FILES.values()
        for module in file.of("module").values()
    ]


def test_it_parses(file: Bicep):
    assert file.syntax_errors == []


def test_every_symbol_is_declared(file: Bicep):
    assert set(file.references) - {each.name for each in file.declared} == set()


def test_no_symbol_is_declared_twice(file: Bicep):
    declared = [each.name for each in file.declared if each.kind != "output"]
    assert sorted(set(declared)) == sorted(declared)


def test_every_parameter_variable_and_existing_resource_is_used(file: Bicep):
    needed = {each.name for each in file.declared if each.kind in ("param", "var") or each.existing}
    assert needed - set(file.references) == set()


def test_only_known_functions_are_called(file: Bicep):
    assert file.calls - FUNCTIONS - DECORATORS == set()


def test_every_module_exists_and_every_file_is_a_module():
    targets = {target.path for _, _, target in _modules()}
    assert targets == {file.path for file in FILES.values()} - {MAIN.path}


def test_modules_get_the_parameters_they_declare_and_all_they_need():
    for file, module, target in _modules():
        given, declared = set(module.body.get("params", {})), target.of("param")
        assert given - set(declared) == set(), f"{file} {module.name}"
        needed = {name for name, each in declared.items() if not each.has_default}
        assert needed - given == set(), f"{file} {module.name}"


def test_outputs_that_are_read_exist():
    for file, module, target in _modules():
        text = file.source.decode()
        read = set(re.findall(rf"\b{module.name}!?\.outputs\.(\w+)", text))
        assert read - set(target.of("output")) == set(), f"{file} {module.name}"


def test_no_output_of_a_module_is_left_unread():
    text = MAIN.source.decode()
    for _, module, target in _modules():
        read = set(re.findall(rf"\b{module.name}!?\.outputs\.(\w+)", text))
        assert set(target.of("output")) - read == set(), module.name


def test_what_a_conditional_module_gives_is_read_with_care():
    text = MAIN.source.decode()
    for name in re.findall(r"^module (\w+) '[^']+' = if", text, re.MULTILINE):
        assert f"{name}.outputs" not in text


def test_the_parameter_file_gives_what_main_declares():
    declared = set(MAIN.of("param")) - {"now"}
    assert set(PARAMETERS) == declared


def test_the_defaults_of_the_parameter_file_are_those_of_main():
    for name, each in PARAMETERS.items():
        match = re.fullmatch(r"\$\{([A-Z_]+)(?:=(.*))?\}", each["value"])
        assert match, name
        if match[2] is not None:
            written = MAIN.of("param")[name].node.named_children[-1].text.decode()
            assert written.strip("'") == match[2], name


def test_every_container_and_queue_of_the_app_exists():
    variables = bicep("storage").variables
    assert tuple(variables["containers"]) == names.CONTAINERS
    storage = bicep("storage").source.decode()
    assert "var workQueues = objectKeys(loadJsonContent('../../shared/queues.json'))" in storage
    assert "concat(workQueues, map(workQueues, name => '${name}-poison'), ['run-events'])" in storage
    assert (*names.WORK_QUEUES, *names.POISON_QUEUES, "run-events") == names.QUEUES


def test_uploads_of_catalogs_go_to_the_queue_that_the_app_reads():
    subscription = bicep("uploads").of("resource")["catalogUploaded"].body["properties"]
    destination = subscription["deliveryWithResourceIdentity"]["destination"]
    assert destination["endpointType"] == "StorageQueue"
    assert destination["properties"]["queueName"] == names.CATALOG_EVENTS
    wanted = f"/blobServices/default/containers/{names.CATALOGS}/"
    assert subscription["filter"] == {
        "includedEventTypes": ["Microsoft.Storage.BlobCreated"],
        "subjectBeginsWith": wanted,
    }
    queue = bicep("events").of("resource")["queue"]
    assert queue.body["name"] == names.CATALOG_EVENTS


def test_old_runs_are_forgotten_and_nothing_else():
    rules = bicep("storage").of("resource")["lifecycle"].body["properties"]["policy"]["rules"]
    filters = [rule["definition"]["filters"]["prefixMatch"] for rule in rules]
    assert filters == [[f"{names.RUNS}/"]]


def test_every_role_is_the_one_its_comment_names():
    seen = set()
    for file in FILES.values():
        lines = file.source.decode().splitlines()
        for number, line in enumerate(lines):
            for guid in GUID.findall(line):
                before = [text for text in lines[:number] if text.startswith("// ")]
                comment = line.partition("// ")[2] or before[-1].removeprefix("// ")
                role = comment.partition(":")[0]
                assert ROLES.get(role) == guid, f"{file}:{number + 1}"
                seen.add(role)
    assert seen == set(ROLES)


def test_every_role_assignment_has_a_scope_and_a_name_of_its_own():
    for file in FILES.values():
        for each in file.of("resource").values():
            if each.target.startswith("Microsoft.Authorization/roleAssignments@"):
                assert {"scope", "name", "properties"} == set(each.body), f"{file} {each.name}"
                assert "guid(" in each.body["name"].text
                assert set(each.body["properties"]) == {"principalId", "principalType", "roleDefinitionId"}


def test_no_key_and_no_secret_is_read_or_given_out():
    for file in FILES.values():
        text = file.source.decode()
        assert not re.search(r"\blist\w+\s*\(|\.list\w+\(", text), file
        assert not re.search(
            r"AccountKey|SharedAccessSignature|instrumentationKey|InstrumentationKey", text
        ), file
        outputs = " ".join(each.node.text.decode() for each in file.of("output").values())
        assert not re.search(r"key|secret|connectionstring|password", outputs, re.IGNORECASE), file


def test_no_account_takes_keys():
    storage = bicep("storage").variables["accountProperties"]
    assert (storage["allowSharedKeyAccess"], storage["allowBlobPublicAccess"]) == (False, False)
    assert bicep("openai").of("resource")["account"].body["properties"]["disableLocalAuth"] is True
    monitoring = bicep("monitoring").of("resource")
    assert monitoring["applicationInsights"].body["properties"]["DisableLocalAuth"] is True
    assert monitoring["workspace"].body["properties"]["features"]["disableLocalAuth"] is True


def test_the_app_is_python_3_13_on_flex_consumption():
    resources = bicep("functions").of("resource")
    assert resources["plan"].body["sku"] == {"name": "FC1", "tier": "FlexConsumption"}
    config = resources["app"].body["properties"]["functionAppConfig"]
    assert config["runtime"] == {"name": "python", "version": "3.13"}
    assert config["scaleAndConcurrency"]["instanceMemoryMB"] == 2048
    assert config["deployment"]["storage"]["authentication"]["type"] == "UserAssignedIdentity"


def test_api_versions_are_stable_and_one_for_each_type():
    versions: dict[str, set[str]] = {}
    for file in FILES.values():
        for each in file.of("resource").values():
            if "@" in each.target:
                kind, _, version = each.target.partition("@")
                assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", version), each.target
                versions.setdefault(kind.split("/")[0] + "/" + kind.split("/")[1], set()).add(version)
    assert {kind: found for kind, found in versions.items() if len(found) > 1} == {}


def test_the_workbook_and_alerts_ask_for_what_the_app_tells():
    told = (ROOT / "shared/telemetry.py").read_text()
    asked = (ROOT / "infra/workbook.json").read_text() + bicep("alerts").source.decode()
    metrics = set(re.findall(r"plansmith\.[a-z_]+", asked))
    assert metrics
    assert {metric for metric in metrics if f'"{metric}"' not in told} == set()
    events = set(re.findall(r'message == \\*"(\w+)\\*"', asked))
    assert events - {"run_failed", "dataset_published"} <= set(re.findall(r'"(\w+)"', told))
