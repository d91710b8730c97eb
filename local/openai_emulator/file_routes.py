"""Routes of files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from aiohttp import BodyPartReader, web

from local.openai_emulator.errors import bad_request
from local.openai_emulator.files import Files, read_expiry
from local.openai_emulator.responses import created, deleted, json_response, page_limit

_CHUNK = 256 * 1024
_MAX_FORM_FIELD = 4096


class FileRoutes:
    """Uploading, listing, reading and deleting files."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def add_to(self, app: web.Application, base: str) -> None:
        """Serve below `base`."""
        add = app.router.add_route
        add("POST", f"{base}/files", self._upload)
        add("GET", f"{base}/files", self._list)
        add("GET", f"{base}/files/{{file}}", self._get)
        add("DELETE", f"{base}/files/{{file}}", self._delete)
        add("GET", f"{base}/files/{{file}}/content", self._content)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        if not request.content_type.startswith("multipart/"):
            raise bad_request("The upload must be multipart/form-data.")
        fields: dict[str, str] = {}
        file: dict[str, Any] | None = None
        held: list[bytes] = []
        name = ""
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                name = part.filename or "upload.jsonl"
                if "purpose" in fields:
                    expiry = _expiry(fields)
                    file = await self._files.upload(name, fields["purpose"], _chunks(part), expiry)
                else:
                    held = [chunk async for chunk in _chunks(part)]
            else:
                fields[part.name or ""] = (await part.read())[:_MAX_FORM_FIELD].decode()
        if file is None:
            if "purpose" not in fields or not name:
                raise bad_request("Missing required parameter: 'purpose' or 'file'.", param="file")
            file = await self._files.upload(name, fields["purpose"], _again(held), _expiry(fields))
        return created(request, file, f"files/{file['id']}")

    async def _list(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        return json_response(
            self._files.listing(
                purpose=query.get("purpose", ""),
                after=query.get("after", ""),
                limit=page_limit(request, 10_000),
                order=query.get("order", "desc"),
            )
        )

    async def _get(self, request: web.Request) -> web.StreamResponse:
        return json_response(self._files.get(request.match_info["file"]))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        return deleted(request, self._files.delete(request.match_info["file"]))

    async def _content(self, request: web.Request) -> web.StreamResponse:
        file = self._files.get(request.match_info["file"])
        headers = {"x-emulator": "openai-emulator", "content-type": "application/octet-stream"}
        return web.FileResponse(self._files.path(file["id"]), headers=headers)


def _expiry(fields: dict[str, str]) -> dict[str, Any] | None:
    return read_expiry(fields.get("expires_after[anchor]"), fields.get("expires_after[seconds]"))


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(_CHUNK):
        yield bytes(chunk)


async def _again(chunks: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
