"""Rules that look for credentials in a text, each tried only where a hint stands without which it finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from shared.scrub.looks import may_be_made_up
from shared.scrub.plain import lowered
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in

type Scrub = Callable[[str], str]
"""A text without the credentials that one rule finds in it."""

# White space of ASCII, which hints have a space for.
_SPACES = "\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f"
_WINDOW = 65_536


class Rule(NamedTuple):
    """A function that removes one kind of credential, and its hints: every text that it changes has at least one.

    Hints are in lower case; their spaces match any white space and the start of a text.
    """

    hints: tuple[str, ...]
    scrub: Scrub


class Rules:
    """Rules in the order in which they apply; the hints of all of them are found in one pass."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._scrubs = [rule.scrub for rule in rules]
        self._rule_of = [number for number, rule in enumerate(rules) for _ in rule.hints]
        hints = [hint for rule in rules for hint in rule.hints]
        self._longest = max(map(len, hints))
        self._finder = AhoCorasick(hints, implementation=Implementation.DFA)

    def scrubbed(self, text: str) -> str:
        """`text` without what any of the rules finds."""
        folded = f" {lowered(text)}"
        if not folded.isascii():
            folded = re.sub(r"\s", " ", folded)
        for space in _SPACES:
            folded = folded.replace(space, " ")
        for rule in sorted(self._with_hints(folded)):
            text = self._scrubs[rule](text)
        return text

    def _with_hints(self, folded: str) -> set[int]:
        found: set[int] = set()
        for start in range(
            0, len(folded), _WINDOW
        ):  # each hit is an object, and a text may be one hint repeated
            part = folded[start : start + _WINDOW + self._longest]
            hits = self._finder.find_matches_as_indexes(part, overlapping=True)
            found.update([self._rule_of[hint] for hint, _, _ in hits])
        return found


def replacing(pattern: re.Pattern[str], scrub: Callable[[re.Match[str]], str]) -> Scrub:
    """A function that replaces each match of a pattern by what `scrub` returns for it."""
    return partial(pattern.sub, scrub)


def replacing_made_up(pattern: re.Pattern[str], scrub: Callable[[re.Match[str]], str]) -> Scrub:
    """The same for a pattern that looks for made-up passwords; it is not tried on texts without such a word."""
    return lambda text: pattern.sub(scrub, text) if may_be_made_up(text) else text


def without_value(match: re.Match[str]) -> str:
    """The `start` of a match with the placeholder instead of its `value`; the whole match if that is a stand-in."""
    return match.group() if is_stand_in(match["value"]) else f"{match['start']}{PLACEHOLDER}"
