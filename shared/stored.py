"""Documents that are stored between two steps, and so between two versions of the app.

Each is a `msgspec.Struct`: a field that this version does not know is ignored, one that is missing has its default.
What cannot be read all the same, by shape or because it is no JSON, is one PermanentError.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Folded[T]:
    """What a log of outcomes comes to.

    Attributes:
        outcomes: the first of each index, in index order.
        repeated: lines beyond the first of their index.
        foreign: lines of an index that the log is not for.
        unreadable: lines that are no outcome at all.
    """

    outcomes: dict[int, T]
    repeated: int
    foreign: int
    unreadable: int


def first_of_each[T](
    found: Iterable[T | None], index_of: Callable[[T], int], indices: Container[int] | None = None
) -> Folded[T]:
    """The first outcome of each index: what is appended twice, or out of order, changes nothing.

    Args:
        found: the lines of a log as read, None for one that cannot be.
        index_of: the index of an outcome.
        indices: those that the log is for; None for any.
    """
    first: dict[int, T] = {}
    repeated = foreign = unreadable = 0
    for outcome in found:
        index = None if outcome is None else index_of(outcome)
        if outcome is None or index is None:
            unreadable += 1
        elif indices is not None and index not in indices:
            foreign += 1
        elif index in first:
            repeated += 1
        else:
            first[index] = outcome
    return Folded(dict(sorted(first.items())), repeated, foreign, unreadable)


def plain(document: msgspec.Struct) -> dict[str, Any]:
    """The document as plain JSON values, in the order of its fields."""
    found: dict[str, Any] = msgspec.to_builtins(document)
    return found
