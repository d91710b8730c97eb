"""The part of the flow graph that one slice holds, and growing a workable set of operations in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from random import Random

from shared.catalog.model import Api
from shared.curriculum.blueprint import Flow, Shape

# Share of the sets that grow at their ends alone, and so mostly become chains.
_LINEAR = 0.65


class Subgraph:
    """What the plan knows of one slice: its flows by producer, by consumer and by pair, and its neighbours by tag."""

    def __init__(self, members: Sequence[Api], edges: Iterable[Flow]) -> None:
        inside = {api.name for api in members}
        self.names = tuple(api.name for api in members)
        self.feeds: dict[str, tuple[str, ...]] = {}
        self.fed_by: dict[str, tuple[str, ...]] = {}
        self.between: dict[tuple[str, str], list[Flow]] = defaultdict(list)
        self.into: dict[str, list[Flow]] = defaultdict(list)
        feeds: dict[str, dict[str, None]] = defaultdict(dict)
        fed_by: dict[str, dict[str, None]] = defaultdict(dict)
        for flow in edges:
            if flow.producer in inside and flow.consumer in inside:
                self.between[flow.producer, flow.consumer].append(flow)
                self.into[flow.consumer].append(flow)
                feeds[flow.producer][flow.consumer] = None
                fed_by[flow.consumer][flow.producer] = None
        self.feeds = {name: tuple(found) for name, found in feeds.items()}
        self.fed_by = {name: tuple(found) for name, found in fed_by.items()}
        tagged: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for api in members:
            tagged[api.tags[:1]].append(api.name)
        self.same_tag = {api.name: tagged[api.tags[:1]] for api in members}
        self.linked = tuple(name for name in self.names if name in self.feeds or name in self.fed_by)

    def best_producers(self, name: str, among: Sequence[str]) -> set[str]:
        """For each argument of `name` that APIs `among` others can fill, the best of them."""
        best: dict[str, str] = {}
        for flow in self.into.get(name, ()):
            if flow.producer in among:
                best.setdefault(flow.parameter, flow.producer)
        return set(best.values())

    def degree(self, name: str) -> int:
        """APIs that `name` can exchange data with."""
        return len(self.feeds.get(name, ())) + len(self.fed_by.get(name, ()))


def grow(part: Subgraph, centre: str, calls: int, draw: Random) -> list[str]:
    """`centre` and up to `calls - 1` companions, producers before what they feed."""
    focus = [centre]
    linear = draw.random() < _LINEAR
    while len(focus) < calls:
        added = _extend_ends(part, focus, draw) if linear else _extend_anywhere(part, focus, draw)
        if not added and not _extend_anywhere(part, focus, draw):
            break
    if len(focus) < calls and len(focus) < 3:
        _add_beside(part, focus, calls, draw)
    return focus


def ordered(part: Subgraph, grown: list[str]) -> list[str]:
    """`grown` with the best producer of each argument before its consumer, else as it grew.

    A cycle is broken at the operation that most of the others wait for.
    """
    waits = {name: part.best_producers(name, grown) for name in grown}
    left = list(grown)
    placed: list[str] = []
    while left:
        ready = (name for name in left if waits[name].isdisjoint(left))
        chosen = next(ready, None) or max(left, key=lambda name: sum(name in waits[other] for other in left))
        placed.append(chosen)
        left.remove(chosen)
    return placed


def _extend_ends(part: Subgraph, focus: list[str], draw: Random) -> bool:
    for ahead in (True, False) if draw.random() < 0.5 else (False, True):
        around = part.fed_by.get(focus[0], ()) if ahead else part.feeds.get(focus[-1], ())
        found = _choose(part, around, focus, draw)
        if found:
            focus.insert(0 if ahead else len(focus), found)
            return True
    return False


def _extend_anywhere(part: Subgraph, focus: list[str], draw: Random) -> bool:
    start = int(draw.random() * len(focus))
    for i in range(len(focus)):
        place = (start + i) % len(focus)
        for ahead in (True, False) if draw.random() < 0.6 else (False, True):
            around = (part.fed_by if ahead else part.feeds).get(focus[place], ())
            found = _choose(part, around, focus, draw)
            if found:
                focus.insert(place if ahead else len(focus), found)
                return True
    return False


def _add_beside(part: Subgraph, focus: list[str], calls: int, draw: Random) -> None:
    """An operation without flows gets neighbours of its tag and what they exchange, as a branch beside it."""
    for _ in range(calls - len(focus)):
        around = part.same_tag[focus[0]] if draw.random() < 0.8 else part.linked or part.names
        found = _choose(part, around, focus, draw)
        if found:
            focus.append(found)
        if len(focus) < calls and not _extend_ends_of_branch(part, focus, draw) and not found:
            return
        if len(focus) >= calls:
            return


def _extend_ends_of_branch(part: Subgraph, focus: list[str], draw: Random) -> bool:
    found = _choose(part, part.feeds.get(focus[-1], ()), focus, draw)
    if found:
        focus.append(found)
    return bool(found)


def _choose(part: Subgraph, around: Sequence[str], taken: Sequence[str], draw: Random) -> str:
    """One of `around` that is not taken: the less connected of two draws, "" if four draws find none."""
    if not around:
        return ""
    drawn = [around[int(draw.random() * len(around))] for _ in range(4)]
    free = [name for name in drawn if name not in taken][:2]
    return min(free, key=part.degree) if free else ""


def passed_flows(part: Subgraph, focus: tuple[str, ...]) -> tuple[Flow, ...]:
    """One flow for each parameter that an earlier API of `focus` can fill: the nearest earlier producer's."""
    passed: list[Flow] = []
    for i, consumer in enumerate(focus):
        filled: set[str] = set()
        for producer in reversed(focus[:i]):
            for flow in part.between.get((producer, consumer), ()):
                if flow.parameter not in filled:
                    filled.add(flow.parameter)
                    passed.append(flow)
    return tuple(passed)


def shape_of(focus: tuple[str, ...], passed: tuple[Flow, ...]) -> Shape:
    """`single`, `chain` (each feeds the next and nothing else flows) or `dag` (branches, joined or not)."""
    if len(focus) == 1:
        return "single"
    pairs = {(flow.producer, flow.consumer) for flow in passed}
    return "chain" if pairs == set(pairwise(focus)) else "dag"
