"""Names of APIs: readable, unique, and a function of what an operation is, never of where it stands."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
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
_MAX_ROUNDS = 14
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_FILLERS = re.compile(
    r"(?i)(?<![A-Za-z0-9])(?:a|an|the|of|for|to|in|on|and|or|with|by|from|its?|that|this|these|all|each|if|is|are|which|"
    r"given|corresponding|respectively)(?:_+|\Z)"
)
_MAX_FOLDERS = 8
_SHORTEST_WORD, _LONGEST_WORD = 3, 40


class NameHints(Struct, frozen=True):
    """What an operation may be called.

    Attributes:
        segments: folders and name, outermost first; the last one is always kept. Where no letter of it can be
            written in ASCII, the refinements stand for it.
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
    names = [_fit(words, kept) for words, kept in zip(segments, _telling(segments), strict=True)]
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
        text = _transliterated(text)
    if _NOT_ALLOWED.search(text):
        text = _NOT_ALLOWED.sub("_", text.replace("'", ""))
    text = _RUNS.sub(lambda run: run.group()[0], text)
    return text.strip("_.-")


def _transliterated(text: str) -> str:
    """`text` in Latin letters without accents; pictures and other signs are left out."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(ch for ch in plain if ch.isascii() or ch.isalnum())
    if plain.isascii():
        return plain
    from anyascii import anyascii  # tables of every script: loaded where a catalog needs them

    return anyascii(
        "".join(ch if ch.isascii() or _is_written(ch) else " " for ch in unicodedata.normalize("NFKC", text))
    )


def _is_written(ch: str) -> bool:
    """Whether a sign is a letter, a digit or a mark of one, as vowels are in Hindi and Thai."""
    return ch.isalnum() or unicodedata.category(ch)[0] == "M"


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
    leaf = sanitize(hint.segments[-1]) if hint.segments else ""
    return [*words, leaf or sanitize("_".join(filter(None, hint.refinements()))) or "operation"]


def _telling(segments: list[list[str]]) -> list[int]:
    """For each name, how many of its innermost folders distinguish it from names that end alike; 0 if all names fit."""
    if all(sum(map(len, words)) + len(words) - 1 <= MAX_NAME for words in segments):
        return [0] * len(segments)
    owners: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for words in segments:
        for start in range(max(0, len(words) - _MAX_FOLDERS), len(words)):
            owners[tuple(words[start:])].add(tuple(words))
    return [
        next(
            (kept for kept in range(len(words)) if len(owners[tuple(words[-1 - kept :])]) == 1),
            len(words) - 1,
        )
        for words in segments
    ]


def _fit(segments: list[str], kept: int = 0) -> str:
    """The segments joined by dots; outer ones go until they fit or `kept` folders remain, then words are cut."""
    start, length = 0, sum(map(len, segments)) + len(segments) - 1
    while length > MAX_NAME and start < len(segments) - 1 - kept:
        length -= len(segments[start]) + 1
        start += 1
    return _shortened(".".join(segments[start:]))


def _shortened(name: str) -> str:
    """`name` without little words and with the others cut to one length until it fits; as a last resort with a hash."""
    if len(name) <= MAX_NAME:
        return name
    short = _FILLERS.sub("", name).strip("_.-") or name
    for most in range(_LONGEST_WORD, _SHORTEST_WORD - 1, -1):
        if len(short) <= MAX_NAME:
            return short
        short = _WORD.sub(lambda word, most=most: word.group()[:most], short)  # type: ignore[misc]
    if len(short) <= MAX_NAME:
        return short
    return f"{short[: MAX_NAME - _DIGEST - 1].rstrip('_.-')}_{digest(name)}"


def _whole(segments: list[str]) -> str:
    """All segments with their words shortened; as `_fit` gives them if there are too many for that."""
    whole = _shortened(".".join(segments))
    return whole if whole.count(".") >= len(segments) - 1 else _fit(segments)


def _refined(segments: list[str], hint: NameHints, level: int) -> str:
    """The name with all its folders, then with ever more refinements, then with both, and finally with a hash."""
    refinements = [word for text in hint.refinements() if (word := sanitize(text))]
    if level == 1:
        return _whole(segments)
    step = level - 2
    if step < 2 * len(refinements):
        keep, count = divmod(step, len(refinements))
        added = [word for word in refinements[: count + 1] if word != segments[-1]]
        return (_whole if keep else _fit)([*segments[:-1], "_".join([segments[-1], *added])])
    mark = digest("\0".join((*hint.segments, *refinements, hint.content())))
    stem = _fit(segments)[: MAX_NAME - _DIGEST - 1].rstrip("_.-")
    return f"{stem}_{mark}"


def _numbered(names: list[str]) -> list[str]:
    """The names, with equal ones numbered: they belong to operations that are equal in every respect."""
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
