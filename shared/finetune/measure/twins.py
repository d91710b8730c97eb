"""Pairs the calls of two plans that are one plan but for the order and numbers of their steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from shared.finetune.measure.steps import Step, producers
from shared.finetune.measure.values import normal
from shared.plan.references import format_path


def twins(ours: Sequence[Step], theirs: Sequence[Step]) -> dict[int, int] | None:
    """For each place in `ours` the place of its twin in `theirs`, None where these are not one plan.

    Calls are told apart by what they are, by what they need and by what needs them, until that tells nothing new
    (colour refinement). Of calls that are alike to the end the first ones are paired, and all is looked at again.
    """
    if Counter(step.api for step in ours) != Counter(step.api for step in theirs):
        return None
    one, other = _Side(ours), _Side(theirs)
    while True:
        mine, its = _refined(one, other)
        alike = Counter(mine)
        if alike != Counter(its):
            return None
        first = next((place for place, colour in enumerate(mine) if alike[colour] > 1), None)
        if first is None:
            return {place: its.index(colour) for place, colour in enumerate(mine)}
        one.pairs[first] = other.pairs[its.index(mine[first])] = len(one.pairs)


class _Side:
    """A plan whose calls are given colours, with what each needs and what needs it."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.pairs: dict[int, int] = {}
        """Places of calls that have a twin already, with the number of their pair."""
        self.places = {step.index: place for place, step in enumerate(steps)}
        self.before = [_before(place, steps, self.places) for place in range(len(steps))]
        self.used: list[list[tuple[int, str, Hashable]]] = [[] for _ in steps]
        """Of each call: the places of those that use it, which output, and in which argument."""
        for place, step in enumerate(steps):
            for use in step.uses():
                source = self.places.get(use.reference.step)
                if source is not None:
                    self.used[source].append((place, format_path(use.reference.parts), use.where[0]))

    def looks(self, colours: Sequence[int]) -> list[Hashable]:
        """What each call looks like when the calls have these colours."""
        producer = producers(self.steps, colours)
        return [
            (
                colours[place],
                step.api,
                self.pairs.get(place),
                normal(dict(step.arguments), producer),
                _bag(producer(index) for index in self.before[place]),
                _bag((colours[user], output, argument) for user, output, argument in self.used[place]),
                _bag(colours[n] for n, before in enumerate(self.before) if step.index in before),
            )
            for place, step in enumerate(self.steps)
        ]


def _before(place: int, steps: Sequence[Step], places: dict[int, int]) -> frozenset[int]:
    """Indices of all that must be done before a call, directly or not."""
    found: set[int] = set()
    waiting = [place]
    while waiting:
        step = steps[waiting.pop()]
        for index in {*step.depends_on, *(use.reference.step for use in step.uses())} - found:
            found.add(index)
            if index in places:
                waiting.append(places[index])
    return frozenset(found)


def _refined(one: _Side, other: _Side) -> tuple[list[int], list[int]]:
    """Colours of both sides' calls, the same for those that nothing tells apart."""
    size = len(one.steps)
    colours, known = [0] * (2 * size), 0
    while True:
        numbers: dict[Hashable, int] = {}
        looks = one.looks(colours[:size]) + other.looks(colours[size:])
        colours = [numbers.setdefault(look, len(numbers)) for look in looks]
        if len(numbers) == known:
            return colours[:size], colours[size:]
        known = len(numbers)


def _bag(items: Iterable[Hashable]) -> Hashable:
    return frozenset(Counter(items).items())
