"""What a deployment meets and the compiler does not say: order, budgets, closed networks, sign-in, undelivered events."""

import json
import re

import pytest

from local.checkout import ROOT
from tests.builders.bicep import Bicep, Declared, Expression, bicep, bicep_files

MAIN = bicep("main")
PARAMETERS = json.loads((ROOT / "infra/main.parameters.json").read_text())["parameters"]
VALUES = {name: each["value"] for name, each in PARAMETERS.items()}


def _text(declared: Declared) -> str:
    return (declared.node.text or b"").decode()


def _decorated(file: Bicep, name: str) -> str:
    """The line of a resource's own decorator."""
    lines = file.source.decode().splitlines()
    (number,) = (at for at, line in enumerate(lines) if line.startswith(f"resource {name} "))
    return lines[number - 1]


# ---- parameters ----------------------------------------------------------------------------------------------------


def test_run_options_are_an_object_and_become_text_in_bicep_alone():
    """azd substitutes inside the JSON text of a string parameter, but parses what an object parameter is given."""
    assert re.match(r"(?s).*param runOptions object = \{\}$", _text(MAIN.of("param")["runOptions"]))
    assert MAIN.of("module")["functions"].body["params"]["runOptions"] == Expression(
        "empty(runOptions) ? '' : string(runOptions)"
    )


@pytest.mark.parametrize("name", [name for name, value in VALUES.items() if "=" in value])
def test_no_default_of_the_parameter_file_holds_a_brace(name: str):
    """The first closing brace ends azd's substitution."""
    assert VALUES[name].count("}") == 1


def test_who_deploys_is_filled_in_by_azd():
    assert (VALUES["principalId"], VALUES["principalType"]) == (
        "${AZURE_PRINCIPAL_ID}",
        "${AZURE_PRINCIPAL_TYPE}",
    )


def test_the_default_models_are_these():
    assert [
        VALUES[name] for name in ("teacherModel", "teacherModelVersion", "teacherSku", "studentModel")
    ] == [
        "${TEACHER_MODEL=gpt-5.1}",
        "${TEACHER_MODEL_VERSION=2025-11-13}",
        "${TEACHER_SKU=GlobalStandard}",
        "${STUDENT_MODEL=gpt-4.1-nano-2025-04-14}",
    ]


# ---- budget --------------------------------------------------------------------------------------------------------


def test_the_start_of_a_budget_comes_back_as_the_parameter_it_was():
    assert VALUES["budgetStart"] == "${BUDGET_START=}"
    assert _text(MAIN.of("output")["BUDGET_START"]).endswith("monthlyBudget > 0 ? firstMonth : budgetStart")
    assert MAIN.variables["firstMonth"] == Expression("empty(budgetStart) ? now : budgetStart")
    assert MAIN.of("module")["alerts"].body["params"]["budgetStart"] == Expression("firstMonth")


def test_a_budget_without_somebody_to_tell_is_refused():
    assert MAIN.variables["budgetContact"].text.startswith("monthlyBudget > 0 && empty(alertEmail) ? fail('")
    assert MAIN.of("module")["alerts"].body["params"]["email"] == Expression("budgetContact")
    notifications = bicep("alerts").of("resource")["budget"].body["properties"]["notifications"]
    assert [each["contactEmails"] for each in notifications.values()] == [[Expression("email")]] * 2


# ---- network -------------------------------------------------------------------------------------------------------


def test_a_private_endpoint_waits_for_the_teacher_and_that_for_the_account():
    assert MAIN.of("module")["teacher"].body["dependsOn"] == [Expression("account")]
    assert MAIN.of("module")["network"].body["dependsOn"] == [Expression("teacher")]


@pytest.mark.parametrize("name", ["privateEndpoints", "zoneGroups"])
def test_private_endpoints_are_made_one_after_another(name: str):
    assert _decorated(bicep("network"), name) == "@batchSize(1)"


def test_closed_storage_still_takes_events_from_a_trusted_service():
    properties = bicep("storage").variables["accountProperties"]
    assert properties["publicNetworkAccess"] == "Enabled"
    assert properties["networkAcls"] == {
        "bypass": "AzureServices",
        "defaultAction": Expression("publicAccess ? 'Allow' : 'Deny'"),
    }


# ---- events --------------------------------------------------------------------------------------------------------


def test_what_cannot_be_delivered_is_put_aside_where_the_topic_may_write():
    destination = (
        bicep("uploads")
        .of("resource")["catalogUploaded"]
        .body["properties"]["deadLetterWithResourceIdentity"]
    )
    assert destination["identity"] == {"type": "SystemAssigned"}
    assert destination["deadLetterDestination"]["endpointType"] == "StorageBlob"
    container = Expression("deadLetterContainer")
    assert destination["deadLetterDestination"]["properties"]["blobContainerName"] == container
    right = bicep("events").of("resource")["topicOnDeadLetters"].body
    assert right["scope"] == Expression("storage::blobService::deadLetters")
    assert bicep("events").of("resource")["deadLetters"].body["name"] == container
    assert bicep("storage").of("resource")["undelivered"].body["name"] == container


# ---- sign-in -------------------------------------------------------------------------------------------------------

SIGN_IN = bicep("functions").of("resource")["signIn"].body["properties"]


def test_a_browser_may_sign_in_and_health_needs_none():
    assert SIGN_IN["globalValidation"] == {
        "requireAuthentication": True,
        "unauthenticatedClientAction": "RedirectToLoginPage",
        "redirectToProvider": "azureactivedirectory",
        "excludedPaths": ["/api/health", "/api/webhooks/fine-tuning"],
    }


def test_only_named_applications_get_in():
    validation = SIGN_IN["identityProviders"]["azureActiveDirectory"]["validation"]
    assert validation["defaultAuthorizationPolicy"] == {
        "allowedApplications": Expression("union([entraClientId], entraAllowedApplications)")
    }


def test_its_issuer_is_that_of_version_2():
    registration = SIGN_IN["identityProviders"]["azureActiveDirectory"]["registration"]
    assert registration["openIdIssuer"].text.endswith("/v2.0'")


# ---- the rest ------------------------------------------------------------------------------------------------------


def test_the_accounts_address_is_read_and_not_guessed():
    output = bicep("teacher").of("output")["subdomain"]
    assert _text(output).endswith("account.properties.customSubDomainName")
    settings = {each["name"]: each["value"] for each in bicep("functions").variables["settings"]}
    assert settings["AZURE_OPENAI_ENDPOINT"] == Expression("'https://${openAiSubdomain}.openai.azure.com'")


def test_nothing_is_waited_for_twice():
    """A symbol that the body refers to is waited for anyway (linter rule no-unnecessary-dependson)."""
    for file in bicep_files():
        for each in (*file.of("resource").values(), *file.of("module").values()):
            waits = [item.text for item in each.body.get("dependsOn", [])]
            rest = re.sub(r"dependsOn: \[[^\]]*\]", "", _text(each).partition("{")[2])
            assert [name for name in waits if re.search(rf"\b{name}\b[.!:\[]", rest)] == [], (
                f"{file} {each.name}"
            )
