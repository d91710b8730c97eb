"""Names of APIs: readable, unique, and a function of what an operation is, never of where it stands."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

MAX_NAME = 64
API_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_.-]+")
_RUNS = re.compile(r"_{2,}|\.{2,}")
_DIGEST = 8
# More than any hint has refinements, so that the last rounds end in hashes.
_MAX_ROUNDS = 6


class NameHints(Struct, frozen=True):
    """What an operation may be called.

    Attributes:
        segments: folders and name, outermost first; the last one is always kept.
        refinements: gives what tells it from others of the same segments (chooser value, verb, path); added one
            by one and only to names that would otherwise be shared.
        content: gives anything that identifies the operation, for a hash where all else is equal; it must not
            depend on the order of keys or folders.
    """

    segments: tuple[str, ...]
    refinements: Callable[[], tuple[str, ...]] = tuple
    content: Callable[[], str] = str


def assign_names(hints: Sequence[NameHints]) -> list[str]:
    """One name for each hint, in order; all differ, all match `API_NAME`.

    Names that clash are refined together, so the order of `hints` does not matter; only operations that
    are equal in every respect are told apart by a number.
    """
    segments = [_segments(hint) for hint in hints]
    names = [_fit(words) for words in segments]
    level = [0] * len(hints)
    for _ in range(_MAX_ROUNDS):
        counts = Counter(names)
        clashing = [i for i, name in enumerate(names) if counts[name] > 1 and level[i] < _MAX_ROUNDS]
        if not clashing:
            break
        for i in clashing:
            level[i] += 1
            names[i] = _refined(segments[i], hints[i], level[i])
    return _numbered(names)


@lru_cache(maxsize=8_192)
def sanitize(text: str) -> str:
    """`text` with everything outside `[A-Za-z0-9_.-]` as single underscores; "" if nothing is left."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if _NOT_ALLOWED.search(text):
        text = _NOT_ALLOWED.sub("_", text.replace("'", ""))
    text = _RUNS.sub(lambda run: run.group()[0], text)
    return text.strip("_.-")


def order_free_text(value: Any, depth: int = 12) -> str:
    """Text of a JSON value for a hash: the same whatever the order of its keys."""
    if isinstance(value, dict) and depth > 0:
        parts = sorted(f"{key!r}:{order_free_text(item, depth - 1)}" for key, item in value.items())
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list | tuple) and depth > 0:
        return "[" + ",".join(order_free_text(item, depth - 1) for item in value) + "]"
    return repr(value) if depth > 0 else ""


def digest(text: str) -> str:
    """Eight hexadecimal digits that stand for `text`."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]


def _segments(hint: NameHints) -> list[str]:
    words = [word for segment in hint.segments[:-1] if (word := sanitize(segment))]
    last = hint.segments[-1] if hint.segments else ""
    leaf = sanitize(last)
    if not leaf or (not last.isascii() and len(leaf) * 2 < len(last)):
        # A name in another script leaves no readable letters; the hash keeps it distinct.
        leaf = f"{leaf or 'operation'}_{digest(last)}" if last else "operation"
    return [*words, leaf]


def _fit(segments: list[str]) -> str:
    """The segments joined by dots, outer ones dropped until they fit; a leaf too long by itself is cut and hashed."""
    start, length = 0, sum(map(len, segments)) + len(segments) - 1
    while length > MAX_NAME and start < len(segments) - 1:
        length -= len(segments[start]) + 1
        start += 1
    return _cut(".".join(segments[start:]))


def _cut(name: str) -> str:
    if len(name) <= MAX_NAME:
        return name
    return f"{name[: MAX_NAME - _DIGEST - 1].rstrip('_.-')}_{digest(name)}"


def _refined(segments: list[str], hint: NameHints, level: int) -> str:
    refinements = [word for text in hint.refinements() if (word := sanitize(text))]
    if level <= len(refinements):
        added = [word for word in refinements[:level] if word != segments[-1]]
        return _fit([*segments[:-1], "_".join([segments[-1], *added])])
    mark = digest("\0".join((*hint.segments, *refinements, hint.content())))
    stem = _fit(segments)[: MAX_NAME - _DIGEST - 1].rstrip("_.-")
    return f"{stem}_{mark}"


def _numbered(names: list[str]) -> list[str]:
    """Equal names that are left belong to equal operations: number them."""
    taken = set(names)
    if len(taken) == len(names):
        return names
    used: Counter[str] = Counter()
    numbered = []
    for name in names:
        used[name] += 1
        candidate = name
        while used[name] > 1:
            suffix = f"_{used[name]}"
            candidate = name[: MAX_NAME - len(suffix)] + suffix
            if candidate not in taken:
                break
            used[name] += 1
        taken.add(candidate)
        numbered.append(candidate)
    return numbered
