"""A text as a source of values: which words, numbers, dates, durations and codes it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cached_property

from shared.identifiers import parts, plain, tokens
from shared.plan.grounding.codes import says_code
from shared.plan.grounding.dates import SaidDates, read_stamp
from shared.plan.grounding.numbers import SaidNumbers
from shared.plan.grounding.words import content, is_ideographic, stem

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?")
_PERIOD = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MONTH = re.compile(r"\d{4}-\d{2}")
_NUMBER = re.compile(r"[-+]?\d[\d.,']*")


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


def said_form(text: str, task: Said, assumptions: Said) -> bool | None:
    """Whether the task says a date, time, duration or number given as text; None for any other text."""
    stamp = read_stamp(text)
    if stamp is not None:
        based = Said(task.text, assumptions.text)
        return task.dates.says(stamp[0], timed=stamp[1]) or based.dates.says(stamp[0], timed=stamp[1])
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) < 24 and task.dates.says_time(int(clock[1]), int(clock[2]))
    period = _PERIOD.fullmatch(text)
    if period and any(period.groups()):
        return all(float(number) in task.numbers for number in period.groups() if number)
    if _MONTH.fullmatch(text):
        year, month = map(int, text.split("-"))
        return 1 <= month <= 12 and task.dates.says_day(datetime(year, month, 1, tzinfo=UTC).date())
    if _NUMBER.fullmatch(text):
        try:
            return float(text.replace(",", "").replace("'", "")) in task.numbers or text.strip("+") in (
                "1",
                "01",
            )
        except ValueError:
            return False
    return None
