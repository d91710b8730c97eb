"""Blobs of one account, as the host needs them: reading uploads, and its own leases, receipts and timer states."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from local.functions_host.errors import (
    StorageConflictError,
    StorageError,
    StorageUnavailableError,
    storage_error,
)
from local.functions_host.storage import StorageAccount

if TYPE_CHECKING:
    from azure.storage.blob.aio import BlobClient

HOSTS_CONTAINER = "azure-webjobs-hosts"
"""Where Functions hosts keep what they share."""


@dataclass(frozen=True, slots=True)
class ListedBlob:
    """A blob as listed; `etag` with quotes, `metadata` with keys in lower case."""

    name: str
    etag: str
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadBlob:
    """A blob with its content and what the host tells a function about it."""

    data: bytes
    url: str
    etag: str
    metadata: dict[str, str]
    content_type: str
    created: datetime | None
    modified: datetime | None


class BlobStore:
    """One account's blobs.

    Every method raises StorageUnavailableError when trying again can help, StorageConflictError when a condition
    does not hold, StorageError for anything else.
    """

    def __init__(self, account: StorageAccount) -> None:
        # Costs most of a second: only apps with blob or timer triggers pay for it.
        from azure.storage.blob.aio import BlobServiceClient

        self._service = BlobServiceClient.from_connection_string(
            account.connection_string,
            retry_total=1,
            initial_backoff=0.2,
            increment_base=1,
            logging_enable=False,
        )

    async def close(self) -> None:
        await self._service.close()

    async def list(
        self, container: str, prefix: str = "", *, metadata: bool = False
    ) -> AsyncIterator[ListedBlob]:
        """Blobs below `prefix`; none if there is no such container."""
        with _translated():
            client = self._service.get_container_client(container)
            listing = client.list_blobs(prefix or None, include=["metadata"] if metadata else None)
            try:
                async for blob in listing:
                    yield ListedBlob(blob.name, f'"{blob.etag.strip(chr(34))}"', _lower(blob.metadata))
            except _not_found():
                return

    async def read(self, container: str, name: str) -> ReadBlob | None:
        """The whole blob, or None if missing."""
        client = self._blob(container, name)
        with _translated():
            try:
                stream = await client.download_blob()
                data = await stream.readall()
            except _not_found():
                return None
        properties = stream.properties
        return ReadBlob(
            data=data,
            url=client.url,
            etag=properties.etag,
            metadata=dict(properties.metadata or {}),
            content_type=properties.content_settings.content_type or "",
            created=properties.creation_time,
            modified=properties.last_modified,
        )

    async def metadata(self, container: str, name: str) -> dict[str, str] | None:
        """A blob's metadata, keys in lower case; None if there is no blob."""
        with _translated():
            try:
                properties = await self._blob(container, name).get_blob_properties()
            except _not_found():
                return None
        return _lower(properties.metadata)

    async def write(self, name: str, data: bytes) -> None:
        """Write a blob of the hosts' container, which is made if missing."""
        await self._upload(name, data, overwrite=True)

    async def touch(self, name: str) -> None:
        """Make an empty blob in the hosts' container unless it is there."""
        with contextlib.suppress(StorageConflictError):
            await self._upload(name, b"", overwrite=False)

    async def lease(self, name: str, seconds: int) -> str | None:
        """Lease a blob of the hosts' container (made if missing) for 15 to 60 s; None if another holds it."""
        try:
            with _translated():
                return await self._acquire(name, seconds)
        except StorageConflictError:
            return None
        except StorageError as exc:
            if exc.status != 404:
                raise
        await self.touch(name)
        return await self.lease(name, seconds)

    async def renew(self, name: str, lease: str) -> bool:
        """Start the lease's time again; False if it is another's by now."""
        from azure.storage.blob.aio import BlobLeaseClient

        try:
            with _translated():
                await BlobLeaseClient(self._blob(HOSTS_CONTAINER, name), lease).renew()
        except StorageConflictError:
            return False
        return True

    async def release(self, name: str, lease: str) -> None:
        """Give a lease up; nothing happens if it is another's by now."""
        from azure.storage.blob.aio import BlobLeaseClient

        with contextlib.suppress(StorageConflictError), _translated():
            await BlobLeaseClient(self._blob(HOSTS_CONTAINER, name), lease).release()

    async def set_metadata(self, name: str, metadata: dict[str, str], lease: str) -> None:
        """Set the metadata of a blob of the hosts' container that is under our lease."""
        with _translated():
            await self._blob(HOSTS_CONTAINER, name).set_blob_metadata(metadata, lease=lease)

    async def _acquire(self, name: str, seconds: int) -> str:
        lease = await self._blob(HOSTS_CONTAINER, name).acquire_lease(lease_duration=seconds)
        return str(lease.id)

    async def _upload(self, name: str, data: bytes, *, overwrite: bool) -> None:
        try:
            with _translated():
                await self._blob(HOSTS_CONTAINER, name).upload_blob(data, overwrite=overwrite)
        except StorageError as exc:
            if exc.code != "ContainerNotFound":
                raise
            with contextlib.suppress(StorageConflictError), _translated():
                await self._service.create_container(HOSTS_CONTAINER)
            with _translated():
                await self._blob(HOSTS_CONTAINER, name).upload_blob(data, overwrite=overwrite)

    def _blob(self, container: str, name: str) -> BlobClient:
        return self._service.get_blob_client(container, name)


def _lower(metadata: dict[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (metadata or {}).items()}


def _not_found() -> type[Exception]:
    from azure.core.exceptions import ResourceNotFoundError

    return ResourceNotFoundError


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    from azure.core.exceptions import AzureError, HttpResponseError

    try:
        yield
    except HttpResponseError as exc:
        raise storage_error(exc.status_code or 0, str(getattr(exc, "error_code", "") or "")) from exc
    except (AzureError, TimeoutError, OSError) as exc:
        raise StorageUnavailableError(str(exc)) from exc
