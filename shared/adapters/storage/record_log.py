"""Append blobs as the log of a segment's outcomes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING
from uuid import uuid4

from shared import names
from shared.adapters.storage.account import NotFoundError, translated
from shared.adapters.storage.blobs import WRITER, AzureBlobStore, own_write
from shared.errors import ConflictError, PermanentError

if TYPE_CHECKING:
    from azure.storage.blob.aio import BlobClient

_KEPT_CLIENTS = 64


class AzureRecordLog:
    """RecordLog on append blobs."""

    def __init__(self, store: AzureBlobStore) -> None:
        self._store = store
        self._clients: OrderedDict[str, BlobClient] = OrderedDict()

    def _blob(self, path: str) -> BlobClient:
        """The client of a log; making one costs as much as a call."""
        if path not in self._clients:
            self._clients[path] = self._store.client(names.RUNS, path)
            while len(self._clients) > _KEPT_CLIENTS:
                self._clients.popitem(last=False)
        return self._clients[path]

    async def create(self, path: str) -> bool:
        from azure.core import MatchConditions

        writer = uuid4().hex
        try:
            with translated(f"create {path}"):
                await self._blob(path).create_append_blob(
                    metadata={WRITER: writer}, match_condition=MatchConditions.IfMissing
                )
        except ConflictError:
            return await own_write(self._blob(path), writer) is not None
        return True

    async def append(self, path: str, line: bytes) -> None:
        try:
            with translated(f"append to {path}"):
                await self._blob(path).append_block(line, length=len(line))
        except NotFoundError as exc:
            raise PermanentError(f"there is no log {path}", code="no_log") from exc

    async def append_at(self, path: str, line: bytes, *, offset: int) -> None:
        try:
            with translated(f"append to {path}"):
                await self._blob(path).append_block(line, length=len(line), appendpos_condition=offset)
        except NotFoundError as exc:
            raise PermanentError(f"there is no log {path}", code="no_log") from exc

    async def count(self, path: str) -> int:
        try:
            with translated(f"count {path}"):
                found = await self._blob(path).get_blob_properties()
        except NotFoundError:
            return 0
        return int(found.append_blob_committed_block_count or 0)

    async def read(self, path: str, *, offset: int = 0) -> bytes:
        return b"".join([chunk async for chunk in self._store.stream(names.RUNS, path, offset=offset)])
