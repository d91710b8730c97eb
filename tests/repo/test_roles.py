"""The app's role on the model account covers what the adapters call; neither less nor a key."""

import ast
import fnmatch
import re
from collections.abc import Iterator

import pytest

from local.checkout import ROOT
from tests.builders.bicep import bicep

# The permissions of a001fd3d-188f-4b5d-821b-7da978bf7442, Cognitive Services OpenAI Contributor, as published:
# https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/ai-machine-learning#cognitive-services-openai-contributor
ROLE = "a001fd3d-188f-4b5d-821b-7da978bf7442"
ACTIONS = (
    "Microsoft.CognitiveServices/*/read",
    "Microsoft.CognitiveServices/accounts/deployments/write",
    "Microsoft.CognitiveServices/accounts/deployments/delete",
)
DATA_ACTIONS = ("Microsoft.CognitiveServices/accounts/OpenAI/*",)

ACCOUNT = "Microsoft.CognitiveServices/accounts"
VERBS = {"GET": "read", "PUT": "write", "DELETE": "delete"}
# What a call of the client needs, by the resource it is a method of.
RESOURCES = {
    "files": "files",
    "fine_tuning": "fine-tunes",
    "chat": "deployments/chat/completions",
    "models": "models",
}
METHODS = {"create": "write", "cancel": "write", "delete": "delete", "list": "read", "retrieve": "read"}
METHODS |= {"list_events": "read", "content": "read", "pause": "write", "resume": "write"}


def _data_calls() -> Iterator[str]:
    """The data actions that shared/adapters/openai needs, from every call on its client."""
    for file in sorted((ROOT / "shared/adapters/openai").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            chain = ast.unparse(node.func).partition("self._client.")[2].split(".")
            if chain[0] == "post":
                path = ast.literal_eval(node.args[0]).strip("/")
                yield f"{ACCOUNT}/OpenAI/{RESOURCES[path.partition('/')[0]]}/action"
            elif chain[0] == "delete":  # of a job, by its address
                assert "/openai/fine_tuning/jobs/" in file.read_text()
                yield f"{ACCOUNT}/OpenAI/fine-tunes/delete"
            elif chain[0] and chain[0] not in ("close", "with_options"):
                yield f"{ACCOUNT}/OpenAI/{RESOURCES[chain[0]]}/{METHODS[chain[-1]]}"


def _management_calls() -> set[str]:
    """The actions that shared/adapters/arm needs."""
    source = (ROOT / "shared/adapters/arm/deployments.py").read_text()
    (path,) = set(re.findall(r"/providers/(Microsoft\.CognitiveServices/accounts)/", source))
    assert "/deployments" in source
    return {f"{path}/deployments/{VERBS[verb]}" for verb in re.findall(r'_call\(\s*"([A-Z]+)"', source)}


def _covered(action: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(action, pattern) for pattern in patterns)


def test_the_app_is_given_this_role_on_the_account():
    body = bicep("teacher").of("resource")["appOnAccount"].body
    assert ROLE in body["properties"]["roleDefinitionId"].text
    assert body["scope"].text == "account"


def test_it_covers_what_the_app_asks_and_trains():
    calls = set(_data_calls())
    assert {f"{ACCOUNT}/OpenAI/fine-tunes/write", f"{ACCOUNT}/OpenAI/files/write"} <= calls
    assert f"{ACCOUNT}/OpenAI/deployments/chat/completions/action" in calls
    assert {call for call in calls if not _covered(call, DATA_ACTIONS)} == set()


def test_it_covers_what_the_app_deploys():
    calls = _management_calls()
    assert calls == {f"{ACCOUNT}/deployments/{verb}" for verb in ("read", "write", "delete")}
    assert {call for call in calls if not _covered(call, ACTIONS)} == set()


@pytest.mark.parametrize("more", [f"{ACCOUNT}/listKeys/action", f"{ACCOUNT}/write", f"{ACCOUNT}/delete"])
def test_it_covers_neither_keys_nor_the_account_itself(more: str):
    assert not _covered(more, ACTIONS)


def test_the_guide_names_what_a_template_for_a_subscription_needs():
    guide = (ROOT / "docs/operations.md").read_text()
    roles = guide.partition("## Roles")[2].partition("\n## ")[0]
    for right in (
        "Microsoft.Resources/deployments/{read,write",
        "Website Contributor on the app, Reader on the group",
        "accounts/deployments/{read,write,delete}",
    ):
        assert right in roles
