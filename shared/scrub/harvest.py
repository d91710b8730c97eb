"""Collects the credentials of a whole document, so that each is found again wherever else it stands."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.scrub.assignments import scrub_assignments
from shared.scrub.columns import secret_cells
from shared.scrub.looks import looks_opaque
from shared.scrub.members import SURE, items, members
from shared.scrub.names import NameKind, name_kind
from shared.scrub.plain import lowered
from shared.scrub.rows import Shape, is_value_key, row_name, shape_of
from shared.scrub.stand_ins import PLACEHOLDER, is_pointer, is_stand_in
from shared.scrub.suspects import names_suspect
from shared.scrub.text import json_inside, scrub_text

_MAX_DEPTH = 200
_MAX_TEXT = 32 * 1024
# Of the JSON in one text, whose values are looked at one by one, as those of the document are.
_MAX_OBJECTS = 4_096
_MAX_VALUE = 4_096
# What is shorter holds none that is looked for elsewhere; a text that tells one is as long as its name besides.
_SHORTEST = 8
_WALKED = (str, dict, list)
_SHORTEST_TEXT = 12
# Keys are names; one that tells a credential besides is longer.
_SHORTEST_KEY = 16
_BASIC = re.compile(r"(?i)(?:basic +)?([A-Za-z0-9+/]{8,400}={0,2})")
_COOKIE = re.compile(r"(?:\A|[;&,] ?)[\w.-]{1,60}=\"?([^;&,\s\"]{8,400})")
_BOUND = re.compile(r"(\w{1,60})\s*:\s*\$(\w{1,60})")
_USERINFO = re.compile(r"://[^\s/?#:@\"'<>{}]*:([^\s/?#@\"'<>{}]+)@")
# A password that somebody chose, and no word that a text uses by itself.
_MAY_BE_OWN = re.compile(r"[\d!@#$%^&*?+=~]")
_CHOSEN = re.compile(r"(?=.*[^\W\d_])(?=.*[\d!@#$%^&*?+=~])\S{8,}", re.DOTALL)


class Harvest:
    """The certain credentials of one document: their `values`, and `pairs` of names and values.

    A password that is an ordinary word is not among `values`, because other texts may use that word.
    """

    def __init__(self, root: Any, names: Iterable[str] = ()) -> None:
        """`names` are further names of credentials, such as those of security schemes."""
        self.values: set[str] = set()
        self.pairs: set[tuple[str, str]] = set()
        self._names = frozenset(name.strip().lower() for name in names if _is_telling(name))
        # Documents repeat their texts.
        self._seen: set[str] = set()
        # So do their objects the keys they have.
        self._shapes: dict[tuple[Any, ...], Shape] = {}
        self._collect(root, "", _MAX_DEPTH)

    def _collect(self, value: Any, name: str, depth: int, described: str | None = None) -> None:
        if isinstance(value, str):
            self._collect_from_text(value, name)
        elif depth > 0 and isinstance(value, dict):
            shape = self._shape_of(tuple(value))
            if "variables" in value and isinstance(value.get("query"), str):
                self._collect_variables(value["query"], value["variables"])
            if shape.may_be_table:
                self._collect_cells(value)
            for key, item, called, _ in members(value, name, "", described, _SHORTEST, shape):
                if type(item) is str:
                    self._collect_from_text(item, called)
                    if called == SURE and isinstance(key, str) and not is_stand_in(item):
                        self.pairs.add((described_key(key, value), item))
                elif type(item) in _WALKED:
                    self._collect(item, called, depth - 1)
        elif depth > 0 and isinstance(value, list):
            self._collect_cells(value)
            for row, item, called, _ in items(value, name, ""):
                if type(item) in _WALKED:
                    self._collect(item, called, depth - 1, row)

    def _shape_of(self, keys: tuple[Any, ...]) -> Shape:
        """What the keys of an object say of it; each set of keys is searched once."""
        shape = self._shapes.get(keys)
        if shape is None:
            shape = self._shapes[keys] = shape_of(keys)
            for key in keys:
                if isinstance(key, str) and len(key) >= _SHORTEST_KEY:
                    self._search(key)
        return shape

    def _collect_cells(self, value: Any) -> None:
        for row, place in secret_cells(value):
            if isinstance(row[place], str):
                self._add(row[place])

    def _collect_variables(self, query: str, variables: Any) -> None:
        """Collect values of GraphQL variables that the query passes as a credential: `login(pw: $p)`."""
        if isinstance(variables, str):
            variables = json_inside(variables)
        for argument, variable in _BOUND.findall(query) if isinstance(variables, dict) else ():
            value = variables.get(variable)
            if name_kind(argument) is NameKind.SECRET and isinstance(value, str) and not is_stand_in(value):
                self.pairs.add((variable, value))
                self._add(value)

    def _collect_from_text(self, text: str, name: str) -> None:
        if len(text) < _SHORTEST:
            return
        if name and (name_kind(name) is NameKind.SECRET or (self._names and name.lower() in self._names)):
            if not is_pointer(text, name):
                self._add(text)
        elif len(text) >= _SHORTEST_TEXT:
            self._search(text)

    def _search(self, text: str) -> None:
        if text in self._seen or len(text) > _MAX_TEXT or _MAY_BE_OWN.search(text) is None:
            return
        self._seen.add(text)
        if "://" in text and "@" in text:
            self.values.update(filter(_is_own, _USERINFO.findall(text)))
        if "p=" in text or names_suspect(lowered(text)) or scrub_assignments(text) != text:
            inside = json_inside(text, _MAX_OBJECTS) if text[0] in "{[" else None
            if inside is not None:
                self._collect(inside, "", _MAX_DEPTH)
                return
            for found in removed(text):
                self._add(found)

    def _add(self, value: str) -> None:
        """Add a credential, and those inside it: the password of basic authentication, values of cookies."""
        if _is_own(value):
            self.values.add(value)
        basic = _BASIC.fullmatch(value)
        if basic is not None:
            self.values.update(filter(_is_own, _decoded(basic[1]).partition(":")[2:]))
        if "=" in value and len(value) < _MAX_VALUE:
            self.values.update(filter(_is_own, _COOKIE.findall(value)))


def _is_telling(name: str) -> bool:
    """Whether a name is specific enough; bodies use words such as `key` for other things, too."""
    return name_kind(name) is NameKind.PLAIN or "-" in name or "_" in name


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except ValueError:
        return ""


def described_key(key: str, owner: Mapping[Any, Any]) -> str:
    """The name of a value in an object: its key, or the name that the object gives it as a row."""
    return (row_name(owner) or key) if is_value_key(key) else key


def removed(text: str) -> Iterator[str]:
    """The parts of `text` that scrubbing replaces; nothing if it changes other parts as well."""
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
    """Whether a value can only be a credential: it mixes letters with digits or signs, or looks random."""
    if len(value) > _MAX_VALUE or is_stand_in(value) or PLACEHOLDER in value:
        return False
    return _CHOSEN.fullmatch(value) is not None or looks_opaque(value, shortest=16, suspect=True)
