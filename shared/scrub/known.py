"""Replaces credentials that are known from one place of a document everywhere else in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import quote

import orjson
from ahocorasick_rs import AhoCorasick

from shared.scrub.members import SURE, items, members
from shared.scrub.names import NameKind, name_kind
from shared.scrub.plain import lowered, well_formed
from shared.scrub.stand_ins import PLACEHOLDER, is_stand_in
from shared.scrub.text import scrub_value

# A shorter value may be a word like any other.
_SHORTEST = 8
_MOST = 2_000
_MAX_DEPTH = 100
_SCHEMES = ("bearer", "basic", "token", "apikey")


class KnownSecrets:
    """The names and values of credentials of one document.

    `left_out` is the number of those over the limit, which are not looked for.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        values: Iterable[str] = (),
        pairs: Iterable[tuple[str, str]] = (),
    ) -> None:
        """`pairs` are names and values that are credentials only together."""
        self.pairs = frozenset(islice(pairs, _MOST))
        said = {name.strip().lower() for name in names}
        new = sorted(name for name in said if name and name_kind(name) is not NameKind.SECRET)
        self.names = frozenset(new[:_MOST])
        known = {form for value in values for form in _forms(value) if _is_own(form)}
        self.values = frozenset(sorted(known)[:_MOST])
        self.left_out = max(0, len(new) - _MOST) + max(0, len(known) - _MOST)
        self._of_names = _assigned(self.names)
        # Trying thousands of words at each place of a text takes long, finding none of them does not.
        self._finder = AhoCorasick(sorted(self.values)) if self.values else None
        self._of_values = _alternatives(self.values)
        said = {*self.names, *(word for word in self.values), *(value for _, value in self.pairs)}
        hints = {
            form
            for word in said
            if word
            for form in (lowered(word), lowered(orjson.dumps(word).decode()[1:-1]))
        }
        self._hints = AhoCorasick(sorted(hints)) if hints else None

    def __bool__(self) -> bool:
        return bool(self.names or self.values or self.pairs)

    def names_one(self, name: str, location: str) -> bool:
        """Whether an argument of this name is a credential; names like `key` count in queries and headers only."""
        if name.strip().lower() not in self.names:
            return False
        return location in ("query", "header") or name_kind(name) is NameKind.PLAIN

    def text(self, text: str) -> str:
        """`text` without the known values and without what is assigned to the names."""
        if self._finder is not None and self._finder.find_matches_as_indexes(well_formed(text)):
            text = self._of_values.sub(PLACEHOLDER, text)
        return self._of_names.sub(_without_value, text) if self._of_names is not None else text

    def everywhere(self, value: Any) -> Any:
        """`value` (plain JSON) without the known values in its texts and keys."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.everywhere(key): self.everywhere(item) for key, item in value.items()}
        return [self.everywhere(item) for item in value] if isinstance(value, list | tuple) else value

    def concerns(self, encoded: str) -> bool:
        """Whether a value, given as JSON text, may contain any of them."""
        return self._hints is not None and bool(self._hints.find_matches_as_indexes(lowered(encoded)))

    def value(self, value: Any, name: str, location: str, depth: int = _MAX_DEPTH) -> Any:
        """The value (plain JSON) of an argument without them; `value` itself if it contains none."""
        if self.names_one(name, location):
            return scrub_value(value, name=SURE, location=location)
        if isinstance(value, str):
            return PLACEHOLDER if (name, value) in self.pairs else self.text(value)
        if isinstance(value, list) and depth > 0:
            kept = [
                self._object(item, depth - 1, row)
                if isinstance(item, dict) and depth > 1
                else self.value(item, called, "", depth - 1)
                for row, item, called, _ in items(value, "", "")
            ]
            return kept if kept != value else value
        return self._object(value, depth) if isinstance(value, dict) and depth > 0 else value

    def _object(self, value: dict[Any, Any], depth: int, described: str | None = None) -> dict[Any, Any]:
        kept = {
            self.text(key) if isinstance(key, str) else key: self.value(item, called, "", depth - 1)
            for key, item, called, _ in members(value, "", "", described)
        }
        return kept if kept != value else value


def _is_own(value: str) -> bool:
    return len(value) >= _SHORTEST and not is_stand_in(value) and "{{" not in value


def _forms(value: str) -> Iterator[str]:
    """A value as it is, without its authentication scheme, and percent-encoded."""
    value = value.strip()
    scheme, _, rest = value.partition(" ")
    bare = rest.strip() if scheme.lower() in _SCHEMES else value
    yield from (value, bare, quote(bare, safe=""))


def _alternatives(words: frozenset[str]) -> re.Pattern[str]:
    listed = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(rf"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-F]{{2}}))(?:{listed})(?![A-Za-z0-9])")


@lru_cache(maxsize=64)
def _assigned(names: frozenset[str]) -> re.Pattern[str] | None:
    listed = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    pattern = (
        rf"(?i)(?P<before>(?<![\w-])(?:{listed})[\"'`]{{0,2}}\s{{0,3}}(?P<mid>[:=])\s{{0,3}}[\"'`]?)"
        r"(?P<value>[^\s\"'`,;&<>(){}\[\]]{6,400})"
    )
    return re.compile(pattern) if names else None


def _without_value(match: re.Match[str]) -> str:
    value = match["value"]
    is_plain = not any(ch.isdigit() for ch in value)
    if is_stand_in(value) or value.startswith(("$", "//")) or (is_plain and match["mid"] == ":"):
        return match.group()
    return f"{match['before']}{PLACEHOLDER}"
