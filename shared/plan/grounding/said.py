"""A text as a source of values: which words, numbers, dates and codes it says."""

from __future__ import annotations

from functools import cached_property

from shared.plan.grounding.codes import says_code
from shared.plan.grounding.dates import SaidDates
from shared.plan.grounding.numbers import SaidNumbers
from shared.plan.grounding.words import content, is_ideographic, parts, plain, stem, tokens


class Said:
    """What a text says; everything beyond its words is worked out when it is first asked for.

    Args:
        text: the task, or assumptions.
        base: another text whose full dates count as a day to reckon from.
    """

    def __init__(self, text: str, base: str = "") -> None:
        self.text = text
        self._base = base

    @cached_property
    def _spoken(self) -> str:
        return f" {' '.join(tokens(self.text))} "

    @cached_property
    def _stemmed(self) -> str:
        return f" {' '.join(map(stem, tokens(self.text)))} "

    @cached_property
    def _squashed(self) -> str:
        return "".join(plain(self.text).split())

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words, `camelCase` words taken apart."""
        return frozenset(map(stem, (*tokens(self.text), *parts(self.text))))

    @cached_property
    def numbers(self) -> SaidNumbers:
        """Every number, in digits or words."""
        return SaidNumbers(self.text)

    @cached_property
    def dates(self) -> SaidDates:
        """Every date and time."""
        return SaidDates(self.text, self.numbers.durations, self._base)

    def has(self, value: str) -> bool:
        """Whether the words of `value` stand together in the text, whatever the case, quotes and punctuation."""
        words = tokens(value)
        if not words:
            return value.strip() in self.text
        if f" {' '.join(words)} " in self._spoken:
            return True
        if is_ideographic(value):
            return "".join(plain(value).split()) in self._squashed
        return f" {' '.join(map(stem, words))} " in self._stemmed

    def has_all(self, value: str) -> bool:
        """Whether every word of `value` is in the text, in any order (`contracts-expired`: "expired contracts")."""
        words = [
            word
            for word in parts(value)
            if word not in ("of", "the", "a", "and", "for", "in", "http", "https", "www")
        ]
        return bool(words) and all(stem(word) in self.stems for word in words)

    def share(self, value: str) -> float:
        """The share of the content words of `value` that the text has; 1.0 if it has no content words."""
        words = content(value)
        if not words:
            return 1.0
        return sum(stem(word) in self.stems for word in words) / len(words)

    def has_code_of(self, value: str) -> bool:
        """Whether the text names what `value` is a code of."""
        return says_code(value, self.text)
