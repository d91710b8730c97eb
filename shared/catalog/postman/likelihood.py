"""How likely a field of a request body is required, by what public API descriptions require of fields like it.

The weights are those of a logistic regression, learnt by `benchmarks/learn_required.py`; they decide where a collection
that a program made says nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from shared.catalog.schemas.types import placeholder_type, type_of_value
from shared.identifiers import words_of

_FILE = Path(__file__).with_name("likelihood.json")
_BY_NUMBER = ((1, "1"), (2, "2"), (4, "3-4"), (9, "5-9"))
_LAST_POSITION = 4
_LONGEST_NAME = 4
_FEW_WORDS = 6
_LOOKS = (
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("url", re.compile(r"\w+://")),
    ("address", re.compile(r"\S+@\S+\Z")),
    ("digits", re.compile(r"[\d.+-]+\Z")),
    ("hash", re.compile(r"[0-9a-fA-F-]{8,}\Z")),
    ("constant", re.compile(r"[A-Z]+\Z")),
    ("word", re.compile(r"\S+\Z")),
)


class Body(Struct, frozen=True):
    """The body of a request with a name of its own: names and values of its fields, in their order.

    Of the form `whole` it holds every field that there is, with types for values, those that are needed first; `sorted`
    is one that is in alphabetical order besides, so that its order tells less; an `example` leaves some of those out
    that are not needed.
    """

    method: str
    path: str
    name: str
    fields: Sequence[tuple[str, Any]]
    form: Literal["whole", "sorted", "example"]


def log_odds(body: Body) -> list[float]:
    """For each field of a body, in its order, the logarithm of the odds that it is required."""
    weights = _weights()
    return [sum(weights.get(feature, 0.0) for feature in found) for found in features(body)]


def features(body: Body) -> Iterator[list[str]]:
    """What is known of each field: its words, value and place, how many there are, the verb, the path and the name."""
    segments = [part for part in body.path.split("/") if part]
    in_path = _stems(word for segment in segments[-2:] for word in words_of(segment))
    called = words_of(body.name)
    in_name = _stems(called)
    end = "variable" if segments and segments[-1][0] in ":{" else "word"
    form, verb = body.form, body.method
    number = next((word for most, word in _BY_NUMBER if len(body.fields) <= most), "10+")
    alone = number if number in "12" else "more"
    for place, (name, value) in enumerate(body.fields):
        words = words_of(name) or (name.lower(),)
        stems = _stems(words)
        at = min(place, _LAST_POSITION)
        yield [
            "always",
            f"{form}|{verb}",
            f"{form}|{verb}|{alone}",
            f"{form}|fields|{number}",
            f"{form}|value|{_look(value, is_type=form != 'example')}",
            f"{form}|place|{at}",
            f"{form}|place|{verb}|{at}",
            f"{form}|first|{number}|{place == 0}",
            f"type|{_type(value)}",
            f"path|{verb}|{end}|{alone}",
            f"called|{called[0] if called else ''}",
            f"last word|{words[-1]}",
            f"first word|{words[0]}",
            f"words|{min(len(words), _LONGEST_NAME)}",
            f"in path|{not stems.isdisjoint(in_path)}",
            f"in name|{not stems.isdisjoint(in_name)}|{alone}",
        ]


def _stems(words: Any) -> set[str]:
    return {word.rstrip("s") for word in words}


def _type(value: Any) -> str:
    told = placeholder_type(value)
    return str(told["type"]) if told is not None else type_of_value(value) or "any"


def _look(value: Any, *, is_type: bool) -> str:
    """What kind of value an example has; of a placeholder its type."""
    if is_type or placeholder_type(value) is not None:
        return _type(value)
    if not isinstance(value, str) or not value:
        return f"{_type(value)} {value}" if isinstance(value, bool) else _type(value) if value else "nothing"
    found = next((word for word, pattern in _LOOKS if pattern.match(value)), None)
    return found or ("words" if len(value.split()) < _FEW_WORDS else "text")


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = json.loads(_FILE.read_bytes())
    return weights
