"""Numbers in the query of a request, refused in the same words wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.errors import BadRequestError

_USUAL = 50


def limit_of(asked: Mapping[str, str], most: int) -> int:
    """`limit`, how much a page holds: 50 where it is not given, at most `most`. BadRequestError `bad_filter`."""
    text = asked.get("limit") or str(_USUAL)
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise BadRequestError("'limit' must be a number from 1", code="bad_filter")
    return min(int(text), most)


def first_of(asked: Mapping[str, str]) -> int:
    """`cursor`, the index that a page begins with, 0 where it is not given. BadRequestError `bad_cursor`."""
    text = asked.get("cursor") or "0"
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadRequestError("this installation never gave that cursor", code="bad_cursor")
    return int(text)


def revision_of(text: str | None) -> int | None:
    """A revision's number, 0 for the first publication, None where none is named. BadRequestError `bad_filter`."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise BadRequestError("'revision' is a number, 0 for the first publication", code="bad_filter")
    return int(text)
