"""Says what a document is by its content, never by its name, and has the right reader read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from shared.catalog.decode.encodings import utf8, without_mark
from shared.catalog.decode.foreign_formats import (
    ACCEPTED,
    foreign_kind,
    refuse_commented,
    refuse_foreign_bytes,
    refuse_foreign_text,
)
from shared.catalog.decode.json_text import parse_json, parse_json_lines
from shared.catalog.decode.yaml_text import parse_yaml
from shared.catalog.documents import Document
from shared.catalog.draft import Draft
from shared.catalog.openapi.document import read_openapi
from shared.catalog.openapi.external_refs import note_external_refs
from shared.catalog.postman.collection import read_postman
from shared.catalog.postman.local_files import LocalFile, as_collection, path_of
from shared.catalog.reading import Reading
from shared.catalog.schemas.bases import rebase
from shared.catalog.simple.document import read_simple
from shared.catalog.simple.entries import simple_entries
from shared.errors import CatalogError

_HEAD = 8_192
_JSON_START = re.compile(rb"\s*(?:[{\[]|//|/\*)")
_MAX_PARTS = 64

type Part = tuple[str, str, list[Draft]]
"""Title, description and operations of one catalog document."""


def read_document(data: bytes, where: str, reading: Reading) -> list[Part]:
    """All catalogs in one file that is not a zip (a YAML file or a list may hold several).

    Raises:
        CatalogError: the file is unusable as a whole; the message says what it is and what is accepted.
    """
    parts: list[Part] = []
    roots = _parse(data, where, reading)
    for root in roots:
        if isinstance(root, dict) and _is_openapi(root):
            if b"$id" in data:
                rebase(root)
            note_external_refs(data, root, reading)
    if len(roots) > 1 and any(map(_is_readable, roots)):
        found = [root for root in roots if _is_readable(root)]
        if len(found) < len(roots):
            message = f"{len(roots) - len(found)} further documents after `---` are no catalogs; left out."
            reading.note("further_documents", where, message)
        roots = found
    for root in roots:
        if _is_list_of_catalogs(root):
            parts.extend(_read(item, where, reading) for item in root[:_MAX_PARTS])
        else:
            parts.append(_read(root, where, reading))
    return parts


def read_local(documents: Sequence[Document], reading: Reading) -> Part:
    """The one collection that files of Postman's local form are; one that cannot be read is left out with a diagnostic.

    Raises:
        CatalogError: none of them holds a request, and the one or last that cannot be read says why.
    """
    files: list[LocalFile] = []
    failed: CatalogError | None = None
    for document in documents:
        try:
            roots = _parse(document.data, document.name, reading)
        except CatalogError as exc:
            failed = exc
            reading.note("skipped_document", document.name, exc.message)
            continue
        files += [LocalFile(path_of(document.name), root) for root in roots if isinstance(root, dict)]
    where = reading.name(documents[0].name) or "The file"
    if not any(file.root.get("$kind") == "http-request" for file in files):
        if failed is not None:
            raise failed
        _refuse_foreign(files[0].root if files else {"$kind": ""}, where)
    return read_postman(as_collection(files, reading), reading, where)


def _parse(data: bytes, where: str, reading: Reading) -> list[Any]:
    refuse_foreign_bytes(data, where)
    data = without_mark(data, where)
    if not data.strip(b" \t\r\n\0"):
        raise CatalogError(f"{where} is empty. {ACCEPTED}", code="empty")

    def repeated(key: str) -> None:
        message = f"Key {key[:200]} stands more than once in one object; only the last is read."
        reading.note("repeated_key", where, message)

    if _JSON_START.match(data):
        try:
            value, is_strict = parse_json(
                data,
                where,
                lambda: utf8(data, where, reading),
                repeated,
            )
        except CatalogError as exc:
            lines = parse_json_lines(data) if exc.code == "not_json" else None
            if lines is None:
                refuse_commented(data[:_HEAD].decode("utf-8", "replace"), where)
                raise
            return [lines]
        if not is_strict:
            message = "Not strict JSON (comments, trailing commas or the like); read all the same."
            reading.note("lenient_json", where, message)
        return [value]
    data = utf8(data, where, reading)
    refuse_foreign_text(data[:_HEAD].decode("utf-8", "replace"), where)
    documents = parse_yaml(data, where, reading.limits, repeated)
    if not documents:
        raise CatalogError(f"{where} is empty. {ACCEPTED}", code="empty")
    return documents[:_MAX_PARTS]


def _is_known(root: dict[str, Any]) -> bool:
    return _is_postman(_unwrapped(root)) or _is_openapi(root)


def _is_list_of_catalogs(root: Any) -> bool:
    return (
        isinstance(root, list)
        and bool(root)
        and all(isinstance(one, dict) and _is_known(one) for one in root)
    )


def _is_readable(root: Any) -> bool:
    """Whether one of several documents of a file is a catalog, whole or not."""
    if isinstance(root, dict) and (
        _is_known(root) or (isinstance(root.get("paths"), dict) and root["paths"])
    ):
        return True
    if _is_list_of_catalogs(root):
        return True
    return not (isinstance(root, dict) and foreign_kind(root)) and simple_entries(root) is not None


def _unwrapped(root: dict[str, Any]) -> dict[str, Any]:
    inner = root.get("collection")
    return inner if isinstance(inner, dict) and "item" not in root else root


def _is_postman(root: dict[str, Any]) -> bool:
    info = root.get("info")
    schema = info.get("schema") if isinstance(info, dict) else None
    if isinstance(schema, str) and "postman" in schema:
        return True
    return isinstance(root.get("item"), list) and "openapi" not in root and "swagger" not in root


def _is_openapi(root: dict[str, Any]) -> bool:
    return "openapi" in root or "swagger" in root


def _read(root: Any, where: str, reading: Reading) -> Part:
    if isinstance(root, dict):
        collection = _unwrapped(root)
        if _is_postman(collection):
            return _read_postman(collection, where, reading)
        if _is_openapi(root):
            return _read_openapi(root, where, reading)
        _refuse_foreign(root, where)
        if isinstance(root.get("paths"), dict) and root["paths"]:
            reading.note(
                "missing_version", where, "Neither `openapi` nor `swagger` gives a version; read as OpenAPI."
            )
            return read_openapi(root, reading, where)
    entries = simple_entries(root)
    if entries is not None:
        return read_simple(root, entries, reading, where)
    if isinstance(root, list) and root and isinstance(root[0], dict):
        _refuse_foreign(root[0], where)
    kind = "an object" if isinstance(root, dict) else "a list" if isinstance(root, list) else "plain text"
    raise CatalogError(f"{where} is {kind} that is no API catalog. {ACCEPTED}", code="not_a_catalog")


def _refuse_foreign(root: dict[str, Any], where: str) -> None:
    foreign = foreign_kind(root)
    if foreign is not None:
        raise CatalogError(f"{where} is {foreign[0]}. {foreign[1]} {ACCEPTED}", code="unsupported_format")


# The schema of a collection names its form.
_NEWER_POSTMAN = re.compile(r"/v(?:[3-9]|1\d)\b")


def _read_postman(root: dict[str, Any], where: str, reading: Reading) -> Part:
    if not isinstance(root.get("item"), list):
        info = root.get("info")
        form = str(info.get("schema")) if isinstance(info, dict) else ""
        kind = (
            "collection of a newer form (v3 or later)"
            if _NEWER_POSTMAN.search(form)
            else "collection whose `item` is no list of requests"
        )
        message = f"{where} is a Postman {kind}. Export it from Postman as Collection v2.1."
        raise CatalogError(message, code="invalid_document")
    return read_postman(root, reading, where)


def _read_openapi(root: dict[str, Any], where: str, reading: Reading) -> Part:
    version = str(root.get("openapi", root.get("swagger"))).strip()
    if not re.match(r"3(\.|$)" if "openapi" in root else r"2(\.|$)", version):
        kind = "OpenAPI" if "openapi" in root else "Swagger"
        reading_of = f"{where} is {kind} version {version[:20]}, which is not read. {ACCEPTED}"
        raise CatalogError(reading_of, code="unsupported_format")
    return read_openapi(root, reading, where)
