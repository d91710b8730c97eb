import base64

import pytest

from local.functions_host.queue_client import ReceivedMessage
from local.functions_host.queue_metadata import decode_body, encode_body, trigger_metadata


def message(text: str = "x") -> ReceivedMessage:
    date = "Sun, 22 Nov 2026 03:21:38 GMT"
    return ReceivedMessage("m1", text, 3, "pop", date, date, date)


def values(body: str) -> dict[str, tuple[str, str]]:
    return {name: (datum.type, datum.value) for name, datum in trigger_metadata(message(body), body).items()}


def test_metadata_is_typed_as_the_host_sends_it():
    assert values("hello") == {
        "QueueTrigger": ("string", "hello"),
        "Id": ("string", "m1"),
        "DequeueCount": ("json", "3"),
        "ExpirationTime": ("json", '"2026-11-22T03:21:38+00:00"'),
        "InsertionTime": ("json", '"2026-11-22T03:21:38+00:00"'),
        "NextVisibleTime": ("json", '"2026-11-22T03:21:38+00:00"'),
        "PopReceipt": ("string", "pop"),
    }


@pytest.mark.parametrize(
    ("body", "name", "datum"),
    [
        ('{"id": "rec-7"}', "Id", ("string", "rec-7")),
        ('{"DEQUEUECOUNT": 9}', "DequeueCount", ("string", "9")),
        (' {"popReceipt": {"a": 1}}', "PopReceipt", ("json", '{"a":1}')),
        ('{"own": true}', "own", ("string", "True")),
        ('{"id": null}', "Id", ("string", "m1")),
        ('{"id": [1]}', "Id", ("string", "m1")),
        ('["id"]', "Id", ("string", "m1")),
        ('{"id": ', "Id", ("string", "m1")),
    ],
)
def test_the_bodys_scalars_and_objects_cover_metadata_of_the_same_name(
    body: str, name: str, datum: tuple[str, str]
):
    assert values(body)[name] == datum


def test_an_encoded_body_is_decoded_to_itself():
    for encoding in ("none", "base64"):
        assert decode_body(encode_body("grüße {}", encoding), encoding) == "grüße {}"


@pytest.mark.parametrize("text", ["{plain}", "YQ=", base64.b64encode(b"\xff\xfe").decode()])
def test_what_is_not_base64_of_utf8_cannot_be_decoded(text: str):
    assert decode_body(text, "base64") is None
