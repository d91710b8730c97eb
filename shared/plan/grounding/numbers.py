"""Which numbers a text says: digits, words, shares, ranges, and amounts of a unit in its smaller and larger units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)
)
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_ORDINALS = dict(
    zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        range(1, 21),
        strict=True,
    )
) | {"thirtieth": 30}
_OTHERS: dict[str, tuple[float, ...]] = {
    "a": (1,), "an": (1,), "single": (1,), "once": (1,), "only": (1,), "just": (1,), "sole": (1,), "next": (1,),
    "both": (2,), "twice": (2,), "pair": (2,), "couple": (2,), "double": (2,), "either": (2,), "thrice": (3,),
    "triple": (3,), "dozen": (12,), "score": (20,), "half": (0.5,), "quarter": (0.25, 4), "nil": (0,), "none": (0,),
    "no": (0,), "never": (0,), "without": (0,), "fifty-fifty": (50,), "fortnight": (14,), "last": (-1,),
}  # fmt: skip
_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_])[-+]?\d+(?:[.,'\u2009\u00a0 ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?"
)
_SPOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*", re.IGNORECASE)
_RANGE = re.compile(
    r"(?<![\w.])(\d{1,9})\s*(?:to|through|until|till|up to|bis|[-\u2013\u2014])\s*(\d{1,9})(?![\w.])"
)
_MULTIPLE = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000, "thousand": 1_000,
             "million": 1_000_000, "billion": 1_000_000_000, "grand": 1_000, "hundred": 100, "dozen": 12}  # fmt: skip
_MONEY = frozenset(
    "eur euro euros usd dollar dollars gbp pound pounds chf franc francs sek nok dkk kr cad aud".split()
)
_LONGEST_RANGE = 60
_ID_DIGITS = 3
_SECOND = {"ms": 0.001, "msec": 0.001, "millisecond": 0.001, "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60,
           "minute": 60, "h": 3600, "hr": 3600, "hour": 3600, "d": 86_400, "day": 86_400, "night": 86_400,
           "w": 604_800, "week": 604_800, "fortnight": 1_209_600, "month": 2_592_000, "quarter": 7_776_000,
           "year": 31_536_000, "yr": 31_536_000}  # fmt: skip
_OTHER_UNITS = (
    {"b": 1, "byte": 1, "kb": 1_000, "kib": 1_024, "mb": 1_000_000, "mib": 1_048_576, "gb": 1_000_000_000,
     "gib": 1_073_741_824, "tb": 1_000_000_000_000, "megabyte": 1_000_000, "gigabyte": 1_000_000_000,
     "kilobyte": 1_000},
    {"b": 1, "byte": 1, "kb": 1_024, "mb": 1_048_576, "gb": 1_073_741_824, "tb": 1_099_511_627_776,
     "megabyte": 1_048_576, "gigabyte": 1_073_741_824, "kilobyte": 1_024},
    {"mm": 0.001, "cm": 0.01, "centimetre": 0.01, "m": 1, "metre": 1, "meter": 1, "km": 1_000, "kilometre": 1_000,
     "kilometer": 1_000, "mile": 1_609.344},
    {"mg": 0.001, "g": 1, "gram": 1, "kg": 1_000, "kilo": 1_000, "kilogram": 1_000, "t": 1_000_000, "tonne": 1_000_000,
     "ton": 1_000_000},
)  # fmt: skip
_CALENDAR = {"month": (28, 29, 30, 31), "quarter": (90, 91, 92, 3), "year": (365, 366, 12), "week": (7, 5)}
_TURNS = frozenset("minute hour day week fortnight month quarter year".split())
_LONGEST_COMPOUND = 12


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time that a text says: the number and the singular of its unit (`minute`, `day`)."""

    number: float
    unit: str

    @property
    def seconds(self) -> float:
        """How long it is; a month counts 30 days, a year 365."""
        return self.number * _SECOND[self.unit]


