"""A zip of several documents, unpacked in memory within bounds; nothing is written or opened by name."""

from __future__ import annotations

import io
import zipfile
import zlib

from shared.catalog.documents import Document
from shared.catalog.reading import Reading
from shared.errors import CatalogError

ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_RATIO_FROM_BYTES = 1024 * 1024
_OFFICE_PARTS = ("[Content_Types].xml", "META-INF/MANIFEST.MF", "mimetype")
_FOREIGN_SUFFIXES = tuple(
    ".md .txt .png .jpg .jpeg .gif .svg .pdf .html .css .js .ts .py .sh .exe .zip .gz .docx .xlsx".split()
)


def is_zip(data: bytes) -> bool:
    """Whether `data` starts like a zip."""
    return data.startswith((ZIP_MAGIC, _EMPTY_ZIP_MAGIC))


def unpack(document: Document, reading: Reading, budget: int) -> list[Document]:
    """The files of the zip in the order of their names, at most `budget` bytes altogether.

    Raises:
        CatalogError: `bad_zip`, `zip_entries`, `zip_ratio`, `too_large`, `encrypted_zip` or `not_a_catalog`.
    """
    limits = reading.limits
    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            entries = archive.infolist()
            if len(entries) > limits.zip_entries:
                message = (
                    f"{document.name} has {len(entries)} entries; at most {limits.zip_entries} are read."
                )
                raise CatalogError(message, code="zip_entries")
            if any(entry.filename in _OFFICE_PARTS for entry in entries):
                message = (
                    f"{document.name} is an office document or a program archive, not a zip of API catalogs."
                )
                raise CatalogError(message, code="not_a_catalog")
            return _read_all(archive, entries, document, reading, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as exc:
        raise CatalogError(
            f"{document.name} is a zip that cannot be read; pack it again.", code="bad_zip"
        ) from exc


def _read_all(
    archive: zipfile.ZipFile,
    entries: list[zipfile.ZipInfo],
    document: Document,
    reading: Reading,
    budget: int,
) -> list[Document]:
    found = []
    for entry in sorted(entries, key=lambda entry: entry.filename):
        where = f"{document.name}/{entry.filename}"
        leaf = entry.filename.rpartition("/")[2]
        if entry.is_dir() or leaf.startswith(".") or entry.filename.startswith("__MACOSX/"):
            continue
        if leaf.lower().endswith(_FOREIGN_SUFFIXES):
            reading.note("skipped_document", where, "Not a JSON or YAML file; left out.")
            continue
        data = _read_entry(archive, entry, where, reading, budget)
        budget -= len(data)
        found.append(Document(where, data))
    return found


def _read_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str, reading: Reading, budget: int
) -> bytes:
    if entry.flag_bits & 1:
        raise CatalogError(f"{where} is encrypted; pack the zip without a password.", code="encrypted_zip")
    limits = reading.limits
    with archive.open(entry) as stream:
        allowed = min(budget, limits.document_bytes)
        packed = max(entry.compress_size, 1)
        by_ratio = max(packed * limits.zip_ratio, _RATIO_FROM_BYTES)
        data = stream.read(min(allowed, by_ratio) + 1)
    if len(data) > allowed:
        raise CatalogError(f"{where} unpacks to over {allowed} bytes, the limit.", code="too_large")
    if len(data) > by_ratio:
        message = (
            f"{where} unpacks to over {limits.zip_ratio} times its packed size, which a catalog does not."
        )
        raise CatalogError(message, code="zip_ratio")
    return data
