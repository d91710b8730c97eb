import pytest

from local.functions_host.errors import HostError
from local.functions_host.storage import parse_connection_string


def test_development_storage_is_the_azurite_on_the_default_ports():
    account = parse_connection_string("UseDevelopmentStorage=true", "S")
    assert account.name == "devstoreaccount1"
    assert account.queue_url == "http://127.0.0.1:10001/devstoreaccount1"
    assert account.blob_url == "http://127.0.0.1:10000/devstoreaccount1"


def test_an_account_in_azure_has_its_endpoints_by_name():
    account = parse_connection_string("AccountName=mine;AccountKey=a2V5;EndpointSuffix=core.windows.net", "S")
    assert account.queue_url == "https://mine.queue.core.windows.net"
    assert account.key == b"key"


def test_equal_strings_are_one_account():
    text = "AccountName=mine;AccountKey=a2V5"
    assert len({parse_connection_string(text, "A"), parse_connection_string(text, "B")}) == 1


@pytest.mark.parametrize(
    "text", ["secret-value", "AccountName=mine", "AccountName=m;AccountKey=%%%", "SharedAccessSignature=sv"]
)
def test_what_cannot_be_used_is_refused_by_the_settings_name_and_never_shown(text: str):
    with pytest.raises(HostError, match=r"^S") as caught:
        parse_connection_string(text, "S")
    assert text not in str(caught.value)


def test_the_key_is_not_in_the_repr():
    account = parse_connection_string("AccountName=mine;AccountKey=a2V5", "S")
    assert "a2V5" not in repr(account)
    assert "b'key'" not in repr(account)
