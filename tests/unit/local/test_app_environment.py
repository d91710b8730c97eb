import json
from pathlib import Path

import pytest

from local.app_environment import DEFAULTS, EMULATOR_KEY, app_environment, model_service
from local.settings_file import SettingsFileError, read_settings_file


def _environment(user: dict | None = None, file: dict | None = None, **changes) -> dict[str, str]:
    return app_environment(
        user or {}, file or {}, **{"storage": "azurite", "emulator": "http://emulator", **changes}
    )


def test_a_variable_beats_the_file_which_beats_the_default():
    name = "TEACHER_DEPLOYMENT"
    assert _environment()[name] == DEFAULTS[name]
    assert _environment(file={name: "from-file"})[name] == "from-file"
    assert _environment(user={name: "from-user"}, file={name: "from-file"})[name] == "from-user"


def test_an_empty_value_counts_as_none():
    assert _environment(user={"STUDENT_MODEL": ""}, file={"STUDENT_MODEL": "mine"})["STUDENT_MODEL"] == "mine"


def test_the_storage_is_always_the_stacks_own():
    user = {"PLANSMITH_STORAGE": "cloud", "PLANSMITH_STORAGE__blobServiceUri": "https://cloud"}
    environment = _environment(user=user, file={"AzureWebJobsStorage": "UseDevelopmentStorage=true"})
    assert environment["PLANSMITH_STORAGE"] == environment["AzureWebJobsStorage"] == "azurite"
    assert "PLANSMITH_STORAGE__blobServiceUri" not in environment


def test_no_real_key_reaches_the_emulator():
    user = {
        "AZURE_OPENAI_ENDPOINT": "https://cloud",
        "AZURE_OPENAI_API_KEY": "fake-real",
        "OPENAI_BASE_URL": "https://x",
    }
    environment = _environment(user=user)
    assert environment["AZURE_OPENAI_ENDPOINT"] == "http://emulator"
    assert environment["AZURE_OPENAI_API_KEY"] == EMULATOR_KEY
    assert environment["OPENAI_BASE_URL"] == ""


def test_without_the_emulator_the_users_service_and_key_are_used():
    user = {"AZURE_OPENAI_ENDPOINT": "https://cloud", "AZURE_OPENAI_API_KEY": "fake-real"}
    environment = _environment(user=user, emulator=None)
    assert (environment["AZURE_OPENAI_ENDPOINT"], environment["AZURE_OPENAI_API_KEY"]) == (
        "https://cloud",
        "fake-real",
    )


@pytest.mark.parametrize(("url", "key"), [("http://127.0.0.1:8000", EMULATOR_KEY), ("https://cloud", None)])
def test_a_key_is_made_up_for_this_machine_alone(url: str, key: str | None):
    environment = _environment(emulator=None, openai=url)
    assert environment["AZURE_OPENAI_ENDPOINT"] == url
    assert environment.get("AZURE_OPENAI_API_KEY") == key


@pytest.mark.parametrize(
    ("user", "file", "found"),
    [
        ({}, {}, None),
        ({"AZURE_OPENAI_ENDPOINT": "u"}, {"AZURE_OPENAI_ENDPOINT": "f"}, "u"),
        ({}, {"OPENAI_BASE_URL": "f"}, "f"),
        ({"AZURE_OPENAI_ENDPOINT": ""}, {}, None),
    ],
)
def test_a_model_service_that_the_user_has_set_up_is_found(user: dict, file: dict, found: str | None):
    assert model_service(user, file) == found


def test_the_settings_file_is_read_as_core_tools_do(tmp_path: Path):
    file = tmp_path / "local.settings.json"
    assert read_settings_file(file) == {}
    file.write_text("\ufeff" + json.dumps({"IsEncrypted": False, "Values": {"A": "1"}}))
    assert read_settings_file(file) == {"A": "1"}


@pytest.mark.parametrize("text", ["{", "[]", '{"Values": []}', '{"IsEncrypted": true, "Values": {}}'])
def test_a_settings_file_that_cannot_be_used_is_named(tmp_path: Path, text: str):
    file = tmp_path / "local.settings.json"
    file.write_text(text)
    with pytest.raises(SettingsFileError, match=r"local\.settings\.json"):
        read_settings_file(file)
