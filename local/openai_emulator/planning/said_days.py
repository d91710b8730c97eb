"""How a person says a day or a moment."""

from __future__ import annotations

import re
from datetime import datetime

from local.openai_emulator.planning import words
from local.openai_emulator.planning.language import spelt

STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::\d\d)?Z?)?")
_STARTS = frozenset("start from since after begin earliest".split())
_ENDS = frozenset("end to until before latest".split())
_DONE = ("ed", "due", "sent", "paid", "sold", "born", "made")
_OF_TIME = frozenset("date time at on day".split())


def day_said(spoken: tuple[str, ...], stamp: re.Match[str], noun: str) -> str:
    """A phrase for the day of a parameter whose name has these words; `noun` is what the call is about."""
    said = day(stamp)
    if _STARTS & set(spoken):
        return f"from {said}"
    if _ENDS & set(spoken):
        return f"until {said}"
    what = spelt([word for word in spoken if word not in _OF_TIME])
    if what.startswith("of "):
        return f"with the {spelt(spoken)} {said}"  # `date of birth`
    if spoken[-1:] in (("on",), ("at",)) and what.endswith(_DONE):
        return f"{what} on {said}"  # `published_on`
    if what and what in noun:
        return f"for {said}"
    return f"with the {what} on {said}" if what and not what.endswith("s") else f"on {said}"


def day(stamp: re.Match[str]) -> str:
    """`14 May 2027`, at times in figures, and the same day always in the same way."""
    found = datetime.strptime(stamp[1], "%Y-%m-%d")  # noqa: DTZ007 - a calendar day
    in_words = f"{found.day} {words.MONTHS[found.month - 1]} {found.year}"
    said = stamp[1] if found.toordinal() % 5 == 0 else in_words
    return f"{said}, {stamp[2]} UTC" if stamp[2] else said
