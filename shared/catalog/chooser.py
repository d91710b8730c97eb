"""Finds the field that chooses the operation where several requests share one method and url.

No list of names: a chooser is known by what it does. Its value is a short word (not an id, a number or a
sentence) in nearly every request to the url, it differs between them, and its words turn up in the
requests' own names; or, where names say nothing, each request has another value and other fields with it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

type FieldPath = tuple[str, ...]
"""Location first (`body`, `query`, `form`, `header`), then the keys down to the value."""

_MAX_LEAVES = 400
_MAX_DEPTH = 6
_MAX_KNOWN = 16
_MAX_WORD = 96
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.:/#-]*\Z")
_IDENTITY = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}|[0-9a-fA-F]{16,}|\d{5,}|://|^\w+:\w+://")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MIN_COVERAGE = 0.8
_MIN_AFFINITY = 0.5
_SURE_AFFINITY = 0.99
_MIN_BLIND = 3


@dataclass(slots=True)
class Sent:
    """What one request sends, as the search needs it.

    Attributes:
        group: requests with the same group go to one method and url.
        title: folders and name of the request.
        read: gives the short text values by where they are (see `short_values`); called only when needed.
        look: gives the short text value at one path, None if there is none.
        fields: gives the names of all top-level fields, for requests whose names say nothing.
    """

    group: tuple[str, str]
    title: str
    read: Callable[[], dict[FieldPath, str]]
    look: Callable[[FieldPath], str | None]
    fields: Callable[[], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The field that chooses and its value in one request."""

    path: FieldPath
    value: str


def short_values(location: str, value: Any) -> dict[FieldPath, str]:
    """All identifier-like texts in `value` by path; lists are not entered."""
    found: dict[FieldPath, str] = {}
    pending: list[tuple[FieldPath, Any]] = [((location,), value)]
    while pending and len(found) < _MAX_LEAVES:
        path, node = pending.pop()
        if isinstance(node, str):
            if is_short(node):
                found[path] = node
        elif isinstance(node, dict) and len(path) <= _MAX_DEPTH:
            pending.extend(((*path, str(key)), item) for key, item in node.items())
    return found


def is_short(text: str) -> bool:
    """Whether `text` is a word that could name an operation: an identifier, no id, number, url or sentence."""
    return len(text) <= _MAX_WORD and _IDENTIFIER.match(text) is not None and _IDENTITY.search(text) is None


def find_choices(requests: Sequence[Sent]) -> list[Choice | None]:
    """For each request the field that chooses its operation, None where there is none; order does not matter."""
    groups: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for sent in requests:
        groups[sent.group].append(sent)
    chosen: dict[tuple[str, str], FieldPath] = {}
    for group, members in groups.items():
        path = _best_path(members) if len(members) > 1 else None
        if path is not None:
            chosen[group] = path
    counts = Counter(chosen.values())
    known = sorted(counts, key=lambda path: (-counts[path], path))[:_MAX_KNOWN]
    return [_choice(sent, chosen.get(sent.group), known) for sent in requests]


def _choice(sent: Sent, path: FieldPath | None, known: Sequence[FieldPath]) -> Choice | None:
    if path is not None:
        value = sent.look(path)
        return Choice(path, value) if value is not None else None
    for (
        path
    ) in known:  # the only request to its url: a field that chooses elsewhere and names this one does so here
        value = sent.look(path)
        if value is not None and _affinity(value, frozenset(_words(sent.title))) >= _SURE_AFFINITY:
            return Choice(path, value)
    return None


def _best_path(members: list[Sent]) -> FieldPath | None:
    read = [(sent.read(), frozenset(_words(sent.title)), sent.fields()) for sent in members]
    counts: Counter[FieldPath] = Counter()
    for values, _, _ in read:
        counts.update(values.keys())
    best: tuple[Any, ...] | None = None
    for path, count in counts.items():
        if count < max(2, _MIN_COVERAGE * len(members)):
            continue
        having = [(values[path], title, fields) for values, title, fields in read if path in values]
        rank = _rank(path, having, is_everywhere=count == len(members))
        if rank is not None and (best is None or rank < best):
            best = rank
    return best[-1] if best is not None else None


def _rank(
    path: FieldPath, having: list[tuple[str, frozenset[str], frozenset[str]]], *, is_everywhere: bool
) -> tuple[Any, ...] | None:
    """Smaller is better; None if the field at `path` does not choose."""
    distinct = {value for value, _, _ in having}
    if len(distinct) < 2:
        return None
    affinity = sum(_affinity(value, title) for value, title, _ in having) / len(having)
    if affinity < _MIN_AFFINITY:
        shapes = {fields for _, _, fields in having}
        is_blind_chooser = is_everywhere and len(distinct) == len(shapes) == len(having) >= _MIN_BLIND
        if not is_blind_chooser:
            return None
    return (-round(affinity, 1), -len(distinct), len(path), path)


def _affinity(value: str, title: frozenset[str]) -> float:
    """Share of the value's words that the request's folders and name hold too."""
    words = _words(value)
    return sum(word in title for word in words) / len(words) if words else 0.0


@lru_cache(maxsize=8_192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_stem(word.lower()) for word in _WORD.findall(text))


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    """Good enough to match `payments` with `payment` and `creating` with `create`."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "es", "ed", "al", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
