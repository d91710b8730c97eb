"""References to other documents, also those that no operation leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import BytesAhoCorasick

from shared.catalog.reading import Reading
from shared.catalog.refs import note_external

_MOST = 64
_EXTERNAL = re.compile(
    rb"\$ref[\"']?[ \t]{0,9}:[ \t]{0,9}(?:[\"'](?=[^#\"'])|(?=[\w./]))([^\"'\s{}\[\],]{1,300})"
)
_LARGE = 200_000
# How programs write references into the document itself.
_INTERNAL = (b'$ref": "#', b'$ref":"#', b"$ref: '#", b'$ref: "#')
# What may follow in any other: a mark, or the first byte of a name. No text of JSON holds control characters.
_WORD = frozenset(b"./_\"' \t:0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_TEXT = frozenset((*range(ord("!"), ord("~") + 1), *range(0x80, 0x100)))


def note_external_refs(data: bytes, reading: Reading) -> None:
    """Note each reference of a document, JSON or YAML, that leads out of it."""
    if len(data) >= _LARGE and not _others().find_matches_as_indexes(data):
        return
    for raw in list(dict.fromkeys(_EXTERNAL.findall(data)))[:_MOST]:
        note_external(raw.decode("utf-8", "replace").replace("\\/", "/"), reading)


@cache
def _others() -> BytesAhoCorasick:
    """Finds what `_EXTERNAL` does and, in other notations, more: at no cost a reference that is an internal one."""
    return BytesAhoCorasick([*_forms()])


def _forms() -> Iterator[bytes]:
    """All that parts from the internal notations, up to the first byte that is none of theirs."""
    for start in sorted({form[:end] for form in _INTERNAL for end in range(len(b"$ref"), len(form))}):
        is_quoted = start[-1:] in (b'"', b"'") and start != b'$ref"'
        internal = {form[len(start)] for form in _INTERNAL if form.startswith(start)}
        for byte in (_TEXT if is_quoted else _WORD) - internal:
            yield start + bytes((byte,))
