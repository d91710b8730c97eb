"""Converts the bytes of a text from other encodings to UTF-8."""

from __future__ import annotations

import codecs

from shared.catalog.decode.foreign_formats import ACCEPTED
from shared.catalog.reading import Reading
from shared.errors import CatalogError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 8_192


def without_mark(data: bytes, where: str) -> bytes:
    """`data` without its byte order mark, and as UTF-8 where the mark says otherwise."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            if encoding == "utf-8":
                return data[len(bom) :]
            return data.decode(encoding, "replace").encode("utf-8", "replace")
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):  # every other byte of plain letters is zero
        if data[start : start + 3 : 2] == b"\0\0" and data[1 - start : 2 - start] > b"\0":
            return data.decode(encoding, "replace").encode("utf-8", "replace")
    if b"\0" in data[:_HEAD]:
        raise CatalogError(f"{where} is a binary file. {ACCEPTED}", code="not_a_catalog")
    return data


def utf8(data: bytes, where: str, reading: Reading) -> bytes:
    """`data` as UTF-8; anything else is read as Western European, the most frequent other encoding."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        reading.note("not_utf8", where, "Not UTF-8; read as Western European text.")
        return data.decode("cp1252", "replace").encode()
    return data