class SaidNumbers:
    """The numbers of a text; `in` asks whether it says one."""

    def __init__(self, text: str) -> None:
        self._values: set[float] = set()
        self.durations: list[Duration] = []
        said = list(_said(text))
        for value, end in said:
            self._values.add(value)
            self._add_in_units(value, text[end : end + 24].lower())
        for low, high in _RANGE.findall(text):
            if 0 <= int(high) - int(low) <= _LONGEST_RANGE:
                self._values.update(range(int(low), int(high) + 1))

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int | float):
            return False
        return number in self._values or any(
            abs(number - value) <= 1e-6 * abs(value) for value in self._values
        )

    def _add_in_units(self, value: float, after: str) -> None:
        word = re.match(
            r"[\s-]*(?:(?:of|an?|full|whole|calendar|working|business|more)\s+)?([a-z%\u20ac$\u00a3]+)", after
        )
        unit = word[1] if word else ""
        if unit in ("%", "percent", "pct", "per"):
            self._values.add(value / 100)
        if unit in _MULTIPLE:
            self._values.add(value * _MULTIPLE[unit])
        if unit in _MONEY or value != int(value):
            self._values.add(round(value * 100, 6))
        singular = unit if unit in _SECOND else unit.removesuffix("s")
        if singular in _SECOND:
            self.durations.append(Duration(value, singular))
            self._values.update(value * _SECOND[singular] / other for other in set(_SECOND.values()))
        for days in _CALENDAR.get(singular, ()):
            self._values.add(value * days)
        for table in _OTHER_UNITS:
            if singular in table:
                self._values.update(value * table[singular] / other for other in set(table.values()))


def _said(text: str) -> Iterator[tuple[float, int]]:
    """(number, where it ends) in digits and in words."""
    for match in _DIGITS.finditer(text):
        if _is_inside_id(text, match):
            continue
        yield from ((value, match.end()) for value in readings(match[0]))
    yield from _in_words(text)


def _is_inside_id(text: str, match: re.Match[str]) -> bool:
    """Whether few digits are part of an identifier: `app-05`, `th3b`; `Q3`, `v2` and long numbers are said."""
    if len(match[0]) >= _ID_DIGITS:
        return False
    before = re.search(r"[A-Za-z0-9_.-]*$", text[max(0, match.start() - 40) : match.start()])
    head = before[0] if before else ""
    letters = sum(ch.isalpha() for ch in head)
    return letters > 1 or (letters == 1 and any(ch.isdigit() for ch in head))


def readings(digits: str) -> set[float]:
    """What a number in digits may mean: `1,250` is 1250 or 1.25."""
    found: set[float] = set()
    bare = re.sub(r"['\u2009\u00a0 ]", "", digits)
    for form in (
        bare,
        bare.replace(",", ""),
        bare.replace(".", "").replace(",", "."),
        bare.replace(",", "."),
    ):
        try:
            found.add(float(form))
        except ValueError:
            continue
    return found


def _in_words(text: str) -> Iterator[tuple[float, int]]:
    """Numbers in words, compounds such as `twenty-five` and `two hundred and ten` as one."""
    words = [
        (word, match.start(), match.end())
        for match in _SPOKEN.finditer(text)
        for word in match[0].lower().split("-")
    ]
    position = 0
    while position < len(words):
        word, start, end = words[position]
        value, used = _compound([other for other, _, _ in words[position : position + _LONGEST_COMPOUND]])
        if used:
            position += used
            yield value, words[position - 1][2]
            continue
        position += 1
        yield from ((float(other), end) for other in _OTHERS.get(word, ()))
        if word in _ORDINALS:
            yield _ORDINALS[word], end
        elif word in _TURNS:  # "an hour", "the week": one of them, read right before the word
            yield 1.0, start


def _compound(words: list[str]) -> tuple[float, int]:
    """The number that the first words make together, and how many of them; (0, 0) if they make none."""
    total = current = 0.0
    used = 0
    for place, word in enumerate(words):
        if word in _SCALES and (used or word != "hundred"):
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, current = total + current, 0.0
        elif word in _UNITS or word in _TENS or (used and word in _ORDINALS):
            value = _UNITS.get(word, _TENS.get(word, _ORDINALS.get(word, 0)))
            if used and not _continues(current, value):
                break
            current += value
        elif word == "and" and used and place + 1 < len(words) and current % 100 == 0:
            continue
        else:
            break
        used = place + 1
    return total + current, used


def _continues(current: float, value: float) -> bool:
    """Whether `value` may follow what is read of a number: `twenty five`, `two hundred ten`, not `two three`."""
    below = current % 100
    return below == 0 or (below >= 20 and below % 10 == 0 and value < 10)
