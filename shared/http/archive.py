"""All published files of a run as one zip, made piece by piece: any range of it is served in bounded memory."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import IO, cast

from shared import names
from shared.ports.storage import BlobInfo, BlobStore

_EPOCH = (1980, 1, 1, 0, 0, 0)
_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the archive: `data` that is known, or `size` bytes of the blob `path`."""

    size: int
    data: bytes = b""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """The layout of an archive; the same files give the same bytes.

    Attributes:
        tag: changes when a byte of it does.
        pieces: the archive from its first byte to its last.
    """

    tag: str
    pieces: Sequence[Piece]

    @property
    def size(self) -> int:
        """Bytes of the whole."""
        return sum(piece.size for piece in self.pieces)

    async def read(self, store: BlobStore, first: int, end: int) -> bytes:
        """The bytes from `first` to before `end`."""
        found, at = bytearray(), 0
        for piece in self.pieces:
            start, stop = max(first - at, 0), min(end - at, piece.size)
            at += piece.size
            if start >= stop:
                continue
            if piece.path:
                async for chunk in _stretch(store, piece.path, start, stop - start):
                    found += chunk
            else:
                found += piece.data[start:stop]
        return bytes(found)


async def _stretch(store: BlobStore, path: str, offset: int, size: int) -> AsyncIterator[bytes]:
    async for chunk in store.stream(names.DATASETS, path, offset=offset):
        yield chunk[:size]
        size -= len(chunk)
        if size <= 0:
            return


class _Layout:
    """What `zipfile` writes, with the content of the files left out."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.blob = ""
        self._known = bytearray()
        self._left_out = 0

    def write(self, data: bytes) -> int:
        """Keep what is not a file's content."""
        if self.blob:
            self._left_out += len(data)
        else:
            self._known += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def begin(self, blob: str) -> None:
        """What comes now is the content of that blob."""
        self.close()
        self.blob = blob

    def end(self) -> None:
        """The content is over."""
        if self._left_out:
            self.pieces.append(Piece(self._left_out, path=self.blob))
        self.blob, self._left_out = "", 0

    def close(self) -> None:
        """Keep the stretch that is known."""
        if self._known:
            self.pieces.append(Piece(len(self._known), bytes(self._known)))
            self._known = bytearray()


class Archives:
    """The layouts of the archives that were asked for lately: each file is read once for its checksum."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._known: OrderedDict[str, Archive] = OrderedDict()
        self._making = asyncio.Lock()

    async def of(self, folder: str, *, without: str = "") -> Archive | None:
        """The archive of what is below a folder of `datasets` but in the one `without` in it, None if nothing is."""
        listed = self._store.list(names.DATASETS, folder)
        infos = [info async for info in listed if not (without and info.path.startswith(folder + without))]
        if not infos:
            return None
        told = "\n".join(f"{info.path} {info.size} {info.etag}" for info in infos)
        tag = hashlib.sha256(told.encode()).hexdigest()[:32]
        async with self._making:
            if tag not in self._known:
                self._known[tag] = Archive(tag, await self._pieces(folder, infos))
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
            self._known.move_to_end(tag)
            return self._known[tag]

    async def _pieces(self, folder: str, infos: Sequence[BlobInfo]) -> list[Piece]:
        layout = _Layout()
        with zipfile.ZipFile(cast("IO[bytes]", layout), "w", zipfile.ZIP_STORED) as made:
            for info in infos:
                entry = zipfile.ZipInfo(info.path.removeprefix(folder), _EPOCH)
                entry.external_attr = 0o644 << 16
                entry.file_size = info.size
                with made.open(entry, "w") as target:
                    layout.begin(info.path)
                    async for chunk in self._store.stream(names.DATASETS, info.path):
                        await asyncio.to_thread(target.write, chunk)
                    layout.end()
        layout.close()
        return layout.pieces
