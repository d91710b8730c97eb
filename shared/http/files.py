"""Routes about published files: `datasets/` only is ever served."""

from __future__ import annotations

import re

from shared import names
from shared.content_types import content_type
from shared.errors import BadRequestError
from shared.http.answers import Answer, no_run
from shared.http.archive import Archives
from shared.http.problems_of import with_problems
from shared.http.queries import revision_of
from shared.http.ranges import Content, Part, served
from shared.http.routes import Routes
from shared.runs import paths
from shared.runs.revisions import is_published

_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"


class FileRoutes(Routes):
    """`/api/runs/{run}/files/{path}` and `/api/runs/{run}/archive`."""

    part = Part
    """What of a file a request asks for."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.archives = Archives(self.deps.store)

    @with_problems
    async def archive(self, run: str, part: Part | None = None, revision: str | None = None) -> Answer:
        """All published files, or those of a revision, as one zip."""
        folder = paths.revision_folder(revision_of(revision) or 0)
        if not names.is_run_id(run) or not await self._is_whole(run, folder):
            raise no_run(run)
        made = await self.archives.of(
            paths.dataset(run, folder), without="" if folder else paths.REVISION_FILES
        )
        if made is None:
            raise no_run(run)

        async def read(first: int, end: int) -> bytes:
            return await made.read(self.deps.store, first, end)

        named = {"Content-Disposition": f'attachment; filename="{run}.zip"'}
        return await served(Content(made.size, made.tag, "application/zip", read, named), part or Part())

    @with_problems
    async def file(
        self, run: str, path: str, part: Part | None = None, revision: str | None = None
    ) -> Answer:
        """A published file, of a revision where one is named."""
        path = paths.revision_folder(revision_of(revision) or 0) + path
        place, found = paths.dataset(run, path), None
        if names.is_run_id(run) and names.is_relative_path(path) and await self._is_whole(run, path):
            found = await self.deps.store.properties(names.DATASETS, place)
        if found is None:
            raise BadRequestError(f"the run has no file {path[:200]}", code="no_such_file")

        async def read(first: int, end: int) -> bytes:
            data = bytearray()
            async for chunk in self.deps.store.stream(names.DATASETS, place, offset=first):
                data += chunk
                if len(data) >= end - first:
                    break
            return bytes(data[: end - first])

        policy = {"Content-Security-Policy": _PAGE_POLICY} if place.endswith((".html", ".svg")) else {}
        content = Content(found.size, found.etag, content_type(place), read, policy)
        return await served(content, part or Part())

    async def _is_whole(self, run: str, path: str) -> bool:
        """Whether the file is of no revision, or of one that is published: half a one is never shown."""
        match = re.match(r"revisions/(\d{1,6})/", path)
        return match is None or await is_published(run, int(match[1]), self.deps.store)
