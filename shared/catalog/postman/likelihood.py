"""How likely a field of a request body is required, by what public API descriptions require of fields like it.

The weights are those of a logistic regression, learnt by `benchmarks/learn_required.py`; they decide where a collection
that a program made says nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from shared.identifiers import words_of

_FILE = Path(__file__).with_name("likelihood.json")
_BY_NUMBER = ((1, "1"), (2, "2"), (4, "3-4"), (9, "5-9"))
_LAST_POSITION = 4

type Field = tuple[str, str]
"""Name and JSON type of a field."""


def log_odds(method: str, path: str, fields: Sequence[Field]) -> list[float]:
    """For each field of a body, in its order, the logarithm of the odds that it is required."""
    weights = _weights()
    return [sum(weights.get(feature, 0.0) for feature in found) for found in features(method, path, fields)]


def likelihood(odds: float) -> float:
    """The probability of these odds."""
    return 1 / (1 + math.exp(-odds))


def features(method: str, path: str, fields: Sequence[Field]) -> Iterator[list[str]]:
    """What is known of each field: its words, type and place, the number of fields, the verb, words of the path."""
    number = next((word for most, word in _BY_NUMBER if len(fields) <= most), "10+")
    in_path = {
        word.rstrip("s")
        for segment in [part for part in path.split("/") if part][-2:]
        for word in words_of(segment)
    }
    for place, (name, kind) in enumerate(fields):
        words = words_of(name) or [name.lower()]
        yield [
            "always",
            f"verb|{method}",
            f"verb|{method}|{'alone' if len(fields) == 1 else 'among others'}",
            f"fields|{number}",
            f"type|{kind}",
            f"place|{min(place, _LAST_POSITION)}",
            f"first|{number}|{place == 0}",
            f"last word|{words[-1]}",
            f"first word|{words[0]}",
            f"in path|{any(word.rstrip('s') in in_path for word in words)}",
        ]


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = json.loads(_FILE.read_bytes())
    return weights
