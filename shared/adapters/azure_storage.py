"""Blob and queue storage, by connection string or by identity."""

from __future__ import annotations

import asyncio
import base64
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies
from uuid import uuid4

import orjson

from shared import names
from shared.errors import ConfigurationError, ConflictError, PermanentError, TransientError
from shared.ports import Blob, BlobInfo, BlobWriter
from shared.settings import Connection

if TYPE_CHECKING:
    from azure.storage.blob.aio import BlobClient, BlobServiceClient, ContainerClient
    from azure.storage.queue.aio import QueueClient, QueueServiceClient

_CHUNK = 4 * 1024 * 1024
_KEPT_CLIENTS = 64
_MAX_DELAY_S = 7 * 24 * 3600 - 60


# Outages of up to about two minutes (1 + 2 + 4 + … s) end inside one call, so that an answer already
# paid for is not thrown away because it could not be written down.
_PATIENCE: dict[str, Any] = {
    "retry_total": 7,
    "initial_backoff": 1,
    "increment_base": 2,
    "random_jitter_range": 1,
    "connection_timeout": 10,
    "read_timeout": 60,
    "logging_enable": False,
}


def _client_options() -> dict[str, Any]:
    """Options of a service client that spare work at every call, a third of its processor time.

    The SDK would look up its tracing settings in the environment and read `~/.netrc` (for proxies that ask for a
    password) each time.
    """
    from azure.core.pipeline.transport import AioHttpTransport
    from azure.core.settings import settings

    settings.tracing_enabled = settings.tracing_enabled()
    settings.tracing_implementation = settings.tracing_implementation()
    return {**_PATIENCE, "transport": AioHttpTransport(use_env_settings=bool(getproxies()))}


def _credential(connection: Connection) -> Any:
    from azure.identity.aio import DefaultAzureCredential

    return DefaultAzureCredential(managed_identity_client_id=connection.client_id or None)


def blob_service(connection: Connection) -> BlobServiceClient:
    """The account's blob service. ConfigurationError if the connection string cannot be read."""
    from azure.storage.blob.aio import BlobServiceClient

    if not connection.connection_string:
        return BlobServiceClient(
            connection.blob_service_uri, credential=_credential(connection), **_client_options()
        )
    try:
        return BlobServiceClient.from_connection_string(connection.connection_string, **_client_options())
    except ValueError as exc:
        raise ConfigurationError(f"PLANSMITH_STORAGE: {exc}", code="bad_setting") from exc


