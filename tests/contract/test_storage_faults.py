"""What storage says of itself becomes an error with words, on a real Azurite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError
from azure.storage.blob import ContentSettings, StandardBlobTier

from local.azurite import AzuriteProcess
from local.storage_names import create_missing
from shared import names
from shared.adapters.storage.account import translated
from shared.adapters.storage.blobs import AzureBlobStore
from shared.errors import ConflictError, PermanentError, PlansmithError, TransientError
from shared.settings import Connection


@pytest.fixture
async def store(azurite: AzuriteProcess) -> AsyncIterator[AzureBlobStore]:
    await create_missing(azurite.connection_string)
    adapter = AzureBlobStore(Connection(connection_string=azurite.connection_string))
    yield adapter
    await adapter.close()


async def failure(awaitable: Any) -> PlansmithError:
    with pytest.raises(PlansmithError) as caught:
        await awaitable
    return caught.value


async def test_a_blob_in_the_archive_says_how_it_is_brought_back(store: AzureBlobStore) -> None:
    client = store.client(names.CATALOGS, "old.json")
    await client.upload_blob(b"{}", overwrite=True)
    await client.set_standard_blob_tier(StandardBlobTier.ARCHIVE)
    error = await failure(store.read(names.CATALOGS, "old.json"))
    assert isinstance(error, PermanentError)
    assert error.code == "archived"
    assert "rehydrate" in error.message
    await client.delete_blob()


async def test_a_content_encoding_that_lies_is_named(store: AzureBlobStore) -> None:
    client = store.client(names.CATALOGS, "lies.json")
    await client.upload_blob(
        b'{"apis": []}', overwrite=True, content_settings=ContentSettings(content_encoding="gzip")
    )
    error = await failure(store.read(names.CATALOGS, "lies.json"))
    assert isinstance(error, PermanentError)
    assert error.code == "bad_encoding"
    assert "content encoding" in error.message


async def test_a_leased_blob_can_be_written_later(store: AzureBlobStore) -> None:
    client = store.client(names.RUNS, "leased")
    await client.upload_blob(b"1", overwrite=True)
    lease = await client.acquire_lease(15)
    error = await failure(store.write(names.RUNS, "leased", b"2"))
    assert isinstance(error, TransientError)
    assert error.code == "leased"
    await lease.release()
    await store.write(names.RUNS, "leased", b"2")


@pytest.mark.parametrize(
    ("status", "code", "kind", "ours"),
    [
        (409, "BlobAlreadyExists", ConflictError, "conflict"),
        (412, "ConditionNotMet", ConflictError, "conflict"),
        (409, "ContainerBeingDeleted", TransientError, "storage"),
        (409, "BlobImmutableDueToPolicy", PermanentError, "locked"),
        (409, "InvalidBlobType", PermanentError, "wrong_blob_type"),
        (412, "LeaseIdMissing", TransientError, "leased"),
        (409, "BlobArchived", PermanentError, "archived"),
        (409, "BlockCountExceedsLimit", PermanentError, "storage"),
        (409, None, ConflictError, "conflict"),
    ],
)
def test_a_409_says_what_it_is(status: int, code: str | None, kind: type[PlansmithError], ours: str) -> None:
    response: Any = SimpleNamespace(status_code=status, reason="said", headers={})
    error = (ResourceExistsError if status == 409 else HttpResponseError)(response=response)
    error.error_code = code  # type: ignore[attr-defined]
    with pytest.raises(kind) as caught, translated("write it"):
        raise error
    assert caught.value.code == ours
