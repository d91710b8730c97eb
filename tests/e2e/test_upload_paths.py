"""However Azure tells of an upload, it is the same run: the polling trigger, and every kind of storage event."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest

from local.app_environment import DEFAULTS
from shared import names
from shared.contracts import schema
from shared.contracts.messages import blob_of_event
from testing.azurite import Storage
from testing.functions_host import REPO, HostProcess, host, wait_until
from tests.builders.stack import HUB

BLOB = "Hub of things.json"
EXAMPLE = schema(names.CATALOG_EVENTS)["examples"][0]
SUBJECT = f"/blobServices/default/containers/{names.CATALOGS}/blobs/{BLOB}"
DATA = {**EXAMPLE["data"], "url": f"https://st.blob.core.windows.net/{names.CATALOGS}/{quote(BLOB)}"}


def _event(api: str, **data: object) -> dict[str, object]:
    return {**EXAMPLE, "subject": SUBJECT, "data": {**DATA, "api": api, **data}}


CLOUD_EVENT = {
    "specversion": "1.0",
    "type": "Microsoft.Storage.BlobCreated",
    "source": EXAMPLE["topic"],
    "subject": SUBJECT,
    "time": EXAMPLE["eventTime"],
    "data": DATA,
}
BODIES = {
    "PutBlob": orjson.dumps(_event("PutBlob")),
    "PutBlob, base64": base64.b64encode(orjson.dumps(_event("PutBlob"))),
    "PutBlockList": orjson.dumps(_event("PutBlockList")),
    "CopyBlob": orjson.dumps(_event("CopyBlob")),
    "FlushWithClose": orjson.dumps(_event("FlushWithClose", contentOffset=0)),
    "CloudEvents": orjson.dumps(CLOUD_EVENT),
    "CloudEvents, base64": base64.b64encode(orjson.dumps(CLOUD_EVENT)),
}


def _settings(storage: Storage, catalog_trigger: str) -> dict[str, str]:
    connections = dict.fromkeys(("AzureWebJobsStorage", names.STORAGE), storage.connection_string)
    return {**DEFAULTS, **connections, "CATALOG_TRIGGER": catalog_trigger}


def _runs(storage: Storage) -> list[str]:
    container = storage.blobs.get_container_client(names.RUNS)
    return [blob.removeprefix("_runs/") for blob in container.list_blob_names(name_starts_with="_runs/")]


def _started(storage: Storage) -> list[str]:
    wait_until(lambda: _runs(storage), "a run")
    return _runs(storage)


def _forget(storage: Storage) -> None:
    container = storage.blobs.get_container_client(names.RUNS)
    for blob in container.list_blob_names():
        container.delete_blob(blob)


@pytest.fixture(scope="module")
def polled(storage: Storage, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The runs that the polling trigger starts."""
    storage.upload(names.CATALOGS, BLOB, HUB.read_bytes(), {"samples": "2"})
    folder, settings = tmp_path_factory.mktemp("polling"), _settings(storage, "blob")
    options = ("--functions", "start_run_on_upload", "--blob-poll-s", "0.5")
    with host(REPO, folder, *options, settings=settings):
        return _started(storage)


@pytest.fixture
def listening(storage: Storage, polled: list[str], tmp_path: Path) -> Iterator[HostProcess]:
    """A host that hears of uploads by events alone, and knows of no run."""
    _forget(storage)
    options = ("--functions", "start_run_on_event")
    with host(REPO, tmp_path, *options, settings=_settings(storage, "queue")) as process:
        yield process


@pytest.mark.parametrize("kind", ["PutBlob", "PutBlob, base64"])
def test_an_event_starts_the_run_that_polling_starts(
    storage: Storage, polled: list[str], listening: HostProcess, kind: str
):
    storage.send(names.CATALOG_EVENTS, BODIES[kind].decode())
    assert _started(storage) == polled
    assert len(polled) == 1


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_of_upload_is_understood(kind: str):
    assert blob_of_event(BODIES[kind]) == BLOB


def test_the_empty_file_that_a_hierarchical_account_makes_first_starts_nothing():
    assert blob_of_event(orjson.dumps(_event("CreateFile", contentLength=0))) is None


def test_an_upload_elsewhere_starts_nothing():
    event = {**_event("PutBlob"), "subject": "/blobServices/default/containers/runs/blobs/x.json"}
    assert blob_of_event(orjson.dumps(event)) is None
