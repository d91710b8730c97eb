"""Makes the files of a dataset of a run's folded outcomes, for the first publication and for revisions."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared import names, stored
from shared.content_types import content_type
from shared.dataset.manifest import Counts, Manifest, PublishedFile
from shared.dataset.publication import Publication
from shared.dataset.published_run import PublishedRun
from shared.dataset.review.state import RowReview
from shared.errors import ConflictError
from shared.ports.storage import BlobStore, BlobWriter
from shared.runs import paths
from shared.runs.context import RunContext
from shared.runs.tail import lines
from shared.steps.deps import Deps


async def new_publication(
    context: RunContext,
    deps: Deps,
    *,
    revision: Mapping[str, Any] | None = None,
    sides: Callable[[int], int] | None = None,
) -> Publication:
    """A publication of the run, nothing observed yet; for a revision with its story, and where its parent has rows."""
    spec = context.spec
    way = await deps.runs.standing(spec.run_id).way(spec.teacher)
    run = PublishedRun(
        run_id=spec.run_id,
        catalog=context.catalog,
        options=spec.options,
        started_at=spec.started_at,
        app_version=spec.app_version,
        response_mode=way.response_mode,
        without=sorted(way.without),
        prompts_sha256=_prompts_sha256(context),
        revision=revision,
    )
    return Publication(run, examples=context.examples, sides=sides)


def _prompts_sha256(context: RunContext) -> str:
    """The hash of what the teacher was told in every prompt: its rules, and each slice of the catalog."""
    from shared.teacher.prompt import system_message

    apis = {api.name: api for api in context.catalog.apis}
    digest = hashlib.sha256()
    for part in context.slices:
        digest.update(system_message([apis[name] for name in part.apis]).encode())
    return digest.hexdigest()


async def segment_outcomes(run: str, segment: int, store: BlobStore) -> AsyncIterator[dict[str, Any]]:
    """The outcomes of a folded segment, in index order; none while it is not folded."""
    async for line in lines(store.stream(names.RUNS, paths.segment(run, segment))):
        yield orjson.loads(line)


async def write_files(
    publication: Publication,
    outcomes: AsyncIterator[Mapping[str, Any]],
    store: BlobStore,
    *,
    folder: str,
    listed: str,
    reviews: Mapping[int, RowReview] | None = None,
) -> list[PublishedFile]:
    """Write all files but the manifest, each of them whole, and the list of rows.

    Args:
        publication: has observed the outcomes.
        outcomes: in index order.
        store: where it is written.
        folder: of the files, in the container of datasets.
        listed: path of the list of rows, in the container of runs.
        reviews: what people decided, by index.
    """
    async with AsyncExitStack() as stack:
        files = _Files(folder, store, stack)
        for path in publication.paths():
            await files.add(path, b"")
        entries = await stack.enter_async_context(store.open_write(names.RUNS, listed))
        async for outcome in outcomes:
            review = reviews.get(outcome["index"]) if reviews else None
            await entries.write(publication.entry(outcome, review).to_line())
            for path, row in publication.rows(outcome):
                await files.add(path, row)
        for path, data in publication.closing({file.path: file.rows for file in files.described()}):
            await files.add(path, data)
        await files.add(*publication.described(files.described()))
        return files.described()


@dataclass(slots=True)
class _File:
    writer: BlobWriter
    digest: Any = field(default_factory=hashlib.sha256)
    rows: int = 0
    size: int = 0


class _Files:
    """The files of a dataset under construction, side by side; all of them are whole once `stack` ends."""

    def __init__(self, folder: str, store: BlobStore, stack: AsyncExitStack) -> None:
        self._folder, self._store, self._stack = folder, store, stack
        self._files: dict[str, _File] = {}

    async def add(self, path: str, data: bytes) -> None:
        """Add lines to a file, which begins with the first of them."""
        file = self._files.get(path) or await self._open(path)
        await file.writer.write(data)
        file.digest.update(data)
        file.rows += data.count(b"\n")
        file.size += len(data)

    async def _open(self, path: str) -> _File:
        writing = self._store.open_write(
            names.DATASETS, f"{self._folder}{path}", content_type=content_type(path)
        )
        file = self._files[path] = _File(await self._stack.enter_async_context(writing))
        return file

    def described(self) -> list[PublishedFile]:
        """The files as they are by now, in path order."""
        return [
            PublishedFile(path, file.rows, file.size, file.digest.hexdigest())
            for path, file in sorted(self._files.items())
        ]


async def published_counts(run: str, store: BlobStore, *, revision: int = 0) -> Counts | None:
    """The counts of the dataset's manifest, None while it is not published."""
    blob = await store.read(names.DATASETS, paths.manifest(run, revision))
    return stored.read(Manifest, blob.data, "a manifest").counts if blob else None


async def write_manifest(run: str, manifest: bytes, store: BlobStore, *, revision: int = 0) -> Counts:
    """Write the manifest, which says that the dataset is complete; the counts of the one that stands, the first one."""
    try:
        await store.write(names.DATASETS, paths.manifest(run, revision), manifest, if_absent=True)
    except ConflictError:
        earlier = await published_counts(run, store, revision=revision)
        if earlier is not None:
            return earlier
    return stored.read(Manifest, manifest, "a manifest").counts
