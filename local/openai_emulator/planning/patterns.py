"""Strings that match a regular expression, for parameters whose schema has a `pattern`."""

from __future__ import annotations

import re
import string
from functools import lru_cache
from importlib import import_module
from random import Random
from typing import Any

from shared.scrub.personal import find_personal

_parser: Any = import_module("re._parser")  # not public: no types tell of it
_MAX_REPEAT = 8
_CATEGORIES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_WORD": string.ascii_lowercase + string.digits,
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": string.ascii_lowercase,
    "CATEGORY_NOT_SPACE": string.ascii_lowercase + string.digits,
    "CATEGORY_NOT_WORD": "-",
}
_PRINTABLE = string.ascii_lowercase + string.digits + string.ascii_uppercase + " -_."


@lru_cache(maxsize=4096)
def _parsed(pattern: str) -> tuple[Any, re.Pattern[str]] | None:
    try:
        return _parser.parse(pattern), re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None


def from_pattern(pattern: str, rng: Random) -> str | None:
    """A short string in which `pattern` is found, or None if the pattern is beyond this generator.

    It looks like nobody's card or address, as far as the pattern leaves a choice.
    """
    parsed = _parsed(pattern)
    if parsed is None:
        return None
    tree, compiled = parsed
    found = None
    for _ in range(4):
        made = "".join(_piece(op, argument, rng) for op, argument in tree)
        if compiled.search(made):
            found = made
            if not find_personal(made):
                break
    return found


def _piece(op: Any, argument: Any, rng: Random) -> str:
    kind = str(op)
    if kind == "LITERAL":
        return chr(argument)
    if kind == "NOT_LITERAL":
        return rng.choice([ch for ch in string.ascii_lowercase if ord(ch) != argument])
    if kind == "ANY":
        return rng.choice(string.ascii_lowercase)
    if kind == "IN":
        return rng.choice(_members(argument))
    if kind == "BRANCH":
        return "".join(_piece(o, a, rng) for o, a in rng.choice(argument[1]))
    if kind == "SUBPATTERN":
        return "".join(_piece(o, a, rng) for o, a in argument[-1])
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        fewest, most, inner = argument
        times = rng.randint(fewest, min(int(most), max(fewest, _MAX_REPEAT)))
        return "".join(_piece(o, a, rng) for _ in range(times) for o, a in inner)
    return ""


def _members(argument: Any) -> str:
    found: list[str] = []
    negated = False
    for op, value in argument:
        kind = str(op)
        if kind == "NEGATE":
            negated = True
        elif kind == "LITERAL":
            found.append(chr(value))
        elif kind == "RANGE":
            found.extend(map(chr, range(value[0], min(value[1], value[0] + 127) + 1)))
        elif kind == "CATEGORY":
            found.extend(_CATEGORIES.get(str(value), "a"))
    if negated:
        return "".join(ch for ch in _PRINTABLE if ch not in set(found)) or "~"
    return "".join(found) or "a"