def queue_service(connection: Connection) -> QueueServiceClient:
    """The account's queue service. ConfigurationError if the connection string cannot be read."""
    from azure.storage.queue.aio import QueueServiceClient

    if not connection.connection_string:
        return QueueServiceClient(
            connection.queue_service_uri, credential=_credential(connection), **_client_options()
        )
    try:
        return QueueServiceClient.from_connection_string(connection.connection_string, **_client_options())
    except ValueError as exc:
        raise ConfigurationError(f"PLANSMITH_STORAGE: {exc}", code="bad_setting") from exc


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Storage errors as ours; `what` is named in the message."""
    from azure.core import exceptions as sdk

    try:
        yield
    except (sdk.ResourceExistsError, sdk.ResourceModifiedError) as exc:
        raise ConflictError(f"{what}: HTTP {exc.status_code}", code="conflict") from exc
    except sdk.ClientAuthenticationError as exc:
        raise ConfigurationError(f"{what}: storage refused this identity", code="forbidden") from exc
    except sdk.HttpResponseError as exc:
        status = exc.status_code or 0
        if status in (409, 412):
            raise ConflictError(f"{what}: HTTP {status}", code="conflict") from exc
        if status == 403:
            raise ConfigurationError(f"{what}: storage refused this identity", code="forbidden") from exc
        if status in (408, 429) or status >= 500 or status < 400:  # below 400 an answer that broke off
            raise TransientError(f"{what}: HTTP {status}", code="storage") from exc
        raise PermanentError(f"{what}: HTTP {status}", code="storage") from exc
    except (sdk.ServiceRequestError, sdk.ServiceResponseError) as exc:
        raise TransientError(f"{what}: storage cannot be reached", code="storage") from exc


class AzureRunStore:
    """RunStore on Blob storage."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def _service(self) -> BlobServiceClient:
        return blob_service(self._connection)

    def _blob(self, container: str, path: str) -> BlobClient:
        return self._service.get_blob_client(container, path)

    def _container(self, container: str) -> ContainerClient:
        return self._service.get_container_client(container)

    async def read(self, container: str, path: str, *, max_bytes: int | None = None) -> Blob | None:
        """See RunStore."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            with _translated(f"read {container}/{path}"):
                got = await self._blob(container, path).download_blob()
                if max_bytes is not None and got.size > max_bytes:
                    raise PermanentError(
                        f"{container}/{path} has {got.size} bytes; at most {max_bytes} are accepted",
                        code="too_large",
                    )
                data = await got.readall()
        except PermanentError as exc:
            if isinstance(exc.__cause__, ResourceNotFoundError):
                return None
            raise
        metadata = {key.lower(): value for key, value in (got.properties.metadata or {}).items()}
        return Blob(data, str(got.properties.etag).strip('"'), metadata)

    async def stream(self, container: str, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """See RunStore."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            with _translated(f"read {container}/{path}"):
                got = await self._blob(container, path).download_blob(offset=offset or None)
                async for chunk in got.chunks():
                    yield chunk
        except PermanentError as exc:
            if not isinstance(exc.__cause__, ResourceNotFoundError) and not _past_end(exc.__cause__):
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
        """See RunStore."""
        from azure.core import MatchConditions
        from azure.storage.blob import ContentSettings

        conditions: dict[str, Any] = {}
        if if_match is not None:
            conditions = {"etag": f'"{if_match}"', "match_condition": MatchConditions.IfNotModified}
        with _translated(f"write {container}/{path}"):
            done = await self._blob(container, path).upload_blob(
                data,
                overwrite=not if_absent,
                content_settings=ContentSettings(content_type=content_type),
                metadata=dict(metadata) if metadata else None,
                **conditions,
            )
        return str(done["etag"]).strip('"')

    @asynccontextmanager
    async def open_write(
        self, container: str, path: str, *, content_type: str = "application/octet-stream"
    ) -> AsyncIterator[BlobWriter]:
        """See RunStore."""
        from azure.storage.blob import ContentSettings

        writer = _BlockWriter(self._blob(container, path))
        yield writer
        with _translated(f"write {container}/{path}"):
            await writer.commit(ContentSettings(content_type=content_type))

    async def list(self, container: str, prefix: str = "") -> AsyncIterator[BlobInfo]:
        """See RunStore."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            with _translated(f"list {container}/{prefix}"):
                async for item in self._container(container).list_blobs(name_starts_with=prefix or None):
                    yield BlobInfo(item.name, item.size, item.last_modified, str(item.etag).strip('"'))
        except PermanentError as exc:
            if not isinstance(exc.__cause__, ResourceNotFoundError):
                raise

    async def delete(self, container: str, path: str) -> None:
        """See RunStore."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            with _translated(f"delete {container}/{path}"):
                await self._blob(container, path).delete_blob()
        except PermanentError as exc:
            if not isinstance(exc.__cause__, ResourceNotFoundError):
                raise

    async def close(self) -> None:
        """Close the connections."""
        if "_service" in self.__dict__:
            await self._service.close()


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
        with _translated("write a block"):
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


