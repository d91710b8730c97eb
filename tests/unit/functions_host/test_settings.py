import json
from pathlib import Path

import pytest

from local.functions_host.errors import HostError
from local.functions_host.settings import AppSettings, load_settings


def write(folder: Path, document: object) -> Path:
    (folder / "local.settings.json").write_text(json.dumps(document))
    return folder


def test_the_environment_beats_the_file(tmp_path: Path):
    settings = load_settings(
        write(tmp_path, {"Values": {"A": "file", "B": "file", "N": 3}}), {"A": "environment"}
    )
    assert (settings.get("A"), settings.get("B"), settings.get("N")) == ("environment", "file", "3")


def test_without_a_file_there_is_the_environment(tmp_path: Path):
    assert load_settings(tmp_path, {"A": "x"}).get("A") == "x"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "expected an object"),
        ({"Values": []}, "expected an object"),
        ({"IsEncrypted": True, "Values": {}}, "encrypted"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, document: object, said: str):
    with pytest.raises(HostError, match=said):
        load_settings(write(tmp_path, document), {})


def test_a_setting_between_percent_signs_is_replaced():
    assert AppSettings({"Q": "work", "S": "eu"}).resolve("%Q%-%S%-x") == "work-eu-x"


def test_a_missing_setting_is_named():
    with pytest.raises(HostError, match="the app setting Q, which is not set"):
        AppSettings({}).resolve("%Q%")


def test_a_connection_is_a_connection_string_in_the_setting_of_its_name():
    text = "AccountName=a;AccountKey=a2V5;QueueEndpoint=http://q/a;BlobEndpoint=http://b/a"
    assert AppSettings({"DATA": text}).account("DATA").queue_url == "http://q/a"


def test_a_binding_without_a_connection_uses_the_hosts_own():
    assert (
        AppSettings({"AzureWebJobsStorage": "UseDevelopmentStorage=true"}).account("").name
        == "devstoreaccount1"
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "DATA is missing"),
        ({"DATA__queueServiceUri": "https://q"}, "given by identity"),
        ({"DATA": "x"}, "DATA must be"),
    ],
)
def test_a_connection_that_cannot_be_used_is_named(values: dict[str, str], said: str):
    with pytest.raises(HostError, match=said):
        AppSettings(values).account("DATA")
