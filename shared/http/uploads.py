"""Catalogs that come with a request: files of a form, a file as the body, or documents inside a JSON body."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared import names
from shared.contracts import bodies, messages
from shared.errors import BadRequestError
from shared.ports.storage import BlobStore

type File = tuple[str, bytes]
_JSON = frozenset(
    {
        "",
        "application/json",
        "text/json",
        "text/plain",
        "application/x-www-form-urlencoded",
    }
)
"""Content types whose body is taken for the JSON request; a sender that says nothing means it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request brings.

    Attributes:
        body: the body as it came.
        content_type: as the sender states it.
        options_text: run options as JSON, beside files.
        files: `(name, content)` of each file of a form.
        name: name for a body that is a file itself.
        key: `Idempotency-Key`.
    """

    body: bytes = b""
    content_type: str = ""
    options_text: str | None = None
    files: Sequence[File] = field(default_factory=tuple)
    name: str | None = None
    key: str | None = None

    def all_files(self) -> list[File]:
        """The files of an upload, also where the body is the file itself; empty for a JSON request.

        BadRequestError for a form without a file.
        """
        if self.files:
            return list(self.files)
        kind = self.content_type.split(";", 1)[0].strip().lower()
        if kind == "multipart/form-data":
            raise BadRequestError(
                "the form has no file: send each as a part named 'catalog' that has a file name",
                code="bad_request",
            )
        return [] if kind in _JSON else [(self.name or "catalog", self.body)]

    def options(self) -> dict[str, Any]:
        """The options beside files. BadRequestError where they are no JSON object."""
        return bodies.decode(self.options_text) if self.options_text else {}


def file_name(given: str) -> str:
    """`given` as the name of a blob. BadRequestError `bad_path` where nothing is left of it."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", given.replace("\\", "/").rsplit("/", 1)[-1]).strip(".-")
    if not name:
        raise BadRequestError("a file needs a name", code="bad_path")
    return name[:120]


def inline(document: dict[str, Any], name: object) -> File:
    """A document inside a request as a file, named as the sender says or by its own title."""
    info = document.get("info")
    own = info.get("title") or info.get("name") if isinstance(info, dict) else document.get("name")
    chosen = next((text for text in (name, own) if isinstance(text, str) and text.strip()), "catalog")
    try:
        data = orjson.dumps(document)
    except TypeError as exc:  # what could be read cannot always be written
        raise BadRequestError("the catalog is nested too deeply", code="too_deep") from exc
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", chosen).strip("-")[:100]
    return f"{stem or 'catalog'}.json", data


async def run_request(sent: Sent, store: BlobStore) -> messages.RunRequest:
    """The request for a run; what came with it is stored where no trigger starts a second one.

    BadRequestError says what is accepted.
    """
    files = sent.all_files()
    if files:
        paths = [await _kept(file, store) for file in files]
        if len(set(paths)) != len(paths):
            raise BadRequestError("two files have the same name", code="bad_request")
        request = messages.RunRequest(catalog=paths, options=sent.options())
    else:
        request = messages.RunRequest.decode(await _without_documents(sent.body, store))
    return _with_key(request, sent.key)


async def _without_documents(body: bytes, store: BlobStore) -> bytes:
    """The JSON request with the place of each document instead of the document."""
    request = bodies.decode(body)
    given = request.get("catalog")
    parts = given if isinstance(given, list) else [given]
    if not any(isinstance(part, dict) for part in parts):
        return body
    name = request.pop("name", None)
    request["catalog"] = [
        await _kept(inline(part, name), store) if isinstance(part, dict) else part for part in parts
    ]
    try:
        return orjson.dumps(request)
    except TypeError as exc:
        raise BadRequestError("the options are nested too deeply", code="bad_option") from exc


async def _kept(file: File, store: BlobStore) -> str:
    """The blob that a file was stored as: one place a content, so that two of one name cannot mix."""
    name, data = file
    path = f"uploads/{hashlib.sha256(data).hexdigest()[:12]}/{file_name(name)}"
    # The blob's own trigger must not start a second run.
    await store.write(
        names.CATALOGS, path, data, metadata={"start": "false"}, content_type="application/octet-stream"
    )
    return f"{names.CATALOGS}/{path}"


def _with_key(request: messages.RunRequest, key: str | None) -> messages.RunRequest:
    if key is None:
        return request
    if not 1 <= len(key) <= 200:
        raise BadRequestError("an Idempotency-Key has 1 to 200 characters", code="bad_request")
    if request.request_key not in (None, key):
        raise BadRequestError("Idempotency-Key and 'request_key' differ; send one", code="bad_request")
    return messages.RunRequest(
        catalog=request.catalog, options=request.options, request_key=key, again=request.again
    )
