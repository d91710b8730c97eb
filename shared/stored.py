"""Documents that are stored between two steps, and so between two versions of the app.

Each is a `msgspec.Struct`: a field that this version does not know is ignored, one that is missing has its default.
What cannot be read all the same, by shape or because it is no JSON, is one PermanentError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import msgspec

from shared.errors import PermanentError

_decoder: Callable[[Any], msgspec.json.Decoder[Any]] = cache(msgspec.json.Decoder)


def read[T](kind: type[T], data: bytes, what: str) -> T:
    """The document in `data`; `what` names it in the error. Raises PermanentError `unreadable`."""
    try:
        found: T = _decoder(kind).decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise PermanentError(f"{what} cannot be read: {str(exc)[:200]}", code="unreadable") from exc
    return found


def read_line[T](kind: type[T], line: bytes) -> T | None:
    """One line of a log, None for a line that cannot be read: it counts as if it were not there."""
    try:
        found: T = _decoder(kind).decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found


def read_lines[T](kind: type[T], lines: bytes) -> Iterator[T]:
    """All lines of a log that can be read, in order."""
    for line in lines.split(b"\n"):
        if line and (found := read_line(kind, line)) is not None:
            yield found


def plain(document: msgspec.Struct) -> dict[str, Any]:
    """The document as plain JSON values, in the order of its fields."""
    found: dict[str, Any] = msgspec.to_builtins(document)
    return found
