"""The part of the flow graph that one slice holds, and which operations of it make sense together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache, partial

from shared.curriculum.blueprint import Flow
from shared.curriculum.candidate import Candidate
from shared.curriculum.conditions import carriers
from shared.curriculum.facts import Facts
from shared.curriculum.flow_refusals import flow_refusal
from shared.curriculum.nouns import path_segments
from shared.curriculum.pairs import belongs_together, names_what_it_made
from shared.curriculum.refusals import refusal
from shared.identifiers import words_of

_REMEMBERED = 1024
# What is done when all the rest is.
_COMPLETES = frozenset("commit finalize finalise complete finish publish".split())


class Subgraph:
    """What the plan knows of one slice: its sensible flows by pair, and which operations stand beside which.

    Attributes:
        alone: for each operation the candidate that calls it and nothing else.
        dull: flows that make fair requests, but ones that nobody makes every day.
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
        self.dull = frozenset(
            flow for flows in self.between.values() for flow in flows if self._is_dull(flow)
        )
        self.around = {name: tuple(found) for name, found in around.items()}
        makers = [name for name in self.names if facts.natures[name].role == "create"]
        self.named = frozenset(
            (maker, user) for maker in makers for user in self.names if names_what_it_made(facts, maker, user)
        )
        self.workable = lru_cache(maxsize=_REMEMBERED)(self._workable)
        """The candidate that calls these operations, in an order of its own; None where that makes no sense."""
        self.carriers = lru_cache(maxsize=_REMEMBERED)(partial(carriers, facts))
        """What carries which variation of a candidate."""
        self.beside = lru_cache(maxsize=None)(self._found_beside)
        """Operations that make a pair with one though nothing flows between them."""
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

    def _found_beside(self, name: str) -> tuple[str, ...]:
        near = dict.fromkeys(one for key in self._keys(name) for one in self._groups[key] if one != name)
        return tuple([one for one in near if belongs_together(self.facts, name, one)])

    def _is_dull(self, flow: Flow) -> bool:
        """Whether a flow reads back what was made, leads to another thing or place, or takes the first of a list that
        nothing orders or narrows.
        """
        nature = self.facts.natures[flow.producer]
        if nature.role == "create" and self.facts.natures[flow.consumer].role == "read":
            return True
        if not flow.own or flow.parameter in self.facts.places:
            return True
        return "[0]" in flow.path and not nature.is_ordered and not self.facts.narrowing[flow.producer]


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
