"""Notes references to other documents, including those that no operation uses."""

from __future__ import annotations

import re
from typing import Any

from shared.catalog.reading import Reading
from shared.catalog.schemas.refs import VALUES, Refs, note_external

_MOST = 64
_EXTERNAL = re.compile(
    rb"\$ref[\"']?[ \t]{0,9}:[ \t]{0,9}(?:[\"'](?=[^#\"'])|(?=[\w./]))([^\"'\s{}\[\],]{1,300})"
)


def note_external_refs(data: bytes, root: dict[str, Any], reading: Reading) -> None:
    """Note each reference of a document, JSON or YAML, that leads out of it; one inside an example is a value."""
    if not _EXTERNAL.search(data):  # as most; looking at every object takes longer
        return
    here = Refs(root, reading)
    for ref in list(dict.fromkeys(_references(root)))[:_MOST]:
        if not here.has_name(ref):
            note_external(ref, reading)


def _references(root: Any) -> list[str]:
    """Every `$ref` in the order of the document that does not begin with `#`."""
    found = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(ref := node.get("$ref"), str) and not ref.startswith("#"):
                found.append(ref)
            waiting += reversed([value for key, value in node.items() if key not in VALUES])
        elif isinstance(node, list):
            waiting += reversed(node)
    return found
