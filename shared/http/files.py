"""Routes about published files: `datasets/` only is ever served."""

from __future__ import annotations

import re

from shared import names
from shared.content_types import content_type
from shared.errors import BadRequestError
from shared.http.answers import Answer, no_run, problem
from shared.http.archive import Archives
from shared.http.problems_of import with_problems
from shared.http.routes import Routes
from shared.runs import paths
from shared.runs.revisions import is_published

_MAX_PIECE = 32 * 1024 * 1024
"""Bytes of a file in one answer; a client asks for longer files in ranges."""
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"


class FileRoutes(Routes):
    """`/api/runs/{run}/files/{path}` and `/api/runs/{run}/archive`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.archives = Archives(self.deps.store)

    @with_problems
    async def archive(self, run: str, wanted: str | None, revision: str | None = None) -> Answer:
        """All published files, or those of a revision, as one zip, whole or a range of it.

        Its ETag tells whether ranges belong together.
        """
        folder = paths.revision_folder(_number(revision))
        if not names.is_run_id(run) or not await self._is_whole(run, folder):
            return no_run(run)
        made = await self.archives.of(
            paths.dataset(run, folder), without="" if folder else paths.REVISION_FILES
        )
        if made is None:
            return no_run(run)
        part = _part(wanted, made.size)
        if isinstance(part, Answer):
            return part
        first, end, headers = part
        headers |= {"ETag": f'"{made.tag}"', "Content-Disposition": f'attachment; filename="{run}.zip"'}
        body = await made.read(self.deps.store, first, end)
        return Answer(206 if wanted else 200, body, "application/zip", headers)

    @with_problems
    async def file(self, run: str, path: str, wanted: str | None, revision: str | None = None) -> Answer:
        """A published file, of a revision where one is named.

        `Range` gives a part of it: `bytes=a-b`, `bytes=a-`, or the last n by `bytes=-n`.
        """
        path = paths.revision_folder(_number(revision)) + path
        if (
            not names.is_run_id(run)
            or not names.is_relative_path(path)
            or not await self._is_whole(run, path)
        ):
            return problem(404, BadRequestError("there is no such file", code="no_such_file"))
        place = paths.dataset(run, path)
        found = await self.deps.store.properties(names.DATASETS, place)
        if found is None:
            return problem(404, BadRequestError(f"the run has no file {path[:200]}", code="no_such_file"))
        return await self._piece(place, found.size, wanted)

    async def _is_whole(self, run: str, path: str) -> bool:
        """Whether the file is of no revision, or of one that is published: half a one is never shown."""
        match = re.match(r"revisions/(\d{1,6})/", path)
        return match is None or await is_published(run, int(match[1]), self.deps.store)

    async def _piece(self, place: str, size: int, wanted: str | None) -> Answer:
        part = _part(wanted, size)
        if isinstance(part, Answer):
            return part
        first, end, headers = part
        if place.endswith((".html", ".svg")):
            headers["Content-Security-Policy"] = _PAGE_POLICY
        body = await self._bytes(place, first, end)
        return Answer(206 if wanted else 200, body, content_type(place), headers)

    async def _bytes(self, place: str, first: int, end: int) -> bytes:
        data = bytearray()
        async for chunk in self.deps.store.stream(names.DATASETS, place, offset=first):
            data += chunk
            if len(data) >= end - first:
                break
        return bytes(data[: end - first])


def _number(revision: str | None) -> int:
    """The revision that is asked for, 0 for the first publication. BadRequestError `bad_filter`."""
    if revision and not re.fullmatch(r"\d{1,6}", revision):
        raise BadRequestError("'revision' is a number, 0 for the first publication", code="bad_filter")
    return int(revision or 0)


def _part(wanted: str | None, size: int) -> Answer | tuple[int, int, dict[str, str]]:
    """First byte, the byte after the last and headers of an answer about `size` bytes, or why there is none."""
    part = span(wanted, size)
    if part is None:
        message = f"the range is not in the file, which has {size} bytes"
        refused = problem(416, BadRequestError(message, code="bad_range"))
        refused.headers["Content-Range"] = f"bytes */{size}"
        return refused
    first, end = part
    if end - first > _MAX_PIECE:
        if not wanted:
            message = f"the file has {size} bytes; ask for ranges of at most {_MAX_PIECE}"
            return problem(413, BadRequestError(message, code="too_large"))
        end = first + _MAX_PIECE
    headers = {"Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
    if wanted:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return first, end, headers


def span(wanted: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the byte after the last (RFC 9110 14.1.2); None for a range outside the file."""
    if not wanted:
        return 0, size
    match = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", wanted.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        last = min(int(match[2]), size)
        return (size - last, size) if last else None
    end = min(int(match[2]) + 1, size) if match[2] else size
    return (int(match[1]), end) if end > int(match[1]) else None
