"""Blobs of an account as the run store."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shared.adapters.storage.account import NotFoundError, blob_service, translated
from shared.errors import ConflictError, PermanentError
from shared.ports.storage import Blob, BlobInfo, BlobProperties, BlobWriter
from shared.settings import Connection

if TYPE_CHECKING:
    from azure.storage.blob import BlobProperties as SdkProperties
    from azure.storage.blob.aio import BlobClient, BlobServiceClient, ContainerClient

_CHUNK = 4 * 1024 * 1024
WRITER = "plansmith_writer"
"""Metadata of what was written under a condition: a name of the one call that wrote it."""


class AzureBlobStore:
    """BlobStore on Blob storage."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def _service(self) -> BlobServiceClient:
        return blob_service(self._connection)

    def client(self, container: str, path: str) -> BlobClient:
        """The SDK's client of a blob."""
        return self._service.get_blob_client(container, path)

    def _container(self, container: str) -> ContainerClient:
        return self._service.get_container_client(container)

    async def read(self, container: str, path: str, *, max_bytes: int | None = None) -> Blob | None:
        try:
            with translated(f"read {container}/{path}"):
                got = await self.client(container, path).download_blob()
                if max_bytes is not None and got.size > max_bytes:
                    raise PermanentError(
                        f"{container}/{path} has {got.size} bytes; at most {max_bytes} are accepted",
                        code="too_large",
                    )
                data = await got.readall()
        except NotFoundError:
            return None
        return Blob(data, _etag(got.properties), _metadata(got.properties))

    async def properties(self, container: str, path: str) -> BlobProperties | None:
        try:
            with translated(f"look at {container}/{path}"):
                found = await self.client(container, path).get_blob_properties()
        except NotFoundError:
            return None
        return BlobProperties(found.size, found.last_modified, _etag(found), _metadata(found))

    async def stream(self, container: str, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        try:
            with translated(f"read {container}/{path}"):
                got = await self.client(container, path).download_blob(offset=offset or None)
                async for chunk in got.chunks():
                    yield chunk
        except NotFoundError:
            return
        except PermanentError as exc:
            if not _past_end(exc.__cause__):
                raise

    async def write(
        self,
        container: str,
        path: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        content_type: str = "application/json",
        metadata: Mapping[str, str] | None = None,
    ) -> str:
        from azure.core import MatchConditions
        from azure.storage.blob import ContentSettings

        conditions: dict[str, Any] = {}
        if if_match is not None:
            conditions = {"etag": f'"{if_match}"', "match_condition": MatchConditions.IfNotModified}
        beside = dict(metadata or {})
        if if_absent or if_match is not None:
            beside[WRITER] = uuid4().hex
        client = self.client(container, path)
        try:
            with translated(f"write {container}/{path}"):
                done = await client.upload_blob(
                    data,
                    overwrite=not if_absent,
                    content_settings=ContentSettings(content_type=content_type),
                    metadata=beside or None,
                    **conditions,
                )
        except ConflictError:
            own = await own_write(client, beside[WRITER]) if WRITER in beside else None
            if own is None:
                raise
            return own
        return str(done["etag"]).strip('"')

    @asynccontextmanager
    async def open_write(
        self, container: str, path: str, *, content_type: str = "application/octet-stream"
    ) -> AsyncIterator[BlobWriter]:
        from azure.storage.blob import ContentSettings

        writer = _BlockWriter(self.client(container, path))
        yield writer
        with translated(f"write {container}/{path}"):
            await writer.commit(ContentSettings(content_type=content_type))

    async def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobInfo]:
        try:
            with translated(f"list {container}/{prefix}"):
                async for item in self._container(container).list_blobs(name_starts_with=prefix or None):
                    yield BlobInfo(item.name, item.size, item.last_modified, str(item.etag).strip('"'))
        except NotFoundError:
            return

    async def delete(self, container: str, path: str) -> None:
        try:
            with translated(f"delete {container}/{path}"):
                await self.client(container, path).delete_blob()
        except NotFoundError:
            return

    async def close(self) -> None:
        if "_service" in self.__dict__:
            await self._service.close()


async def own_write(client: BlobClient, writer: str) -> str | None:
    """The blob's ETag if `writer` wrote what is there now, else None.

    The SDK asks again when an answer gets lost, and then meets its own blob as a conflict.
    """
    try:
        with translated(f"look at {client.container_name}/{client.blob_name}"):
            found = await client.get_blob_properties()
    except NotFoundError:
        return None
    return _etag(found) if (found.metadata or {}).get(WRITER) == writer else None


def _etag(found: SdkProperties) -> str:
    return str(found.etag).strip('"')


def _metadata(found: SdkProperties) -> dict[str, str]:
    return {key.lower(): value for key, value in (found.metadata or {}).items() if key != WRITER}


def _past_end(error: BaseException | None) -> bool:
    return getattr(error, "status_code", None) == 416


class _BlockWriter:
    """Stages blocks of 4 MiB and commits them as one blob."""

    def __init__(self, blob: BlobClient) -> None:
        self._blob = blob
        self._buffer = bytearray()
        self._ids: list[str] = []

    async def write(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= _CHUNK:
            await self._stage(bytes(self._buffer[:_CHUNK]))
            del self._buffer[:_CHUNK]

    async def _stage(self, piece: bytes) -> None:
        block = base64.b64encode(f"{len(self._ids):08d}".encode()).decode()
        with translated("write a block"):
            await self._blob.stage_block(block, piece)
        self._ids.append(block)

    async def commit(self, content_settings: Any) -> None:
        if not self._ids:
            await self._blob.upload_blob(
                bytes(self._buffer), overwrite=True, content_settings=content_settings
            )
            return
        if self._buffer:
            await self._stage(bytes(self._buffer))
        from azure.storage.blob import BlobBlock

        blocks = [BlobBlock(block) for block in self._ids]
        await self._blob.commit_block_list(blocks, content_settings=content_settings)
