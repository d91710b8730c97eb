"""Whether a text says a date or time: in any usual writing, as the edge of a period, or relative to a said one."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from shared.plan.grounding.numbers import Duration

_MONTHS = tuple(name.lower() for name in calendar.month_name)
_DAYS = tuple(name.lower() for name in calendar.day_name)
_SAID_ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_MONTH_NAMES = "|".join(f"{name}|{name[:3]}" for name in _MONTHS[1:]) + "|sept"
_SAID_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH_NAMES})\b\.?,?(?:\s+(\d{{4}}))?", re.IGNORECASE
)
_SAID_MONTH_DAY = re.compile(
    rf"\b({_MONTH_NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}}))?", re.IGNORECASE
)
_RELATIVE_DAYS = {"tomorrow": 1, "yesterday": -1, "today": 0, "tonight": 0, "overmorrow": 2, "now": 0}
_ZONE = re.compile(
    r"\b(?:UTC|GMT|C?EST|CET|EDT|[PCM][SD]T|BST|IST|JST|AE[SD]T|\w+ time|time ?zone|[A-Z]\w+/[A-Z]\w+)\b",
    re.IGNORECASE,
)
_ZONE_HOURS = range(-12, 15)
_DAY_EDGES = ("00:00", "23:59")
_WEEK = 14
_ORDINAL_WORDS = dict(
    zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third "
        "twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth "
        "thirty-first".split(),
        range(1, 32),
        strict=True,
    )
)
_ORDINAL = re.compile(
    "|".join(sorted((rf"\b{word}\b" for word in _ORDINAL_WORDS), key=len, reverse=True)), re.IGNORECASE
)


class SaidDates:
    """The dates and times of a text; `base` may add a day that is today, from an assumption."""

    def __init__(self, text: str, durations: list[Duration], base: str = "") -> None:
        self._text = _ORDINAL.sub(lambda match: str(_ORDINAL_WORDS[match[0].lower()]), text)
        self._lower = self._text.lower()
        self._durations = durations
        self._bases = sorted({*_full_dates(self._text), *_full_dates(base)})

    def says(self, stamp: datetime, *, timed: bool) -> bool:
        """Whether a date (and, if `timed`, its time of day) is said, in whatever time zone the text speaks of."""
        if self._says_plain(stamp, timed=timed):
            return True
        moves = [timedelta(seconds=d.seconds) for d in self._durations if 0 < d.seconds < 10**9]
        if timed and any(self._says_plain(stamp - move, timed=True) for move in moves):
            return True
        if not timed or not _ZONE.search(self._text):
            return False
        return any(
            self._says_plain(stamp + timedelta(hours=shift), timed=True) for shift in _ZONE_HOURS if shift
        )

    def _says_plain(self, stamp: datetime, *, timed: bool) -> bool:
        if not timed:
            return self.says_day(stamp.date())
        clock = f"{stamp:%H:%M}"
        if clock in _DAY_EDGES:
            return any(self.says_day(stamp.date() + timedelta(days=shift)) for shift in (0, -1))
        return self.says_day(stamp.date()) and self.says_time(stamp.hour, stamp.minute)

    def says_day(self, day: date) -> bool:
        """Whether a day is said: written out, as the edge of a month, quarter or year, or relative to a said one."""
        return self._is_written(day) or self._is_edge(day) or self._is_relative(day)

    def says_time(self, hour: int, minute: int) -> bool:
        """Whether a time of day is said: `18:05`, `6.05 pm`, `at 6`, `noon`, `half past five`, `quarter to six`."""
        return any(re.search(pattern, self._lower) for pattern in _time_patterns(hour, minute))

    def _is_written(self, day: date) -> bool:
        return any(re.search(pattern, self._lower) for pattern in _day_patterns(day))

    def _is_edge(self, day: date) -> bool:
        for each in (day, day - timedelta(days=1), day + timedelta(days=1)):
            last = calendar.monthrange(each.year, each.month)[1]
            if each.day not in (1, last):
                continue
            name = _MONTHS[each.month]
            month = (
                rf"\b(?:{name}|{name[:3]})\b(?!\s+\d{{1,2}}\b)|\b{each.year}[-/]{each.month:02d}\b(?![-/]\d)"
            )
            quarter = (each.month - 1) // 3 + 1
            if re.search(month, self._lower) or re.search(
                rf"\bq{quarter}\b|\b{quarter}\w* quarter\b", self._lower
            ):
                return True
            if (each.month, each.day) in ((1, 1), (12, 31)) and re.search(rf"\b{each.year}\b", self._lower):
                return True
        return False

    def _is_relative(self, day: date) -> bool:
        for base in self._bases:
            away = (day - base).days
            spoken = [
                shift for word, shift in _RELATIVE_DAYS.items() if re.search(rf"\b{word}\b", self._lower)
            ]
            if away in spoken or any(
                abs(abs(away) - round(d.seconds / 86_400))
                <= (1 if d.unit in ("month", "quarter", "year") else 0)
                for d in self._durations
                if d.seconds >= 86_400
            ):
                return True
            if abs(away) <= _WEEK and re.search(rf"\b{_DAYS[day.weekday()]}\b", self._lower):
                return True
        return False


def _full_dates(text: str) -> Iterator[date]:
    """Every date of a text that has day, month and year."""
    for year, month, day in _SAID_ISO.findall(text):
        yield from _made(year, month, day)
    for day, month, year in _SAID_DAY_MONTH.findall(text):
        if year:
            yield from _made(year, _month(month), day)
    for month, day, year in _SAID_MONTH_DAY.findall(text):
        if year:
            yield from _made(year, _month(month), day)


def _month(name: str) -> int:
    return next(number for number, full in enumerate(_MONTHS) if full and full.startswith(name.lower()[:3]))


def _made(year: str | int, month: str | int, day: str | int) -> Iterator[date]:
    try:
        yield date(int(year), int(month), int(day))
    except ValueError:
        return


@lru_cache(maxsize=2048)
def _day_patterns(day: date) -> tuple[str, ...]:
    """How a day is written, the year left out or right."""
    d, m, year = day.day, day.month, day.year
    name = _MONTHS[m]
    month = rf"(?:{name}|{name[:3]}{'|sept' if m == 9 else ''})\b\.?"
    nth = r"(?:st|nd|rd|th)?"
    others = rf"(?:\s*(?:to|until|till|through|and|or|,|-|\u2013)\s*(?:the\s+)?\d{{1,2}}{nth})*"
    ahead = rf"(?:\d{{1,2}}{nth}\s*(?:to|until|till|through|and|or|,|-|\u2013)\s*(?:the\s+)?)*"
    other_year = rf"(?!,?\s+(?!{year})(?:19|20)\d\d\b)"
    return (
        rf"\b{year}[-/.]0?{m}[-/.]0?{d}(?!\d)",
        rf"\b0?{d}[-/.]0?{m}[-/.](?:{year}|{year % 100:02d})\b",
        rf"\b0?{m}[-/.]0?{d}[-/.](?:{year}|{year % 100:02d})\b",
        rf"(?<![\d.:]){d:02d}\.{m:02d}\.(?!\d)",
        rf"(?<![\d:]){d}{nth}{others}\s+(?:of\s+)?{month}{other_year}",
        rf"\b{month}\s+(?:the\s+)?{ahead}{d}{nth}\b{other_year}",
        rf"\b{year}{m:02d}{d:02d}\b",
    )


@lru_cache(maxsize=2048)
def _time_patterns(hour: int, minute: int) -> tuple[str, ...]:
    half, other = ("am", "pm") if hour < 12 else ("pm", "am")
    not_other = rf"(?!\s*{other[0]}\.?\s?m\b)"
    twelve = hour % 12 or 12
    later = (hour + 1) % 12 or 12
    found = [
        rf"(?<!\d)0?{hour}[:.h]{minute:02d}(?!\d){not_other}",
        rf"(?<![\d:.])0?{twelve}(?:[:.]{minute:02d}){'?' if minute == 0 else ''}\s*{half[0]}\.?\s?m\b",
        rf"t{hour:02d}:{minute:02d}",
        rf"\b{hour:02d}{minute:02d}\s*(?:h|hrs|hours|utc|z)\b",
    ]
    named = {0: twelve, 30: twelve, 15: twelve, 45: later}
    spoken = "zero one two three four five six seven eight nine ten eleven twelve".split()
    if minute == 0:
        number = rf"(?:{hour}|{twelve}|{spoken[twelve]})"
        found += [
            rf"\b(?:at|by|until|till|before|after|from|to|around)\s+{number}\b(?![:.]\d){not_other}",
            rf"\b{number} o'?clock\b",
        ]
        found += {0: [r"\bmidnight\b"], 12: [r"\bnoon\b", r"\bmidday\b"]}.get(hour, [])
    elif minute in named:
        words = {30: "half past", 15: "quarter past", 45: "quarter to"}[minute]
        found.append(rf"\b{words}\s+(?:{named[minute]}|{spoken[named[minute]]})\b")
    return tuple(found)
