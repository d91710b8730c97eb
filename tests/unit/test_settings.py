"""Settings come from a mapping, and a bad one is named."""

from __future__ import annotations

import pytest

from shared.errors import ConfigurationError
from shared.settings import Connection, Settings, catalog_limits, connection


def test_a_connection_string_beats_the_identity_form() -> None:
    env = {
        "PLANSMITH_STORAGE": "UseDevelopmentStorage=true",
        "PLANSMITH_STORAGE__blobServiceUri": "https://x",
    }
    assert connection(env, "PLANSMITH_STORAGE") == Connection(connection_string="UseDevelopmentStorage=true")


def test_the_identity_form_needs_both_services() -> None:
    env = {"S__blobServiceUri": "https://b", "S__queueServiceUri": "https://q", "S__clientId": "c"}
    assert connection(env, "S") == Connection("", "https://b", "https://q", "c")
    with pytest.raises(ConfigurationError, match="S is not set"):
        connection({"S__blobServiceUri": "https://b"}, "S")


def test_an_account_name_stands_for_both_services() -> None:
    found = connection({"S__accountName": "acct"}, "S")
    assert found.queue_service_uri == "https://acct.queue.core.windows.net"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RUN_OPTIONS", "[1]"),
        ("RUN_OPTIONS", "{"),
        ("SOURCE_DATE_EPOCH", "yesterday"),
        ("SOURCE_DATE_EPOCH", "9" * 5000),
        ("FINETUNE_SERVED_BY_NAME", "perhaps"),
        ("RECONCILE_STALL_S", "-1"),
        ("RECONCILE_STALL_S", "nan"),
        ("CATALOG_TRIGGER", "both"),
        ("CATALOG_MAX_BYTES", "0"),
        ("CATALOG_MAX_BYTES", "32 MiB"),
        ("CATALOG_MAX_OPERATIONS", "-1"),
        ("CATALOG_MAX_OPERATIONS", "9" * 5000),
        ("CATALOG_MAX_DEPTH", "401"),
    ],
)
def test_a_bad_value_is_refused_with_the_variables_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_mapping({"PLANSMITH_STORAGE": "x", name: value})


def test_any_other_openai_compatible_server_brings_its_own_key() -> None:
    env = {
        "PLANSMITH_STORAGE": "x",
        "AZURE_OPENAI_API_KEY": "fake-azure",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
        "OPENAI_API_KEY": "fake-other",
    }
    assert Settings.from_mapping(env).openai_api_key == "fake-other"


def test_every_limit_of_catalogs_can_be_set() -> None:
    env = {
        "CATALOG_MAX_BYTES": "1",
        "CATALOG_MAX_OPERATIONS": "2",
        "CATALOG_MAX_DEPTH": "3",
        "CATALOG_MAX_REFS": "4",
        "CATALOG_MAX_ALIAS_VALUES": "5",
        "CATALOG_MAX_ZIP_RATIO": "6",
        "CATALOG_MAX_ZIP_ENTRIES": "7",
        "CATALOG_MAX_EXAMPLE_BYTES": "8",
    }
    assert Settings.from_mapping({"PLANSMITH_STORAGE": "x", **env}).catalog_limits == {
        "document_bytes": 1,
        "operations": 2,
        "depth": 3,
        "ref_expansions": 4,
        "alias_expansion": 5,
        "zip_ratio": 6,
        "zip_entries": 7,
        "example_bytes": 8,
    }
    assert catalog_limits({}) == {}


_SECRET = "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"  # obviously fake: digits


@pytest.mark.parametrize(
    ("url", "secret"),
    [("http://events.example", _SECRET), ("ftp://events.example", _SECRET), ("events", _SECRET),
     ("https://events.example", ""), ("https://events.example", "plain"), ("https://events.example", "whsec_c2hvcnQ=")],
)  # fmt: skip
def test_a_webhook_needs_https_and_a_key_to_sign_with(url: str, secret: str):
    env = {"PLANSMITH_STORAGE": "x", "EVENTS_WEBHOOK_URL": url, "EVENTS_WEBHOOK_SECRET": secret}
    with pytest.raises(ConfigurationError, match="EVENTS_WEBHOOK"):
        Settings.from_mapping(env)


@pytest.mark.parametrize("url", ["https://events.example/in", "http://127.0.0.1:9999/"])
def test_a_webhook_may_be_on_this_machine(url: str):
    env = {"PLANSMITH_STORAGE": "x", "EVENTS_WEBHOOK_URL": url, "EVENTS_WEBHOOK_SECRET": _SECRET}
    assert Settings.from_mapping(env).events_webhook_url == url
