"""Polled blob triggers on a real Azurite."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.azurite import Storage, azurite_storage
from testing.functions_host import Journal, host, wait_until

APP = Path(__file__).parent / "apps" / "blobs"
POLL = ("--blob-poll-s", "0.2")


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with azurite_storage() as storage:
        yield storage


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.jsonl")


def blob_settings(storage: Storage, journal: Journal, container: str) -> dict[str, str]:
    return {
        "AzureWebJobsStorage": storage.connection_string,
        "JOURNAL": str(journal.file),
        "CONTAINER": container,
        "AzureFunctionsWebHost__hostid": f"host-{container}"[:32].rstrip("-"),
    }


def test_a_version_of_a_blob_is_run_once_whatever_hosts_come_and_go(
    storage: Storage, journal: Journal, tmp_path: Path
):
    container = storage.new_container()
    settings = blob_settings(storage, journal, container)
    storage.upload(container, "in/a b.json", b"one", {"samples": "3"})
    with host(APP, tmp_path, *POLL, settings=settings):
        (event,) = journal.wait(1, event="blob")
        assert event["name"] == f"{container}/in/a b.json"
        assert event["uri"].endswith(f"/{container}/in/a%20b.json")
        assert (event["length"], event["data"], event["metadata"]) == (3, "one", {"samples": "3"})
    with host(APP, tmp_path, *POLL, settings=settings), host(APP, tmp_path, *POLL, settings=settings):
        storage.upload(container, "in/a b.json", b"two")
        storage.upload(container, "later", b"three")
        wait_until(lambda: {e["data"] for e in journal.events()} == {"one", "two", "three"})
        storage.upload(container, "end", b"four")
        journal.wait(1, data="four")
    assert sorted(event["data"] for event in journal.events()) == ["four", "one", "three", "two"]
    receipts = storage.blobs.get_container_client("azure-webjobs-hosts").list_blob_names()
    assert any(event["etag"] in name and name.endswith("/in/a b.json") for name in receipts)


def test_a_failing_blob_is_tried_as_often_as_host_json_says_and_then_poison(
    storage: Storage, journal: Journal, tmp_path: Path
):
    container = storage.new_container()
    storage.upload(container, "bad", b"x")
    with host(APP, tmp_path, *POLL, settings=blob_settings(storage, journal, container)):
        wait_until(lambda: storage.messages("webjobs-blobtrigger-poison"))
    (text,) = storage.messages("webjobs-blobtrigger-poison")
    message = json.loads(base64.b64decode(text))
    assert (message["FunctionId"], message["BlobName"]) == ("Host.Functions.uploaded", "bad")
    assert len(journal.events()) == 2


def test_a_container_that_does_not_exist_is_empty_and_is_not_made(
    storage: Storage, journal: Journal, tmp_path: Path
):
    with host(APP, tmp_path, *POLL, settings=blob_settings(storage, journal, "c-comes-later")) as process:
        assert process.status()["state"] == "Running"
        assert "c-comes-later" not in {container.name for container in storage.blobs.list_containers()}
        storage.blobs.create_container("c-comes-later")
        storage.upload("c-comes-later", "a", b"at last")
        journal.wait(1, data="at last")
        assert "Traceback" not in process.log()


def test_a_blob_function_can_be_run_by_hand(storage: Storage, journal: Journal, tmp_path: Path):
    container = storage.new_container()
    storage.upload(container, "a", b"again")
    with host(APP, tmp_path, *POLL, settings=blob_settings(storage, journal, container)) as process:
        journal.wait(1, data="again")
        body = json.dumps({"input": f"{container}/a"}).encode()
        assert process.request("POST", "/admin/functions/uploaded", body).status == 202
        journal.wait(2, data="again")


def test_uploads_are_found_again_after_the_storage_was_away(journal: Journal, tmp_path: Path):
    with azurite_storage(durable=True) as storage:
        container = storage.new_container()
        with host(APP, tmp_path, *POLL, settings=blob_settings(storage, journal, container)) as process:
            storage.upload(container, "a", b"before")
            journal.wait(1, data="before")
            wait_until(lambda: storage.depth_of_all() == 0)
            storage.azurite.stop()
            wait_until(lambda: process.log().count(" is away") == 2, "blobs and queues away")
            storage.restart()
            storage.upload(container, "b", b"after")
            journal.wait(1, data="after")
            assert len(journal.events(data="before")) == 1
