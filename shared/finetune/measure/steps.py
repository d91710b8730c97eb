"""A plan's calls as they are compared, read leniently, and which call of an answer stands for which of a reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from shared.finetune.measure.values import Producer, normal
from shared.plan.references import Use, find

_EXACT = 9
"""Calls of one API up to which the best assignment is searched among all."""
_ROUNDS = 4
"""A better alignment of producers may better that of consumers; plans are at most a few levels deep."""


@dataclass(frozen=True, slots=True)
class Step:
    """A call of a plan; `index` is what references and dependencies name it by."""

    index: int
    api: str
    arguments: Mapping[str, Any]
    depends_on: tuple[int, ...]

    def uses(self) -> list[Use]:
        """The references in its arguments."""
        return [use for use in find(dict(self.arguments)) if isinstance(use, Use)]


def steps_of(plan: Mapping[str, Any] | None) -> list[Step]:
    """The calls of a plan as far as they can be read; what is no call is left out."""
    steps = plan.get("steps") if plan else None
    found = []
    for place, step in enumerate(steps if isinstance(steps, list) else (), start=1):
        if isinstance(step, Mapping) and isinstance(step.get("api"), str):
            index, arguments, needed = (step.get(name) for name in ("index", "arguments", "depends_on"))
            found.append(
                Step(
                    index=index if isinstance(index, int) else place,
                    api=step["api"],
                    arguments=arguments if isinstance(arguments, Mapping) else {},
                    depends_on=tuple(n for n in needed if isinstance(n, int))
                    if isinstance(needed, list)
                    else (),
                )
            )
    return found


def align(answer: Sequence[Step], reference: Sequence[Step]) -> dict[int, int]:
    """For each place in `answer` the place in `reference` of the call that it stands for, as far as there is one.

    Only calls of one API stand for each other. Among several the assignment is taken that makes most arguments
    agree, then most argument names, then the nearest places. References count as agreeing when their
    producers do, so the assignment is repeated until it stays.
    """
    found: dict[int, int] = {}
    for round_ in range(_ROUNDS):
        before = dict(found)
        found = _aligned(answer, reference, before if round_ else None)
        if found == before:
            break
    return found


def _aligned(
    answer: Sequence[Step], reference: Sequence[Step], known: Mapping[int, int] | None
) -> dict[int, int]:
    mine, its = producers(answer, known), producers(reference, None if known is None else identity(reference))
    ours, theirs = _by_api(answer), _by_api(reference)
    found: dict[int, int] = {}
    for api in ours.keys() & theirs.keys():
        rows, columns = ours[api], theirs[api]
        gains = [[_gain(answer[i], reference[j], mine, its, i - j) for j in columns] for i in rows]
        found |= {rows[row]: columns[column] for row, column in _assigned(gains)}
    return found


def identity(steps: Sequence[Step]) -> dict[int, int]:
    """Each place as its own counterpart."""
    return {place: place for place in range(len(steps))}


def producers(steps: Sequence[Step], counterpart: Mapping[int, int] | None) -> Producer:
    """What references of `steps` refer to: the counterpart's place where it is known, else a thing of their own.

    Without any counterpart known (None), the producer's API.
    """
    places = {step.index: place for place, step in enumerate(steps)}

    def producer(index: int) -> Hashable:
        place = places.get(index)
        if place is None:
            return ("nothing", index)
        if counterpart is None:
            return ("api", steps[place].api)
        return ("step", counterpart[place]) if place in counterpart else ("extra", place)

    return producer


def _by_api(steps: Sequence[Step]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, step in enumerate(steps):
        places[step.api].append(place)
    return places


def _gain(ours: Step, theirs: Step, mine: Producer, its: Producer, distance: int) -> float:
    shared = ours.arguments.keys() & theirs.arguments.keys()
    agreeing = sum(normal(ours.arguments[n], mine) == normal(theirs.arguments[n], its) for n in shared)
    return 1.0 + 100.0 * agreeing + len(shared) - 0.001 * abs(distance)


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
