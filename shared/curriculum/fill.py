"""Which optional arguments a task gives values for."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from shared.curriculum.blueprint import Flow
from shared.curriculum.facts import Facts
from shared.curriculum.kinds import TAKES_DATA
from shared.curriculum.subgraph import Candidate

MOST = 3
"""Optional arguments filled in one assignment, those that flows fill among them."""
_COVERED_AT = 40


class Filling:
    """The optional arguments of one assignment, added one by one; what cannot be given together is refused."""

    def __init__(self, facts: Facts, passed: Sequence[Flow]) -> None:
        self._facts = facts
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
    filling = Filling(facts, candidate.passed)
    for flow in candidate.passed:
        if (
            "[0]" in flow.path
            and (one := facts.narrowing[flow.producer])
            and one in facts.fillable[flow.producer]
        ):
            filling.add(flow.producer, one)
    return filling


def filled(
    facts: Facts, candidate: Candidate, first: tuple[str, str] | None, centre: str, turn: int, draw: Random
) -> Filling:
    """The optional arguments of an assignment: `first` what its variation needs, then content, then some of the
    centre's and of its companions'.
    """
    filling = forced(facts, candidate)
    if first is not None:
        filling.add(*first)
    for name in candidate.focus:
        _fill_content(filling, facts, name, turn)
    fill_window(filling, facts, centre, turn, draw)
    for name in candidate.focus:
        if name != centre:
            _fill_companion(filling, facts, name, draw)
    return filling


def fill_window(filling: Filling, facts: Facts, centre: str, turn: int, draw: Random) -> None:
    """Fill some of the centre's optional arguments: every other turn goes on through them, the others draw."""
    own = facts.fillable[centre]
    if not own:
        return
    covers = turn % 2 == 0 or len(own) > _COVERED_AT
    width = min(MOST, max(2, -(-len(own) // (_COVERED_AT // 2)))) if covers else int(draw.random() * 3)
    passes = turn // 2 if len(own) <= _COVERED_AT else turn
    start = passes * width + passes * width // len(own) if covers else int(draw.random() * len(own))
    for i in range(width):
        filling.add(centre, own[(start + i) % len(own)])


def _fill_content(filling: Filling, facts: Facts, name: str, turn: int) -> None:
    """Fill one argument with content where a write has optional ones alone: it would change nothing."""
    if facts.natures[name].role not in ("change", "create", "attach"):
        return
    if any(p.name not in facts.handles[name] and p.name not in facts.places for p in facts.needed[name]):
        return
    own = [
        one
        for one in facts.fillable[name]
        if facts.kinds[name, one] == "content" and not _is_header(facts, name, one)
    ]
    if own and not any(api == name and one in own for api, one in filling.pairs):
        filling.add(name, own[turn % len(own)])


def _is_header(facts: Facts, name: str, parameter: str) -> bool:
    return facts.parameters[name, parameter].location == "header"


def _fill_companion(filling: Filling, facts: Facts, name: str, draw: Random) -> None:
    """Fill one argument of a companion that takes data, one time in three."""
    own = [one for one in facts.fillable[name] if facts.kinds[name, one] in TAKES_DATA]
    if own and draw.random() < 1 / 3:
        filling.add(name, own[int(draw.random() * len(own))])
