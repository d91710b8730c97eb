"""How good a planned answer is against the reference plan, and how sure a mean of such scores is."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

YES_NO = ("valid_json", "schema_valid", "clean", "exact_sequence")
"""Scores that are 0 or 1."""

GRADED = ("api_f1", "argument_f1")
"""Scores between 0 and 1."""

METRICS = (*YES_NO, *GRADED)
_Z = 1.959963984540054
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Score:
    """One answer's scores, each between 0 and 1.

    Attributes:
        valid_json: the answer is one JSON object.
        schema_valid: it has the shape of a plan.
        clean: the validator finds nothing in it.
        exact_sequence: it calls the reference's APIs in the same order.
        api_f1: F1 of the set of APIs.
        argument_f1: F1 of the calls' arguments, each counted as (API, name, value).
    """

    valid_json: float = 0.0
    schema_valid: float = 0.0
    clean: float = 0.0
    exact_sequence: float = 0.0
    api_f1: float = 0.0
    argument_f1: float = 0.0

    def to_json(self) -> dict[str, float]:
        """The scores by name."""
        return asdict(self)


def score(
    plan: Mapping[str, Any] | None, reference: Mapping[str, Any], *, schema_valid: bool, clean: bool
) -> Score:
    """Scores of `plan` (None for an answer that is no JSON object) against the reference plan.

    A plan that breaks the schema is compared as far as its steps can be read.
    """
    if plan is None:
        return Score()
    predicted, expected = _calls(plan), _calls(reference)
    return Score(
        valid_json=1.0,
        schema_valid=float(schema_valid),
        clean=float(schema_valid and clean),
        exact_sequence=float([api for api, _ in predicted] == [api for api, _ in expected]),
        api_f1=f1(Counter({api for api, _ in predicted}), Counter({api for api, _ in expected})),
        argument_f1=f1(_arguments(predicted), _arguments(expected)),
    )


def f1(predicted: Counter[Any], expected: Counter[Any]) -> float:
    """Harmonic mean of precision and recall of two multisets; 1 when both are empty."""
    total = predicted.total() + expected.total()
    return 2 * (predicted & expected).total() / total if total else 1.0


def _calls(plan: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    steps = plan.get("steps")
    found = []
    for step in steps if isinstance(steps, list) else ():
        if isinstance(step, Mapping) and isinstance(step.get("api"), str):
            arguments = step.get("arguments")
            found.append((step["api"], arguments if isinstance(arguments, Mapping) else {}))
    return found


def _arguments(calls: Sequence[tuple[str, Mapping[str, Any]]]) -> Counter[tuple[str, str, bytes]]:
    return Counter(
        (api, str(name), orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
        for api, arguments in calls
        for name, value in arguments.items()
    )


def wilson(successes: float, count: int) -> tuple[float, float]:
    """95 % confidence interval of a share (E. B. Wilson, 1927); (0, 1) without a trial."""
    if count == 0:
        return 0.0, 1.0
    share, z2 = successes / count, _Z * _Z
    centre = share + z2 / (2 * count)
    margin = _Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    low, high = ((centre + sign * margin) / (1 + z2 / count) for sign in (-1, 1))
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def bootstrap(values: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """95 % percentile interval of the mean from 1000 resamples, the same for the same values; (0, 0) if empty."""
    if not values:
        return 0.0, 0.0
    rng = random.Random(seed)
    count = len(values)
    means = sorted(sum(rng.choices(values, k=count)) / count for _ in range(_RESAMPLES))
    return means[round(0.025 * (_RESAMPLES - 1))], means[round(0.975 * (_RESAMPLES - 1))]


def interval(name: str, values: Sequence[float]) -> dict[str, float]:
    """`{"value", "low", "high"}`: mean and 95 % interval of one metric's values."""
    value = sum(values) / len(values) if values else 0.0
    low, high = wilson(sum(values), len(values)) if name in YES_NO else bootstrap(values)
    return {"value": round(value, 6), "low": round(low, 6), "high": round(high, 6)}


def difference(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    """`{"value", "low", "high"}`: mean of the paired differences with its bootstrap interval."""
    deltas = [a - b for a, b in zip(ours, theirs, strict=True)]
    value = sum(deltas) / len(deltas) if deltas else 0.0
    low, high = bootstrap(deltas)
    return {"value": round(value, 6), "low": round(low, 6), "high": round(high, 6)}
