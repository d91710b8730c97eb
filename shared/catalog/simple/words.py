"""What a word or a short text in the place of a type says: `int, optional`, `Optional[str]`, `string - the city`."""

from __future__ import annotations

import re
from typing import Any

from shared.catalog.schemas.types import json_type

_OPTIONAL = re.compile(r"(?i)Optional\[(.+)\]|(.+?)\s*\|\s*None|(.+?)\?")
_PARTS = re.compile(r"\s*(?:[,;(]|\s[-\u2013\u2014:]\s|:\s)\s*")
_FLAGS = {"optional": False, "required": True, "mandatory": True}


def said_in_words(text: str) -> dict[str, Any]:
    """`type`, `required` and `description`, as far as `text` says them; {} where it says none of these."""
    found: dict[str, Any] = {}
    head, *rest = [part.strip(" )") for part in _PARTS.split(text.strip(), maxsplit=3)]
    inner = _OPTIONAL.fullmatch(head)
    if inner and json_type(kind := next(group for group in inner.groups() if group)):
        head, found["required"] = kind, False
    if not json_type(head):
        return {"description": text} if " " in text.strip() else {}
    found["type"] = head
    said = []
    for part in rest:
        if part.lower() in _FLAGS:
            found["required"] = _FLAGS[part.lower()]
        elif part:
            said.append(part)
    return {**found, "description": ", ".join(said)} if said else found
