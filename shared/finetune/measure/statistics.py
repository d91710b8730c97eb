"""How sure a mean is, and whether two means over the same tasks can be told apart."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

_Z = 1.959963984540054
_RESAMPLES = 2000
_DIGITS = 9
"""Decimals of a value that count: what differs further behind is the noise of binary fractions."""
_LEVEL = 0.05
_LEAST = 6
"""Pairs that must differ: of fewer, all in one direction, chance alone makes more than one in twenty (2 / 2⁵)."""


def wilson(successes: float, count: int) -> tuple[float, float]:
    """95 % confidence interval of a share (E. B. Wilson, 1927); (0, 1) without a trial."""
    if count == 0:
        return 0.0, 1.0
    share, z2 = successes / count, _Z * _Z
    centre = share + z2 / (2 * count)
    margin = _Z * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    low, high = ((centre + sign * margin) / (1 + z2 / count) for sign in (-1, 1))
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """95 % percentile interval of the mean from 2,000 resamples, the same for the same values; (0, 0) if empty."""
    if not values:
        return 0.0, 0.0
    rng = random.Random(0)
    count = len(values)
    means = sorted(sum(rng.choices(values, k=count)) / count for _ in range(_RESAMPLES))
    return means[round(_LEVEL / 2 * (_RESAMPLES - 1))], means[round((1 - _LEVEL / 2) * (_RESAMPLES - 1))]


def mcnemar(only_ours: int, only_theirs: int) -> float:
    """Exact two-sided p-value of McNemar's test (1947): as many tasks won as lost, by chance; 1 without either."""
    changed = only_ours + only_theirs
    if not changed:
        return 1.0
    tail = sum(math.comb(changed, k) for k in range(min(only_ours, only_theirs) + 1)) / (1 << changed)
    return min(1.0, 2 * tail)


def interval(values: Sequence[float | None], *, is_share: bool) -> dict[str, Any]:
    """`{"value", "low", "high", "n"}`: mean and 95 % interval of the values that there are.

    Wilson's for a share, and for values that are all alike: of those a bootstrap knows no other.
    """
    known = [round(value, _DIGITS) for value in values if value is not None]
    if not known:
        return {"value": None, "low": None, "high": None, "n": 0}
    is_wilson = is_share or min(known) == max(known)
    low, high = wilson(sum(known), len(known)) if is_wilson else bootstrap(known)
    value = sum(known) / len(known)
    return {"value": round(value, 6), "low": round(low, 6), "high": round(high, 6), "n": len(known)}


def difference(
    ours: Sequence[float | None], theirs: Sequence[float | None], *, is_share: bool
) -> dict[str, Any]:
    """Paired difference of two means over the tasks where both are known, ours minus theirs.

    `{"value", "low", "high", "n", "verdict"}` with the bootstrap's interval; where all differences are the same one,
    the outer ends of both means' own intervals. For a share also `mcnemar` {`won`, `lost`, `p`}. The verdict is
    `better`, `worse`, or `cannot_tell` when the interval holds 0, fewer than six pairs differ or, for a share,
    McNemar's p is 0.05 or more.
    """
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None]
    if not pairs:
        empty: dict[str, Any] = {"value": None, "low": None, "high": None, "n": 0, "verdict": "cannot_tell"}
        return empty
    deltas = [round(a - b, _DIGITS) for a, b in pairs]
    value, (low, high) = sum(deltas) / len(deltas), bootstrap(deltas)
    if low == high != 0:
        mine, its = (wilson(sum(side), len(side)) for side in zip(*pairs, strict=True))
        low, high = mine[0] - its[1], mine[1] - its[0]
    found: dict[str, Any] = {
        "value": round(value, 6),
        "low": round(low, 6),
        "high": round(high, 6),
        "n": len(pairs),
    }
    is_sure = (low > 0 or high < 0) and sum(delta != 0 for delta in deltas) >= _LEAST
    if is_share:
        won, lost = sum(delta > 0 for delta in deltas), sum(delta < 0 for delta in deltas)
        p = mcnemar(won, lost)
        found["mcnemar"] = {"won": won, "lost": lost, "p": round(p, 6)}
        is_sure = is_sure and p < _LEVEL
    found["verdict"] = ("better" if value > 0 else "worse") if is_sure else "cannot_tell"
    return found


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` (0 to 1) of `values` lie, by the nearest rank; None for no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
