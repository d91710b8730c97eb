"""Finds the field that chooses the operation where several requests share one method and url.

A chooser is known by what it does. Its value is a short word (not an id, a number or a
sentence; in a header also a uri) in nearly every request to the url, it differs between them, and the words
that make it differ turn up in the requests' own names; or, where names say nothing, each request has another
value and other fields with it, and requests to other urls do not send the field for some other reason.
Names decide where that leaves doubt: `op`, `action` and the like choose, what is called a name or an id is data.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from shared.identifiers import words_of

type FieldPath = tuple[str, ...]
"""Location first (`body`, `query`, `form`, `header`), then the keys down to the value."""

_MAX_LEAVES = 400
_MAX_DEPTH = 6
_MAX_KNOWN = 16
_MAX_WORD = 96
_MAX_HEADER = 200
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.:/#-]*\Z")
_IDENTITY = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}|[0-9a-fA-F]{16,}|\d{5,}|://|^\w+:\w+://|\.\.")
_MIN_COVERAGE = 0.8
_MIN_AFFINITY = 0.5
_SURE_AFFINITY = 0.99
_MIN_BLIND = 3
# Words this long may stand for one another when one is the beginning of the other (`cert`, `certificate`).
_ABBREVIATION = 4
# Words that make a field's name one of a chooser, and last words of names whose values are data.
_CHOOSING = frozenset(
    "op ops opcode operation action method command cmd function func verb rpc procedure request_type "
    "x-amz-target".split()
)
_DATA = frozenset(
    "name title id ids uuid guid key email mail user username login phone mobile address street city country state zip "
    "description comment note text label company author owner currency language lang locale color colour date time "
    "timestamp url uri link path file filename image icon password token first last firstname lastname surname "
    "nickname".split()
)


class Sent(Protocol):
    """What the search needs of a request; most requests are asked for their group only."""

    @property
    def group(self) -> tuple[str, str]:
        """Requests with the same group go to one method and url."""
        ...

    @property
    def title(self) -> str:
        """Folders and name of the request."""
        ...

    def read(self) -> dict[FieldPath, str]:
        """The short text values by where they are (see `short_values`)."""
        ...

    def look(self, path: FieldPath) -> str | None:
        """The short text value at one path, or None."""
        ...

    def fields(self) -> frozenset[str]:
        """The names of all top-level fields, for requests whose names say nothing."""
        ...


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
            if may_choose(location, node):
                found[path] = node
        elif isinstance(node, dict) and len(path) <= _MAX_DEPTH:
            pending.extend(((*path, str(key)), item) for key, item in node.items())
    return found


def is_short(text: str) -> bool:
    """Whether `text` is a word that could name an operation: an identifier, no id, number, url or sentence."""
    return len(text) <= _MAX_WORD and _IDENTIFIER.match(text) is not None and _IDENTITY.search(text) is None


def may_choose(location: str, text: str) -> bool:
    """Whether `text` could name an operation there; in a header (`SOAPAction`) it may be a uri or hold a version."""
    if location == "header":
        return len(text) <= _MAX_HEADER and ".." not in text and _IDENTIFIER.match(text) is not None
    return is_short(text)


def find_choices(requests: Sequence[Sent]) -> list[Choice | None]:
    """The field that chooses the operation, for each request; None if there is none. Order does not matter."""
    groups: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for sent in requests:
        groups[sent.group].append(sent)
    best = {
        group: found
        for group, members in groups.items()
        if len(members) > 1 and (found := _best_path(members)) is not None
    }
    uses = {path: _uses(path, groups) for path, is_blind in best.values() if is_blind}
    chosen = {
        group: path
        for group, (path, is_blind) in best.items()
        if not (is_blind and _has_other_use(path, group, uses[path], best))
    }
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


def _uses(path: FieldPath, groups: dict[tuple[str, str], list[Sent]]) -> dict[tuple[str, str], list[str]]:
    """The values of a field in each group that sends it."""
    sent = {
        group: [value for one in members if (value := one.look(path)) is not None]
        for group, members in groups.items()
    }
    return {group: values for group, values in sent.items() if values}


def _has_other_use(
    path: FieldPath,
    group: tuple[str, str],
    uses: dict[tuple[str, str], list[str]],
    best: dict[tuple[str, str], tuple[FieldPath, bool]],
) -> bool:
    """Whether requests to other urls use the field as data, as they use ids."""
    own = set(uses.get(group, ()))
    for other, values in uses.items():
        if other == group or best.get(other, ((), False))[0] == path:
            continue
        if len(values) > 1 or (values and values[0] in own):
            return True
    return False


def _best_path(members: list[Sent]) -> tuple[FieldPath, bool] | None:
    """The field that chooses, and whether the names of requests give no evidence for it; None if no field does."""
    read = [(sent.read(), frozenset(_words(sent.title)), sent.fields()) for sent in members]
    counts: Counter[FieldPath] = Counter()
    for values, _, _ in read:
        counts.update(values.keys())
    best: tuple[Any, ...] | None = None
    for path, count in counts.items():
        if count < max(2, _MIN_COVERAGE * len(members)):
            continue
        having = [(values[path], title, fields) for values, title, fields in read if path in values]
        rank = None if _is_data(path) else _rank(path, having, is_everywhere=count == len(members))
        if rank is not None and (best is None or rank < best):
            best = rank
    return (best[-1], best[0]) if best is not None else None


def _rank(
    path: FieldPath, having: list[tuple[str, frozenset[str], frozenset[str]]], *, is_everywhere: bool
) -> tuple[Any, ...] | None:
    """Smaller is better; None if the field at `path` does not choose."""
    distinct = {value for value, _, _ in having}
    if len(distinct) < 2:
        return None
    common = frozenset.intersection(*(frozenset(_words(value)) for value in distinct))
    affinity = sum(_affinity(value, title, common) for value, title, _ in having) / len(having)
    is_named = _names_chooser(path)
    is_blind = affinity < _MIN_AFFINITY and not (is_named and is_everywhere)
    if is_blind:
        shapes = {fields for _, _, fields in having}
        is_chooser = is_everywhere and len(distinct) == len(shapes) == len(having) >= _MIN_BLIND
        if not is_chooser or not all(map(is_short, distinct)):
            return None
    return (is_blind, -round(affinity, 1), not is_named, -len(distinct), len(path), path)


def _names_chooser(path: FieldPath) -> bool:
    words = words_of(path[-1])
    return path[-1].lower() in _CHOOSING or not _CHOOSING.isdisjoint(words)


def _is_data(path: FieldPath) -> bool:
    """Whether the name of a field says that it holds data; `operationName` and `actionId` do not."""
    if path[0] == "header":
        return False
    words = words_of(path[-1])
    return bool(words) and (words[-1] in _DATA or path[-1].lower() in _DATA) and not _names_chooser(path)


def _affinity(value: str, title: frozenset[str], common: frozenset[str] = frozenset()) -> float:
    """Share of the value's words, but those that are `common` to all values, that the title holds too.

    A value with no other words must be in the title whole.
    """
    words = _words(value)
    telling = [word for word in words if word not in common]
    if not telling:
        return float(bool(words) and all(_is_in(word, title) for word in words))
    return sum(_is_in(word, title) for word in telling) / len(telling)


def _is_in(word: str, title: frozenset[str]) -> bool:
    if word in title:
        return True
    if len(word) < _ABBREVIATION:
        return False
    return any(len(one) >= _ABBREVIATION and (one.startswith(word) or word.startswith(one)) for one in title)


@lru_cache(maxsize=8_192)
def _words(text: str) -> tuple[str, ...]:
    return tuple(map(_stem, words_of(text)))


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    """Good enough to match `payments` with `payment` and `creating` with `create`."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "es", "ed", "al", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
