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


# `/:id`, `/<int:id>`, `/[id]`, `/(?P<id>[0-9]+)`: no templates of OpenAPI, but of the frameworks it is made with.
_FOREIGN = re.compile(
    r"/:([A-Za-z_]\w*)(?=[/.?(]|$)|<(?:\w+:)?([A-Za-z_]\w*)>|/\[{1,2}(?:\.{3})?([A-Za-z_]\w*)\]{1,2}(?=/|$)"
)


_BRACED = re.compile(r"\{([^{}]+)\}")
_FLAT = re.compile(r"(?:[^{}]|\{[^{}]+\})*")


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


@lru_cache(maxsize=64)
def foreign_variables(path: str) -> frozenset[str]:
    """Names that look like variables of web frameworks."""
    found = _FOREIGN.findall(path[:4_096]) if any(sign in path for sign in ":<[") else ()
    return frozenset(name for names in found for name in names if name)


def _insides(path: str) -> list[str]:
    """The texts between outermost braces."""
    if "#" not in path and len(path) <= _MAX_VARIABLE and _FLAT.fullmatch(path):
        return _BRACED.findall(path)
    found: list[str] = []
    level = start = 0
    for at, sign in enumerate(path[:4_096]):
        if sign == "{":
            level += 1
            start = at + 1 if level == 1 else start
        elif sign == "}" and level:
            level -= 1
            if level == 0 and 0 < at - start <= _MAX_VARIABLE:
                found.append(_unwrapped(path[start:at]))
        elif sign == "#" and not level:  # `/path#fragment` tells apart what is called alike
            break
    return found


def _unwrapped(inside: str) -> str:
    """The name in `{{name}}`, as some templates write it."""
    return inside[1:-1].strip() if inside[:1] == "{" and inside[-1:] == "}" else inside


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
