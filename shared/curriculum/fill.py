"""Which optional arguments a task gives values for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from random import Random
from typing import Any

from shared.curriculum.blueprint import Flow
from shared.curriculum.candidate import Candidate
from shared.curriculum.facts import Facts
from shared.curriculum.kinds import TAKES_DATA, is_query
from shared.curriculum.nouns import key_words

MOST = 3
"""Optional arguments filled in one assignment, those that flows fill among them."""
_SEARCHES = frozenset("search find query lookup".split())


class Filling:
    """The optional arguments of one assignment, added one by one; what cannot be given together is refused.

    Args:
        facts: of the catalog.
        passed: what flows; optional arguments that take it are filled.
        looked_up: operations that are called for one thing alone: nobody asks how much they give or in what order.
    """

    def __init__(self, facts: Facts, passed: Sequence[Flow], looked_up: Collection[str] = ()) -> None:
        self._facts = facts
        self._looked_up = looked_up
        self.pairs: list[tuple[str, str]] = []
        self.given: list[tuple[str, str, Any]] = []
        for flow in passed:
            if flow.parameter in facts.fillable[flow.consumer]:
                self.pairs.append((flow.consumer, flow.parameter))

    @property
    def room(self) -> int:
        """How many more arguments may be filled."""
        return MOST - len(self.pairs)

    def add(self, name: str, parameter: str) -> bool:
        """Fill an argument; False where there is no room, or where it excludes or needs what is there."""
        pair = (name, parameter)
        if pair in self.pairs:
            return True
        ties = self._facts.ties[name]
        taken = {one for api, one in self.pairs if api == name}
        if self.room < 1 or not taken.isdisjoint(ties.excludes.get(parameter, ())):
            return False
        if taken and not self._facts.contents[name].alone.isdisjoint((parameter, *taken)):
            return False
        if name in self._looked_up and self._facts.kinds[name, parameter] not in TAKES_DATA:
            return False
        need = ties.needs.get(parameter)
        if need is None:
            self.pairs.append(pair)
            return True
        return self._add_tied(name, parameter, *need)

    def _add_tied(self, name: str, parameter: str, sibling: str, value: Any) -> bool:
        """Fill an argument that wants a value of its sibling, and give the sibling that value."""
        asked = {(api, one): said for api, one, said in self.given}
        if asked.get((name, sibling), value) != value:
            return False
        is_there = self._facts.parameters[name, sibling].required or (name, sibling) in self.pairs
        if not is_there and (self.room < 2 or sibling not in self._facts.fillable[name]):
            return False
        self.pairs += [(name, parameter)] if is_there else [(name, sibling), (name, parameter)]
        if (name, sibling) not in asked:
            self.given.append((name, sibling, value))
        return True


def forced(facts: Facts, candidate: Candidate) -> Filling:
    """What the flows fill, and the filters that make the first of a list the one that is meant."""
    filling = Filling(facts, candidate.passed, candidate.looked_up)
    for name in candidate.looked_up:
        if one := facts.narrowing[name]:
            for wanted in (one, facts.closing(name, one)):
                if wanted in facts.fillable[name]:
                    filling.add(name, wanted)
    return filling


def filled(
    facts: Facts,
    candidate: Candidate,
    first: tuple[str, str] | None,
    centre: str,
    window: Sequence[str],
    turn: int,
    draw: Random,
) -> Filling:
    """The optional arguments of an assignment: `first` what its variation needs, then content, then those of the
    centre in `window`, then some of its companions'.
    """
    filling = forced(facts, candidate)
    if first is not None:
        filling.add(*first)
    for name in candidate.focus:
        fill_content(filling, facts, name, turn, window if name == centre else ())
    for one in window:
        filling.add(centre, one)
    for name in candidate.focus:
        if name != centre:
            _fill_companion(filling, facts, name, draw)
    return filling


def fill_content(filling: Filling, facts: Facts, name: str, turn: int, window: Collection[str] = ()) -> None:
    """Fill what a call is about where all of that is optional: a search without a query finds everything, a write
    without content changes nothing, and a thing is not made without its name. Of what a change may be about, one of
    `window` is taken where there is any.
    """
    filled = [one for api, one in filling.pairs if api == name]
    if facts.natures[name].role == "list":
        _fill_query(filling, facts, name, filled)
        return
    if facts.natures[name].role not in ("change", "create", "attach"):
        return
    content = facts.contents[name]
    if not content.own or content.is_required or not content.says.isdisjoint(filled):
        return
    best: Sequence[str] = content.best
    if facts.natures[name].role == "change":
        best = [one for one in content.own if one in window] or best[turn % len(best) :]
    filling.add(name, best[0])


def _fill_query(filling: Filling, facts: Facts, name: str, filled: Sequence[str]) -> None:
    """Say what is searched for, where an operation is called a search and nothing else narrows it."""
    is_search = not _SEARCHES.isdisjoint(key_words(facts.apis[name].original_name or name))
    if not is_search or facts.needed[name] or filled:
        return
    queries = [one for one in facts.fillable[name] if is_query(facts.parameters[name, one])]
    if queries:
        filling.add(name, queries[0])


def _fill_companion(filling: Filling, facts: Facts, name: str, draw: Random) -> None:
    """Fill one argument of a companion that takes data, one time in three."""
    own = [one for one in facts.fillable[name] if facts.kinds[name, one] in TAKES_DATA]
    if own and draw.random() < 1 / 3:
        filling.add(name, own[int(draw.random() * len(own))])
