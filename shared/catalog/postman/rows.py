"""Key-value rows of Postman (headers, query, forms, variables) in all the forms they are written in."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

OPTIONAL = re.compile(
    r"(?i)\boptional\b|\bnot (?:required|mandatory)\b|\b(?:may|can) be (?:left out|omitted)\b"
    r"|\b(?:required|mandatory)(?: only)? (?:if|when|where|unless|in case)\b"
)
REQUIRED = re.compile(r"(?i)\brequired\b|\bmandatory\b")


class Row(Struct, frozen=True, cache_hash=True, gc=False):
    """One row; `kind` is its `type` (`text`, `file`, `secret` …), or `files` where it has several."""

    key: str
    value: Any
    description: Any = ""
    disabled: bool = False
    kind: str = ""

    @property
    def is_described(self) -> bool:
        """Whether anything is said of it."""
        return bool(words_of_description(self.description).strip())

    @property
    def is_called_optional(self) -> bool:
        """Whether its description says that it may be left out."""
        return OPTIONAL.search(words_of_description(self.description)) is not None

    @property
    def is_called_required(self) -> bool:
        """Whether its description says that it must be there."""
        return (
            not self.is_called_optional
            and REQUIRED.search(words_of_description(self.description)) is not None
        )


def rows_of(raw: Any) -> tuple[Row, ...]:
    """The rows of a list of objects or of `Key: value` lines, of such lines as one text, or of a plain mapping."""
    if not isinstance(raw, list):
        if isinstance(raw, dict):
            return tuple(Row(str(key), value) for key, value in raw.items())
        if not isinstance(raw, str):
            return ()
        raw = raw.splitlines()
    return tuple([row for item in raw if (row := _row(item)) is not None])


def _row(item: Any) -> Row | None:
    if not isinstance(item, dict):
        word, colon, value = item.partition(":") if isinstance(item, str) else ("", "", "")
        return Row(word.strip(), value.strip()) if colon and word.strip() else None
    get = item.get
    key: Any = get("key")
    if type(key) is not str:
        key = get("id", get("name")) if key is None else key
        key = str(key) if type(key) in (str, int) else ""
    key = key.strip()
    if not key:
        return None
    kind = get("type")
    if kind == "file" and isinstance(files := get("src"), list) and len(files) > 1:
        kind = "files"
    disabled = get("disabled") is True or get("enabled") is False
    description = get("description") or ""
    return Row(key, get("value"), description, disabled, kind if type(kind) is str else "")


def words_of_description(description: Any) -> str:
    """The text of a description, which may be an object, or ""."""
    if isinstance(description, dict):
        description = description.get("content")
    return description if isinstance(description, str) else ""
