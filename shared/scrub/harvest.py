"""Collects the credentials of a whole document, so that each is found again wherever else it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from shared.scrub.commands import scrub_commands
from shared.scrub.logins import scrub_logins
from shared.scrub.members import items, members
from shared.scrub.names import NameKind, name_kind
from shared.scrub.patterns import looks_opaque
from shared.scrub.stand_ins import PLACEHOLDER, is_pointer, is_stand_in
from shared.scrub.suspects import lowered, names_suspect
from shared.scrub.text import scrub_text

_MAX_DEPTH = 200
_MAX_TEXT = 32 * 1024
_MAX_VALUE = 4_096
# What is shorter holds none that is looked for elsewhere; a text that tells one is as long as its name besides.
_SHORTEST = 8
_WALKED = (str, dict, list)
_SHORTEST_TEXT = 12
_USERINFO = re.compile(r"://[^\s/?#:@\"'<>{}]*:([^\s/?#@\"'<>{}]+)@")
# A password that somebody chose, and no word that a text uses by itself.
_CHOSEN = re.compile(r"(?=.*[^\W\d_])(?=.*[\d!@#$%^&*?+=~])\S{8,}", re.DOTALL)


def secrets_in(value: Any) -> set[str]:
    """The credentials that `value` (JSON) gives names, tells in texts or holds in urls, where each is sure to be one.

    Words that a text may use by itself are left out, although they are credentials where they stand.
    """
    harvest = _Harvest()
    harvest.collect(value, "", _MAX_DEPTH)
    return harvest.found


class _Harvest:
    def __init__(self) -> None:
        self.found: set[str] = set()
        # Documents repeat their texts.
        self._seen: set[str] = set()

    def collect(self, value: Any, name: str, depth: int) -> None:
        if isinstance(value, str):
            self._collect_from_text(value, name)
        elif depth > 0 and isinstance(value, dict | list):
            inside = members(value, name, "") if isinstance(value, dict) else items(value, name, "")
            for key, item, called, _ in inside:
                if type(item) in _WALKED:
                    self.collect(item, called, depth - 1)
                if isinstance(key, str) and len(key) >= _SHORTEST_TEXT:
                    self._search(key)

    def _collect_from_text(self, text: str, name: str) -> None:
        if len(text) < _SHORTEST:
            return
        if name and name_kind(name) is NameKind.SECRET:
            if _is_own(text) and not is_pointer(text, name):
                self.found.add(text)
        elif len(text) >= _SHORTEST_TEXT:
            self._search(text)

    def _search(self, text: str) -> None:
        if text in self._seen or len(text) > _MAX_TEXT:
            return
        self._seen.add(text)
        if "://" in text and "@" in text:
            self.found.update(filter(_is_own, _USERINFO.findall(text)))
        if names_suspect(lowered(text)) or scrub_logins(scrub_commands(text)) != text:
            self.found.update(filter(_is_own, removed(text)))


def removed(text: str) -> Iterator[str]:
    """What scrubbing takes out of a text, where all else stays as it was."""
    kept = scrub_text(text).split(PLACEHOLDER)
    place = 0
    for number, part in enumerate(kept):
        if number == 0:
            if not text.startswith(part):
                return
            place = len(part)
            continue
        start = place
        place = text.find(part, start) if part else len(text)
        if place < 0:
            return
        yield text[start:place]
        place += len(part)


def _is_own(value: str) -> bool:
    """Whether a value can be nothing but a credential: it has digits or signs in it, or looks drawn at random."""
    if len(value) > _MAX_VALUE or is_stand_in(value) or PLACEHOLDER in value:
        return False
    return _CHOSEN.fullmatch(value) is not None or looks_opaque(value, shortest=16, suspect=True)
