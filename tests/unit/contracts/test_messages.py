"""Messages keep their contracts, whoever sends them."""

from __future__ import annotations

import base64
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from shared import contracts, names
from shared.bootstrap import MESSAGES
from shared.contracts import bodies, messages, schema
from shared.errors import BadRequestError

HOST_KEYS = {
    "id",
    "dequeuecount",
    "expirationtime",
    "insertiontime",
    "nextvisibletime",
    "popreceipt",
    "queuetrigger",
}
CLASSES = [kind for kind in MESSAGES.values() if kind is not messages.CatalogEvent]
CONTRACTS = sorted(
    path.name.removesuffix(".schema.json") for path in Path(contracts.__file__).parent.glob("*.schema.json")
)


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_contract_is_a_schema_whose_examples_are_valid(name: str) -> None:
    loaded = schema(name)
    Draft202012Validator.check_schema(loaded)
    for example in loaded.get("examples", []):
        Draft202012Validator(loaded).validate(example)


@pytest.mark.parametrize("queue", [*names.WORK_QUEUES, names.RUN_EVENTS])
def test_every_queue_has_a_contract_with_an_example(queue: str) -> None:
    assert schema(queue)["examples"]


@pytest.mark.parametrize("message", [kind for kind in CLASSES if kind.queue in names.WORK_QUEUES])
def test_no_key_of_ours_overwrites_what_the_host_knows(message: type[messages.Message]) -> None:
    assert not {key.lower() for key in schema(message.queue)["properties"]} & HOST_KEYS


@pytest.mark.parametrize("message", CLASSES)
@pytest.mark.parametrize("encode", [bytes, base64.b64encode])
def test_a_message_is_read_plain_and_from_base64(message: type[messages.Message], encode) -> None:
    example = schema(message.queue)["examples"][0]
    decoded = message.decode(encode(orjson.dumps(example)))
    assert all(getattr(decoded, key) == value for key, value in example.items())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"hello", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[1]", "not_an_object"),
        (b"null", "not_json"),
        (b"{}", "bad_message"),
        (b'{"catalog": "other/x.json"}', "bad_message"),
        (b'{"catalog": []}', "bad_message"),
        (b'{"catalog": "catalogs/x", "sampels": 3}', "bad_message"),
        (b"[" * 5000, "not_json"),
    ],
)
def test_a_bad_body_is_one_clear_error(body: bytes, code: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        messages.RunRequest.decode(body)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "change",
    [
        {"run_id": "../x-0123456789"},
        {"run_id": "x"},
        {"segment": -1},
        {"segment": True},
        {"index": "1"},
        {"index": 1.5},
        {"spent": [["1"]]},
        {"spent": [{"prompt": 1}]},
    ],
)
def test_a_bad_field_is_refused(change: dict[str, object]) -> None:
    good = schema(names.GENERATE_RECORDS)["examples"][0]
    with pytest.raises(BadRequestError):
        messages.GenerateRecord.decode(orjson.dumps({**good, **change}))


def _event(**change: object) -> bytes:
    return orjson.dumps({**schema(names.CATALOG_EVENTS)["examples"][0], **change})


def test_an_upload_event_names_its_blob() -> None:
    assert messages.blob_of_event(_event()) == "hub.json"
    assert messages.blob_of_event(base64.b64encode(_event())) == "hub.json"


def test_a_cloud_event_names_its_blob() -> None:
    event = {
        "type": "Microsoft.Storage.BlobCreated",
        "subject": "/blobServices/default/containers/catalogs/blobs/a/b.json",
    }
    assert messages.blob_of_event(orjson.dumps(event)) == "a/b.json"


@pytest.mark.parametrize(
    ("subject", "url", "blob"),
    [
        ("log_14\ufffd\ufffd.json", "https://st.blob.core.windows.net/catalogs/log_14%F0%9F%92%8E.json", "log_14\U0001f48e.json"),
        ("?bersicht.json", "https://st.blob.core.windows.net/catalogs/%C3%9Cbersicht.json", "\u00dcbersicht.json"),
        ("a b/c.json", "https://st.dfs.core.windows.net/catalogs/a%20b/c.json", "a b/c.json"),
        ("100%25.json", "https://st.blob.core.windows.net/catalogs/100%2525.json", "100%25.json"),
        ("100%25.json", "https://st.blob.core.windows.net/catalogs/100%25.json", "100%25.json"),
        ("shop.json", "https://st.blob.core.windows.net/other/else.json", "shop.json"),
        ("shop.json", "http://[bad", "shop.json"),
        ("shop.json", None, "shop.json"),
    ],
)  # fmt: skip
def test_the_address_of_an_event_names_the_blob_and_else_its_subject(
    subject: str, url: str | None, blob: str
) -> None:
    """https://github.com/Azure-Samples/azure-event-grid-viewer/issues/9: the subject loses what is not ASCII."""
    prefix = "/blobServices/default/containers/catalogs/blobs/"
    event = _event(subject=prefix + subject, data={"api": "PutBlob", "url": url})
    assert messages.blob_of_event(event) == blob


@pytest.mark.parametrize(
    "change",
    [
        {"eventType": "Microsoft.Storage.BlobDeleted"},
        {"subject": "/blobServices/default/containers/runs/blobs/x"},
    ],
)
def test_events_about_other_things_are_ignored(change: dict[str, object]) -> None:
    assert messages.blob_of_event(_event(**change)) is None


@pytest.mark.parametrize("depth", [200, 300, 900, 5000])
def test_a_message_nested_too_deeply_is_refused(depth: int) -> None:
    body = '{"run_id": ' + "[" * depth + "]" * depth + "}"
    with pytest.raises(BadRequestError):
        messages.GenerateRecord.decode(body)


MARKED = {
    "utf-8": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "base64": lambda text: base64.b64encode(b"\xef\xbb\xbf" + text.encode()),
    "base64 with a mark": lambda text: b"\xef\xbb\xbf" + base64.b64encode(text.encode()),
}


@pytest.mark.parametrize("form", MARKED)
def test_a_body_with_a_byte_order_mark_is_read(form: str) -> None:
    body = MARKED[form]('{"run_id": "hub-0123456789"}')
    assert messages.Publish.decode(body).run_id == "hub-0123456789"


def test_a_body_is_shown_as_text() -> None:
    words = '{"run_id": "größe"}'
    assert bodies.text(words.encode()) == words
    assert bodies.text(base64.b64encode(words.encode())) == words
    assert bodies.text(words.encode("utf-16")) == words
    assert bodies.text(b"plain words") == "plain words"
    assert "\\xff" in bodies.text(b"\xff\x00\x01")
