"""Which call of an answer stands for which of the reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from functools import cache

from shared.finetune.measure.steps import Step, identity, names, producers
from shared.finetune.measure.twins import twins
from shared.finetune.measure.values import normal
from shared.plan.references import format_path

_EXACT = 9
"""Calls of one API up to which the best assignment is searched among all."""
_ROUNDS = 12
"""A better assignment of producers may better that of consumers, and the other way round."""


def align(answer: Sequence[Step], reference: Sequence[Step]) -> dict[int, int]:
    """For each place in `answer` the place in `reference` of the call that it stands for, as far as there is one.

    Twins, where both are one plan. Else only calls of one API stand for each other. Among several the assignment is
    taken that makes most arguments agree, their own and those that use their outputs, then most argument names,
    then the nearest places. References agree when their producers do, so the assignment is repeated until it stays.
    """
    found = twins(answer, reference)
    if found is not None:
        return found
    found = _assignment(answer, reference, None)
    for _ in range(_ROUNDS):
        after = _assignment(answer, reference, found)
        if after == found:
            break
        found = after
    return found


def _assignment(
    answer: Sequence[Step], reference: Sequence[Step], known: Mapping[int, int] | None
) -> dict[int, int]:
    """An assignment made with another one at hand, API by API, each with what the others have come to."""
    ours, theirs = _by_api(answer), _by_api(reference)
    found = dict(known or {})
    its = _Seen(reference, None if known is None else identity(reference))
    mine = _Seen(answer, known)
    for api in (api for api in ours if api in theirs):
        rows, columns = ours[api], theirs[api]
        gains = [[_gain(mine, i, its, j) for j in columns] for i in rows]
        for row in rows:
            found.pop(row, None)
        found |= {rows[row]: columns[column] for row, column in _assigned(gains)}
        if known is not None:
            mine = _Seen(answer, found)
    return found


class _Seen:
    """A plan's calls as they look when some stand for others."""

    def __init__(self, steps: Sequence[Step], counterpart: Mapping[int, int] | None) -> None:
        named = names(steps, counterpart)
        producer = producers(steps, named)
        self.arguments = [
            {name: normal(value, producer) for name, value in step.arguments.items()} for step in steps
        ]
        self.used: list[Counter[Hashable]] = [Counter() for _ in steps]
        """Which argument of which call uses which output of each."""
        places = {step.index: place for place, step in enumerate(steps)}
        for name, step in zip(named, steps, strict=True):
            for use in step.uses():
                source = places.get(use.reference.step)
                if source is not None:
                    self.used[source][(name, use.where[0], format_path(use.reference.parts))] += 1


def _gain(mine: _Seen, i: int, its: _Seen, j: int) -> float:
    ours, theirs = mine.arguments[i], its.arguments[j]
    shared = ours.keys() & theirs.keys()
    agreeing = sum(ours[name] == theirs[name] for name in shared) + (mine.used[i] & its.used[j]).total()
    return 1.0 + 100.0 * agreeing + len(shared) - 0.001 * abs(i - j)


def _by_api(steps: Sequence[Step]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, step in enumerate(steps):
        places[step.api].append(place)
    return places


def _assigned(gains: list[list[float]]) -> list[tuple[int, int]]:
    """The pairs (row, column) with the greatest sum of gains; for many rows the greedy ones."""
    rows, columns = len(gains), len(gains[0])
    if max(rows, columns) > _EXACT:
        return _greedy(gains)
    if rows > columns:
        turned = [list(column) for column in zip(*gains, strict=True)]
        return [(row, column) for column, row in _assigned(turned)]

    @cache
    def best(row: int, taken: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if row == rows:
            return 0.0, ()
        options = []
        for column in range(columns):
            if not taken >> column & 1:
                below, pairs = best(row + 1, taken | 1 << column)
                options.append((gains[row][column] + below, ((row, column), *pairs)))
        return max(options, key=lambda option: option[0])

    return list(best(0, 0)[1])


def _greedy(gains: list[list[float]]) -> list[tuple[int, int]]:
    order = sorted(
        ((gain, -row, -column) for row, line in enumerate(gains) for column, gain in enumerate(line)),
        reverse=True,
    )
    taken_rows: set[int] = set()
    taken_columns: set[int] = set()
    pairs = []
    for _, row, column in order:
        if -row not in taken_rows and -column not in taken_columns:
            taken_rows.add(-row)
            taken_columns.add(-column)
            pairs.append((-row, -column))
    return pairs
