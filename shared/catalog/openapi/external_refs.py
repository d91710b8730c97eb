"""References to other documents, also those that no operation leads to."""

from __future__ import annotations

import re

from shared.catalog.reading import Reading
from shared.catalog.schemas.refs import note_external

_MOST = 64
_EXTERNAL = re.compile(
    rb"\$ref[\"']?[ \t]{0,9}:[ \t]{0,9}(?:[\"'](?=[^#\"'])|(?=[\w./]))([^\"'\s{}\[\],]{1,300})"
)


def note_external_refs(data: bytes, reading: Reading) -> None:
    """Note each reference of a document, JSON or YAML, that leads out of it."""
    for raw in list(dict.fromkeys(_EXTERNAL.findall(data)))[:_MOST]:
        note_external(raw.decode("utf-8", "replace").replace("\\/", "/"), reading)
