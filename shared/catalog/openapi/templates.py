"""Variables of path templates, also as frameworks and RFC 6570 write them."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from shared.catalog.model import Location

_MAX_VARIABLE = 120
_OPERATORS = ("+", "#", ".", "/", ";", "?", "&")
# `{id:int}`, `{year:[0-9]+}`, `{name=projects/*}`, `{*rest}`, `{path+}`, `{id?}`: a name and how it is matched.
_NAME = re.compile(r"[*]{0,2}([^:=*+?]+)")


class Variable(Struct, frozen=True):
    """One variable of a template.

    Attributes:
        written: as it stands between the braces.
        name: without the pattern, type, operator or modifier of a framework (`{year:[0-9]+}`, `{id:int}`, `{p*}`).
        location: `query` for the form `{?q}`.
    """

    written: str
    name: str
    location: Location

    @property
    def is_plain(self) -> bool:
        """Whether the braces hold a name and nothing else."""
        return self.written == self.name


@lru_cache(maxsize=64)  # the operations of a path follow one another
def variables(path: str) -> tuple[Variable, ...]:
    """The variables of `path` in their order; braces within a pattern are part of it."""
    if "{" not in path:
        return ()
    found = [variable for inside in _insides(path) for variable in _read(inside)]
    return tuple({variable.name: variable for variable in found}.values())


def _insides(path: str) -> list[str]:
    """What stands between braces of the outermost level."""
    found: list[str] = []
    level = start = 0
    for at, sign in enumerate(path[:4_096]):
        if sign == "{":
            level += 1
            start = at + 1 if level == 1 else start
        elif sign == "}" and level:
            level -= 1
            if level == 0 and 0 < at - start <= _MAX_VARIABLE:
                found.append(path[start:at])
        elif sign == "#" and not level:  # `/path#fragment` tells apart what is called alike
            break
    return found


def _read(inside: str) -> list[Variable]:
    operator = inside[0] if inside[0] in _OPERATORS else ""
    location: Location = "query" if operator in ("?", "&") else "path"
    listed = inside[1:].split(",") if operator else [inside]
    found = []
    for one in listed:
        named = _NAME.match(one)
        if named and (name := named[1].strip()):
            found.append(Variable(one, name, location))
    return found
