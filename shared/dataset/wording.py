"""What a task says, cut into comparable pieces: normalised words, the values of its plan told apart."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts without spaces: each character is a word."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Soft hyphens, joiners and marks of direction: nobody sees them, and they would cut words."""
_WORD = re.compile(r"\w+(?:[.@:/'-]\w+)*")
"""An e-mail address, a date or an order number is one word."""
_VALUE = re.compile(r"[\d@]")
_MARK = "="
"""Starts a value in the packed form; no word holds it."""
_ANY_VALUE = "#"
"""Stands for every value where values do not count; no word is equal to it."""
_MAX_VALUE = 200
"""Characters of an argument up to which its words count as values; longer ones are texts."""


@dataclass(frozen=True)
class Wording:
    """A task as words; `masked` has one sign in the place of each value."""

    words: Sequence[str]
    masked: Sequence[str]

    @classmethod
    def of(cls, task: str, plan: Mapping[str, Any]) -> Wording:
        """The wording of `task`: a word is a value if it holds a digit or `@`, or is one of `plan`'s literals."""
        literals = [text for step in plan["steps"] for text in _literals(step["arguments"])]
        values = frozenset(words("\n".join(literals)))
        told = words(task)
        return cls(told, [_ANY_VALUE if word in values or _is_value(word) else word for word in told])

    @classmethod
    def unpack(cls, packed: str) -> Wording:
        """The wording that `pack` wrote."""
        masked = [_ANY_VALUE if word[0] == _MARK else word for word in packed.split()]
        return cls(packed.replace(_MARK, "").split(), masked)

    def pack(self) -> str:
        """One line of text that holds everything."""
        pairs = zip(self.words, self.masked, strict=True)
        return " ".join([word if word == masked else _MARK + word for word, masked in pairs])

    @functools.cached_property
    def said(self) -> frozenset[str]:
        """Words and word pairs as the task has them: what two tasks are compared by."""
        return _pieces(self.words)

    @functools.cached_property
    def meant(self) -> frozenset[str]:
        """Words and word pairs with the values masked: equal when only values differ."""
        return _pieces(self.masked)


def said(packed: str) -> frozenset[str]:
    """What a packed wording says."""
    return _pieces(packed.replace(_MARK, "").split())


def words(text: str) -> list[str]:
    """The words of `text`, case-folded and compatibility-normalised, without punctuation."""
    if not text.isascii():
        text = _UNSPACED.sub(r" \g<0> ", _UNSEEN.sub("", unicodedata.normalize("NFKC", text)))
    return _WORD.findall(text.casefold())


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity, 0 to 1; two empty sets are the same."""
    shared = len(one & other)
    union = len(one) + len(other) - shared
    return shared / union if union else 1.0


def _pieces(words: Sequence[str]) -> frozenset[str]:
    return frozenset([*words, *map(" ".join, itertools.pairwise(words))])


def _is_value(word: str) -> bool:
    return not word.isalpha() and _VALUE.search(word) is not None


def _literals(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) <= _MAX_VALUE and "${" not in value:
            yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from _literals(child)
    elif isinstance(value, list):
        for child in value:
            yield from _literals(child)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
