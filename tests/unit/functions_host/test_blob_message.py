import json

import pytest

from local.functions_host.blob_message import BlobMessage, parse_blob_message

MESSAGE = BlobMessage("start_run", "catalogs", "in/a.json", '"0x8D"')


def test_a_message_survives_its_text():
    assert parse_blob_message(MESSAGE.as_text()) == MESSAGE


def test_a_message_is_written_as_functions_hosts_write_it():
    document = json.loads(MESSAGE.as_text())
    assert document == {
        "Type": "BlobTrigger",
        "FunctionId": "Host.Functions.start_run",
        "BlobType": "BlockBlob",
        "ContainerName": "catalogs",
        "BlobName": "in/a.json",
        "ETag": '"0x8D"',
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"FunctionId": "f"}'])
def test_what_is_no_blob_message_is_none(text: str):
    assert parse_blob_message(text) is None
