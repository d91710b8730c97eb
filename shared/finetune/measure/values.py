"""When two argument values say the same: BFCL's normalisation, with references told apart from text."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any

from shared.plan.references import REFERENCE, format_path, parse

_IGNORED = re.compile(r"[ ,./\-_*^]")

Producer = Callable[[int], Hashable]
"""The identity of the step with an index, so that references compare by what they mean."""


def standardized(text: str) -> str:
    """`text` as the Berkeley Function-Calling Leaderboard compares it.

    Spaces and `,./-_*^` do not count, nor does case; a single quote is a double one
    (`standardize_string` in `bfcl_eval/eval_checker/ast_eval/ast_checker.py`, ShishirPatil/gorilla).
    """
    return _IGNORED.sub("", text).lower().replace("'", '"')


def normal(value: Any, producer: Producer) -> Hashable:
    """A key that is equal for values that say the same.

    Texts by `standardized`; an integer equals the same number written with a point; lists in order, objects by
    name, nested as deep as they are. A reference equals one to the same output of the same producer only.
    """
    match value:
        case str():
            return ("text", *_parts(value, producer))
        case bool():
            return ("bool", value)
        case int() | float():
            return ("number", value)
        case list():
            return ("list", *(normal(item, producer) for item in value))
        case dict():
            return ("object", frozenset((name, normal(item, producer)) for name, item in value.items()))
    return ("null",)


def _parts(text: str, producer: Producer) -> list[Hashable]:
    parts: list[Hashable] = []
    end = 0
    for match in REFERENCE.finditer(text):
        reference = parse(match[0])
        if reference is not None:
            parts += [
                standardized(text[end : match.start()]),
                (producer(reference.step), format_path(reference.parts)),
            ]
            end = match.end()
    return [*parts, standardized(text[end:])]
