"""A text as a source of values: which words, numbers, dates, durations and codes it says.

Words are compared by their stems: plurals, endings and small words do not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

from shared.identifiers import plain, readings
from shared.plan.grounding.codes import names_of
from shared.plan.grounding.dates import SaidDates
from shared.plan.grounding.numbers import SaidNumbers

_ISO = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})(?:[T ](?P<time>\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?")
_PERIOD = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MONTH = re.compile(r"\d{4}-\d{2}")
_NUMBER = re.compile(r"[-+]?\d[\d.,']*")
_DIGIT = re.compile(r"\d")
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_FIRST_IDEOGRAPH = 0x2E80
_SHORT = 3
STOPWORDS = frozenset(
    "a an the and or but if then so as at by for from in into of off on onto out over per than that this these those "
    "to too up via with without within is are was were be been being am do does did done has have had having can could "
    "may might must shall should will would it its they them their there here he him his she her we us our you your i "
    "me my who whom which what when where why how not no nor any all some each every both either such only own same "
    "very just also please thanks thank about after again against before below between during further more most other "
    "once under until while because get got let make made new via etc ok hello hi dear regards".split()
)


@dataclass(eq=False)
class Said:
    """What a text says; everything is worked out when it is first asked for.

    Attributes:
        text: the task, or assumptions.
        base: another text whose full dates count as a day to reckon from.
    """

    text: str
    base: str = ""

    @cached_property
    def _spoken(self) -> str:
        return f" {' '.join(readings(self.text)[0])} "

    @cached_property
    def _stemmed(self) -> str:
        return f" {' '.join(map(stem, readings(self.text)[0]))} "

    @cached_property
    def _plain(self) -> str:
        return plain(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words, `camelCase` words taken apart."""
        return frozenset(stem(word) for reading in readings(self.text) for word in reading)

    @cached_property
    def numbers(self) -> SaidNumbers:
        """Every number, in digits or words."""
        return SaidNumbers(self.text)

    @cached_property
    def dates(self) -> SaidDates:
        """Every date and time."""
        return SaidDates(self.text, self.numbers.durations, self.base)

    def has(self, value: str) -> bool:
        """Whether the words of `value` stand together in the text, whatever the case, quotes and punctuation."""
        words = readings(value)[0]
        if not words:
            return value.strip() in self.text
        if f" {' '.join(words)} " in self._spoken:
            return True
        if any(ord(ch) >= _FIRST_IDEOGRAPH for ch in value):  # written without spaces between words
            return "".join(plain(value).split()) in "".join(self._plain.split())
        return f" {' '.join(map(stem, words))} " in self._stemmed

    def has_all(self, value: str) -> bool:
        """Whether every word of `value` is in the text, in any order (`contracts-expired`: "expired contracts")."""
        words = [
            word
            for word in readings(value)[1]
            if word not in ("of", "the", "a", "and", "for", "in", "http", "https", "www")
        ]
        return bool(words) and all(stem(word) in self.stems for word in words)

    def share(self, value: str) -> float:
        """The share of the content words of `value` that the text has; 1.0 if it has no content words."""
        words = [
            word for word in readings(value)[1] if word not in STOPWORDS and (len(word) > 1 or word.isdigit())
        ]
        if not words:
            return 1.0
        return sum(stem(word) in self.stems for word in words) / len(words)

    def says(self, value: str) -> bool:
        """Whether the text has the words of `value`, or names the country, language or currency it is a code of."""
        return self.has(value) or (bool(_CODE.fullmatch(value)) and any(map(self._has_name, names_of(value))))

    def _has_name(self, name: str) -> bool:
        if name in ("€", "$", "£"):
            return name in self._plain
        return f" {name} " in self._spoken or f" {name}s " in self._spoken


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word without its ending: `sharing`, `shared` and `shares` are `shar`; numbers stay."""
    if len(word) <= _SHORT or not word.isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT:
            word = word[: -len(ending)] + instead
            break
    if len(word) > _SHORT and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word.rstrip("e") if len(word) > _SHORT else word


_ENDINGS = (
    ("ications", "y"), ("ication", "y"), ("ations", ""), ("ation", ""), ("ingly", ""), ("ings", ""), ("ing", ""),
    ("ies", "y"), ("ied", "y"), ("ily", "y"), ("edly", ""), ("ers", ""), ("ed", ""), ("er", ""), ("es", ""), ("ly", ""),
    ("s", ""),
)  # fmt: skip


def is_said(text: str, task: Said, assumptions: Said) -> bool | None:
    """Whether the task says a text: its words, what it is a code of, or the date, time, duration or number that it is.

    None for a text that the task does not say and that is none of these.
    """
    if task.says(text):
        return True
    return _says_form(text, task, assumptions) if _DIGIT.search(text) else None


def _says_form(text: str, task: Said, assumptions: Said) -> bool | None:
    stamp = _stamp(text)
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


def _stamp(text: str) -> tuple[datetime, bool] | None:
    """The moment of an ISO date or date-time and whether it has a time; None for any other text."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    try:
        day = date.fromisoformat(match["date"])
        hour, minute = map(int, (match["time"] or "00:00").split(":"))
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC), match["time"] is not None
    except ValueError:
        return None