class AzureRecordLog:
    """RecordLog on append blobs."""

    def __init__(self, store: AzureRunStore) -> None:
        self._store = store
        self._clients: OrderedDict[str, BlobClient] = OrderedDict()

    def _blob(self, path: str) -> BlobClient:
        """The client of a log; making one costs as much as a call."""
        if path not in self._clients:
            self._clients[path] = self._store._blob(names.RUNS, path)
            while len(self._clients) > _KEPT_CLIENTS:
                self._clients.popitem(last=False)
        return self._clients[path]

    async def create(self, path: str) -> bool:
        """See RecordLog."""
        from azure.core import MatchConditions

        maker = uuid4().hex
        try:
            with _translated(f"create {path}"):
                await self._blob(path).create_append_blob(
                    metadata={"maker": maker}, match_condition=MatchConditions.IfMissing
                )
        except ConflictError:
            # The SDK asks again when an answer gets lost, and then meets its own log.
            with _translated(f"look at {path}"):
                found = await self._blob(path).get_blob_properties()
            return (found.metadata or {}).get("maker") == maker
        return True

    async def append(self, path: str, line: bytes) -> None:
        """See RecordLog."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            with _translated(f"append to {path}"):
                await self._blob(path).append_block(line, length=len(line))
        except PermanentError as exc:
            if isinstance(exc.__cause__, ResourceNotFoundError):
                raise PermanentError(f"there is no log {path}", code="no_log") from exc
            raise

    async def count(self, path: str) -> int:
        """See RecordLog."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            with _translated(f"count {path}"):
                found = await self._blob(path).get_blob_properties()
        except PermanentError as exc:
            if isinstance(exc.__cause__, ResourceNotFoundError):
                return 0
            raise
        return int(found.append_blob_committed_block_count or 0)

    async def read(self, path: str, *, offset: int = 0) -> bytes:
        """See RecordLog."""
        return b"".join([chunk async for chunk in self._store.stream(names.RUNS, path, offset=offset)])


class AzureQueue:
    """Queue on Queue storage; plain UTF-8 JSON (`messageEncoding: none`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._clients: dict[str, QueueClient] = {}

    @cached_property
    def _service(self) -> QueueServiceClient:
        return queue_service(self._connection)

    def _client(self, queue: str) -> QueueClient:
        if queue not in self._clients:
            self._clients[queue] = self._service.get_queue_client(queue)
        return self._clients[queue]

    async def send(self, queue: str, body: Mapping[str, Any], *, delay_s: float = 0) -> None:
        """See Queue. A queue that does not exist yet is created."""
        from azure.core.exceptions import ResourceNotFoundError

        text = orjson.dumps(dict(body)).decode()
        delay = min(max(0, round(delay_s)), _MAX_DELAY_S) or None
        client = self._client(queue)
        try:
            with _translated(f"send to {queue}"):
                await client.send_message(text, visibility_timeout=delay)
        except PermanentError as exc:
            if not isinstance(exc.__cause__, ResourceNotFoundError):
                raise
            await self._create(client)
            with _translated(f"send to {queue}"):
                await client.send_message(text, visibility_timeout=delay)

    async def _create(self, client: QueueClient) -> None:
        try:
            with _translated(f"create {client.queue_name}"):
                await client.create_queue()
        except ConflictError:
            return

    async def depth(self, queue: str) -> int:
        """See Queue."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            with _translated(f"look at {queue}"):
                found = await self._client(queue).get_queue_properties()
        except PermanentError as exc:
            if isinstance(exc.__cause__, ResourceNotFoundError):
                return 0
            raise
        return int(found.approximate_message_count or 0)

    async def close(self) -> None:
        """Close the connections."""
        if "_service" in self.__dict__:
            await self._service.close()


async def prepare(connection: Connection) -> None:
    """Create the containers and queues of `shared.names` that are missing."""
    from azure.core.exceptions import ResourceExistsError

    async def create(call: Any) -> None:
        try:
            await call()
        except ResourceExistsError:
            return

    async with blob_service(connection) as blobs, queue_service(connection) as queues:
        await asyncio.gather(
            *(create(blobs.get_container_client(name).create_container) for name in names.CONTAINERS),
            *(create(queues.get_queue_client(name).create_queue) for name in names.QUEUES),
        )
