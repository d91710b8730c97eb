"""The part of the flow graph that one slice holds, and growing a set of operations in it that makes sense."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from shared.curriculum.blueprint import Flow
from shared.curriculum.candidate import Candidate
from shared.curriculum.facts import Facts
from shared.curriculum.flow_refusals import flow_refusal
from shared.curriculum.nouns import path_segments
from shared.curriculum.pairs import belongs_together, names_what_it_made
from shared.curriculum.refusals import refusal
from shared.identifiers import words_of

_TRIES = 8
_REMEMBERED = 1024
# So large a share of dull flows is kept: they are fair requests, but nobody makes them every day.
_DULL = 0.6
# Where nothing flows, so many of those that wish for more than one call become a pair, the rest stays single.
_PAIRED = 0.9
# Of the pairs that look at a thing and then end it, so many are kept.
_LOOKED_UP = 0.6


# What is done when all the rest is.
_COMPLETES = frozenset("commit finalize finalise complete finish publish".split())


class Subgraph:
    """What the plan knows of one slice: its sensible flows by pair, and which operations stand beside which.

    Attributes:
        alone: for each operation the candidate that calls it and nothing else.
        named: pairs of which the first creates something under a name that the second one takes.
    """

    def __init__(self, facts: Facts, members: Sequence[str]) -> None:
        self.facts = facts
        inside = {name for name in members if name in facts.is_taught}
        self.names = tuple(name for name in members if name in inside)
        self.alone = {name: Candidate.of(facts, (name,)) for name in self.names}
        self.between: dict[tuple[str, str], list[Flow]] = defaultdict(list)
        around: dict[str, dict[str, None]] = defaultdict(dict)
        for flow in facts.flows:
            if flow.producer in inside and flow.consumer in inside and not flow_refusal(facts, flow):
                self.between[flow.producer, flow.consumer].append(flow)
                around[flow.producer][flow.consumer] = None
                around[flow.consumer][flow.producer] = None
        self.around = {name: tuple(found) for name, found in around.items()}
        makers = [name for name in self.names if facts.natures[name].role == "create"]
        self.named = frozenset(
            (maker, user) for maker in makers for user in self.names if names_what_it_made(facts, maker, user)
        )
        self.workable = lru_cache(maxsize=_REMEMBERED)(self._workable)
        """The candidate that calls these operations, in an order of its own; None where that makes no sense."""
        self._beside: dict[str, tuple[str, ...]] = {}
        self._groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name in self.names:
            for key in self._keys(name):
                self._groups[key].append(name)

    def _workable(self, chosen: tuple[str, ...]) -> Candidate | None:
        made = arranged(self, chosen)
        return None if refusal(self.facts, *made) else Candidate.of(self.facts, *made)

    def _keys(self, name: str) -> list[tuple[str, str]]:
        nature = self.facts.natures[name]
        return [("handle", one) for one in sorted(self.facts.handles[name])] + [("resource", nature.resource)]

    def beside(self, name: str) -> tuple[str, ...]:
        """Operations that make a pair with `name` though nothing flows between them."""
        if name not in self._beside:
            near = dict.fromkeys(one for key in self._keys(name) for one in self._groups[key] if one != name)
            self._beside[name] = tuple([one for one in near if belongs_together(self.facts, name, one)])
        return self._beside[name]

    def is_dull(self, flow: Flow) -> bool:
        """Whether a flow reads back what was made, leads to another thing or place, or takes the first of a list that
        nothing orders or narrows.
        """
        nature = self.facts.natures[flow.producer]
        if nature.role == "create" and self.facts.natures[flow.consumer].role == "read":
            return True
        if not flow.own or flow.parameter in self.facts.places:
            return True
        return "[0]" in flow.path and not nature.is_ordered and not self.facts.narrowing[flow.producer]


def grow(part: Subgraph, centre: str, calls: int, draw: Random) -> Candidate:
    """`centre` with up to `calls - 1` companions in a workable order, and what flows between them.

    Every step of the growth is fit to be assigned by itself, so that a set that cannot grow further is as good.
    """
    candidate = part.alone[centre]
    while len(candidate.focus) < calls:
        grown = _grown(part, candidate.focus, draw)
        if grown is None:
            break
        candidate = grown
    if len(candidate.focus) == 1 and calls > 1 and draw.random() < _PAIRED:
        return paired(part, centre, draw)
    return candidate


def _grown(part: Subgraph, focus: tuple[str, ...], draw: Random) -> Candidate | None:
    near = [name for one in focus for name in part.around.get(one, ()) if name not in focus]
    for name in draw.sample(near, min(_TRIES, len(near))):
        flows = [
            flow
            for one in focus
            for pair in ((one, name), (name, one))
            for flow in part.between.get(pair, ())
        ]
        if all(part.is_dull(flow) for flow in flows) and draw.random() > _DULL:
            continue
        grown = part.workable((*focus, name))
        if grown is not None and grown.passed:
            return grown
    return None


def paired(part: Subgraph, centre: str, draw: Random) -> Candidate:
    """`centre` with one operation about the same thing, or alone where there is none."""
    near = part.beside(centre)
    for name in draw.sample(near, min(_TRIES, len(near))):
        if (
            part.facts.natures[name].undoes != part.facts.natures[centre].undoes
            and draw.random() > _LOOKED_UP
        ):
            continue
        if pair := part.workable((centre, name)):
            return pair
    return part.alone[centre]


def arranged(part: Subgraph, chosen: Sequence[str]) -> tuple[tuple[str, ...], tuple[Flow, ...]]:
    """`chosen` with producers before consumers, looks before writes and endings last; and what flows between them."""
    feeds = {
        (producer, consumer): part.between[producer, consumer]
        for producer in chosen
        for consumer in chosen
        if (producer, consumer) in part.between
    }
    waits = {
        name: _best_producers(name, feeds) | {one for one in chosen if (one, name) in part.named}
        for name in chosen
    }
    back = {
        consumer
        for producer, consumer in feeds
        if part.facts.natures[producer].role == "create" and not part.facts.natures[consumer].writes
    }
    left = sorted(chosen, key=lambda name: _rank(part.facts, name, name in back))
    placed: list[str] = []
    while left:
        ready = [name for name in left if waits[name].isdisjoint(left)]
        one = ready[0] if ready else max(left, key=lambda name: sum(name in waits[other] for other in left))
        placed.append(one)
        left.remove(one)
    return tuple(placed), _passed(part, placed, feeds)


def _rank(facts: Facts, name: str, reads_back: bool) -> int:
    """Looks come first, then writes, what completes them, what reads back what was made, and endings."""
    nature = facts.natures[name]
    if nature.undoes:
        return 4
    if reads_back or not nature.writes:
        return 3 if reads_back else 0
    api = facts.apis[name]
    last = words_of((path_segments(api.path) or [""])[-1])
    return 1 if _COMPLETES.isdisjoint((*last, *words_of(api.original_name or name))) else 2


def _best_producers(name: str, feeds: dict[tuple[str, str], list[Flow]]) -> set[str]:
    """For each argument of `name` that others can fill, all of them: whichever comes, comes before it."""
    return {producer for (producer, consumer) in feeds if consumer == name}


def _passed(
    part: Subgraph, focus: Sequence[str], feeds: dict[tuple[str, str], list[Flow]]
) -> tuple[Flow, ...]:
    """One flow for each argument that an earlier operation can fill: what makes the thing before what lists it."""
    passed: list[Flow] = []
    for i, consumer in enumerate(focus):
        best: dict[str, tuple[int, int, Flow]] = {}
        for nearness, producer in enumerate(reversed(focus[:i])):
            for flow in feeds.get((producer, consumer), ()):
                score = (0 if part.facts.natures[producer].writes else 1, nearness)
                if flow.parameter not in best or score < best[flow.parameter][:2]:
                    best[flow.parameter] = (*score, flow)
        passed += [flow for _, _, flow in best.values()]
    return tuple(passed)
