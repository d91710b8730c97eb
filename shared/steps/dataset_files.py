"""Writes the files of a dataset side by side, and counts and hashes them on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from shared import names
from shared.content_types import content_type
from shared.dataset.manifest import PublishedFile
from shared.dataset.publication import Publication
from shared.errors import ConflictError
from shared.ports.storage import BlobStore, BlobWriter
from shared.runs import paths
from shared.runs.context import RunContext
from shared.steps.deps import Deps

_FLUSH_BYTES = 256 * 1024


class DatasetFiles:
    """The files of a dataset under construction, each written as a stream.

    Args:
        folder: where they are, in the container of datasets.
        stack: ends the writing of all of them.
    """

    def __init__(self, folder: str, store: BlobStore, stack: AsyncExitStack) -> None:
        self._folder = folder
        self._store = store
        self.rows: dict[str, int] = {}
        """Lines so far, by path."""
        self._stack = stack
        self._writers: dict[str, BlobWriter] = {}
        self._buffers: dict[str, bytearray] = {}
        self._bytes: dict[str, int] = {}
        self._hashes: dict[str, Any] = {}

    async def open(self, path: str) -> None:
        """Begin a file, which may stay empty."""
        if path not in self._writers:
            writing = self._store.open_write(
                names.DATASETS, f"{self._folder}{path}", content_type=content_type(path)
            )
            self._writers[path] = await self._stack.enter_async_context(writing)
            self._buffers[path] = bytearray()
            self.rows[path] = self._bytes[path] = 0
            self._hashes[path] = hashlib.sha256()

    async def add(self, path: str, data: bytes) -> None:
        """Add lines to a file."""
        await self.open(path)
        self._buffers[path] += data
        self.rows[path] += data.count(b"\n")
        if len(self._buffers[path]) >= _FLUSH_BYTES:
            await self._flush(path)

    async def _flush(self, path: str) -> None:
        data = bytes(self._buffers[path])
        self._buffers[path].clear()
        self._bytes[path] += len(data)
        self._hashes[path].update(data)
        await self._writers[path].write(data)

    async def finish(
        self, described: Callable[[list[PublishedFile]], tuple[str, bytes]]
    ) -> list[PublishedFile]:
        """Write the rest, and the file that `described` makes from the others; all are whole once the stack ends."""
        for path in self._writers:
            await self._flush(path)
        path, data = described(self._finished())
        await self.add(path, data)
        await self._flush(path)
        return self._finished()

    def _finished(self) -> list[PublishedFile]:
        return [
            PublishedFile(path, self.rows[path], self._bytes[path], self._hashes[path].hexdigest())
            for path in sorted(self._writers)
        ]


async def new_publication(context: RunContext, deps: Deps, **more: Any) -> Publication:
    """A publication of the run, nothing observed yet; `more` is what a revision knows besides."""
    spec = context.spec
    way = await deps.runs.standing(spec.run_id).way(spec.teacher)
    return Publication(
        run_id=spec.run_id,
        catalog=context.catalog,
        options=spec.options,
        started_at=spec.started_at,
        app_version=spec.app_version,
        response_mode=way.response_mode,
        without=sorted(way.without),
        examples=context.examples,
        prompts_sha256=_prompts_sha256(context),
        **more,
    )


def _prompts_sha256(context: RunContext) -> str:
    """The hash of what the teacher was told in every prompt: its rules, and each slice of the catalog."""
    from shared.teacher.prompt import system_message

    apis = {api.name: api for api in context.catalog.apis}
    digest = hashlib.sha256()
    for part in context.slices:
        digest.update(system_message([apis[name] for name in part.apis]).encode())
    return digest.hexdigest()


async def write_manifest(run: str, manifest: bytes, store: BlobStore, *, revision: int = 0) -> None:
    """Write the manifest, which says that the dataset is complete; the first one written stays."""
    try:
        await store.write(names.DATASETS, paths.manifest(run, revision), manifest, if_absent=True)
    except ConflictError:
        return
