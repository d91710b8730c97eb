"""Assigns to each index of a run what it is to teach, so that every operation and parameter is taught."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import replace
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from random import Random

from shared.catalog.model import Catalog
from shared.curriculum.blueprint import VARIATIONS, Blueprint, Difficulty, Shape
from shared.curriculum.candidate import Candidate
from shared.curriculum.choice import chosen
from shared.curriculum.facts import Facts
from shared.curriculum.fill import MOST, filled
from shared.curriculum.kinds import TAKES_DATA
from shared.curriculum.notes import notes_of, notes_on_twins
from shared.curriculum.personas import Personas
from shared.curriculum.slices import Slice
from shared.curriculum.subgraph import Subgraph

MAX_CALLS = 6
# Shares of tasks by the number of calls wished for, 1 to 6; the flows of a catalog often give fewer.
_CALLS = (0.08, 0.46, 0.76, 0.92, 0.98, 1.0)
# One third of the turns is plain, the rest goes round the eight variations.
_TURNS = (
    *VARIATIONS[:2],
    "plain",
    *VARIATIONS[2:4],
    "plain",
    *VARIATIONS[4:6],
    "plain",
    *VARIATIONS[6:],
    "plain",
)
_DIFFICULTIES: tuple[Difficulty, ...] = ("XS", "S", "M", "L", "XL")
# Share of the indices that `lacking` steers; the rest keeps the mix of the catalog.
_STEERED = 0.75
_COVERED_AT, _ASKED_EVERY = 40, 4
# Things that a task about several of them is about, on average.
_THINGS = 3


class CoveragePlan:
    """The blueprints of a run, computed index by index.

    Every aligned block of as many indices as there are operations to teach makes each operation the centre of one
    blueprint, in an order of its own (an affine permutation keyed by catalog, seed and block), so that rare
    operations are taught as often as popular ones; companions come from the flows. Optional parameters go round
    block by block. A twin of another operation and what is deprecated are no centres: see `untaught`.

    Args:
        catalog: all operations.
        slices: from `cut`; a blueprint stays inside one.
        seed: same seed, same plan.
        seed_tasks: tasks of the user, dealt evenly over the indices.
        lacking: weight of each API that accepted records lack; steers three of four indices to them.
    """

    def __init__(
        self,
        catalog: Catalog,
        slices: Sequence[Slice],
        *,
        seed: int = 0,
        seed_tasks: Sequence[str] = (),
        lacking: Mapping[str, float] | None = None,
    ) -> None:
        self._seed_tasks = tuple(seed_tasks)
        self.facts = Facts(catalog)
        self._parts = {part.index: Subgraph(self.facts, part.apis) for part in slices}
        self._on_twins = notes_on_twins(self.facts)
        self._personas = Personas(self.facts)
        self._homes: dict[str, list[int]] = defaultdict(list)
        for number, part in self._parts.items():
            for name in part.names:
                self._homes[name].append(number)
        self._names = tuple(name for name in self.facts.taught if name in self._homes)
        self._key = _key(seed, catalog.name, *self._names)
        steered = sorted(
            (name, weight) for name, weight in (lacking or {}).items() if name in self._homes and weight > 0
        )
        self._steered = tuple(name for name, _ in steered)
        self._weights = tuple(accumulate(weight for _, weight in steered))

    def blueprint(self, index: int) -> Blueprint:
        """The assignment of `index` (0 or more). ValueError if the catalog has no operation in a slice."""
        if not self._names:
            raise ValueError("a coverage plan needs at least one operation in a slice")
        draw = Random(_key(self._key, "blueprint", index))
        turn, place = divmod(index, len(self._names))
        centre = self._centre(turn, place, draw)
        homes = self._homes[centre]
        home = homes[turn % len(homes)]
        wish = _TURNS[(turn + _key(self._key, "variation", centre)) % len(_TURNS)]
        wished = _calls(draw)
        calls = 1 if _asks_how_much(self.facts, centre, turn) else wished
        candidate, variation, carried = chosen(self._parts[home], centre, wish, calls, turn, draw)
        window = optional_arguments(self.facts, centre, turn, draw)
        filling = filled(self.facts, candidate, carried.fill, centre, window, turn, draw)
        whole = replace(candidate, filled=tuple(filling.pairs))
        return Blueprint(
            index=index,
            slice=home,
            focus=whole.focus,
            flows=whole.passed,
            required=_in_order(self.facts, whole),
            shape=_shape(whole, variation),
            variation=variation,
            difficulty=_difficulty(_calls_of(whole, variation), len(filling.pairs)),
            persona=self._personas.dealt(index, self._key, whole),
            seed_task=self._seed_tasks[(index + turn) % len(self._seed_tasks)] if self._seed_tasks else "",
            given=tuple(filling.given),
            notes=notes_of(self.facts, whole, carried.note, self._on_twins),
        )

    def _centre(self, turn: int, place: int, draw: Random) -> str:
        if self._steered and draw.random() < _STEERED:
            return self._steered[
                bisect_right(self._weights, draw.random() * self._weights[-1], hi=len(self._steered) - 1)
            ]
        step, shift = _permutation(self._key, turn, len(self._names))
        return self._names[(place * step + shift) % len(self._names)]


def _asks_how_much(facts: Facts, centre: str, turn: int) -> bool:
    """Whether it is the turn of how much or in what order a list gives: nobody says that of a step on the way.

    Of four rounds through the arguments one is so.
    """
    own = facts.fillable[centre]
    if not own or _passes(own, turn) * _width(own) // len(own) % _ASKED_EVERY:
        return False
    kinds = {facts.kinds[centre, one] for one in _covered(facts, centre, turn)}
    return facts.natures[centre].role == "list" and not kinds <= TAKES_DATA


def optional_arguments(facts: Facts, centre: str, turn: int, draw: Random) -> list[str]:
    """Those of the centre to be filled: every other turn takes the next ones in order, the others draw."""
    own = facts.fillable[centre]
    if not own or _covers(own, turn):
        return _covered(facts, centre, turn)
    width, start = int(draw.random() * 3), int(draw.random() * len(own))
    return [own[(start + i) % len(own)] for i in range(width)]


def _covers(own: Sequence[str], turn: int) -> bool:
    return turn % 2 == 0 or len(own) > _COVERED_AT


def _covered(facts: Facts, centre: str, turn: int) -> list[str]:
    """The optional arguments whose turn it is."""
    own = facts.fillable[centre]
    if not own or not _covers(own, turn):
        return []
    width, passes = _width(own), _passes(own, turn)
    start = passes * width + passes * width // len(own)
    return [own[(start + i) % len(own)] for i in range(width)]


def _width(own: Sequence[str]) -> int:
    return min(MOST, max(2, -(-len(own) // (_COVERED_AT // 2))))


def _passes(own: Sequence[str], turn: int) -> int:
    """How many covering turns there were before."""
    return turn // 2 if len(own) <= _COVERED_AT else turn


def _shape(whole: Candidate, variation: str) -> Shape:
    if len(whole.focus) == 1 and variation == "multi_entity":
        return "parallel"
    return whole.shape


def _calls_of(whole: Candidate, variation: str) -> int:
    """About how many calls the plan has; for several things at once there are more than operations."""
    return len(whole.focus) * (_THINGS if variation == "multi_entity" else 1)


def _in_order(facts: Facts, candidate: Candidate) -> tuple[tuple[str, str], ...]:
    order = {name: i for i, name in enumerate(candidate.focus)}
    place = {(name, p.name): i for name in candidate.focus for i, p in enumerate(facts.apis[name].parameters)}
    return tuple(sorted(candidate.filled, key=lambda pair: (order[pair[0]], place[pair])))


def _key(*parts: object) -> int:
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest())


@lru_cache(maxsize=64)
def _permutation(of_plan: int, turn: int, size: int) -> tuple[int, int]:
    """Step and shift of the permutation `place * step + shift` (mod `size`) of a block."""
    key = _key(of_plan, "permutation", turn)
    step = key % size or 1
    while math.gcd(step, size) != 1:
        step += 1
    return step, (key >> 32) % size


def _calls(draw: Random) -> int:
    return min(bisect_right(_CALLS, draw.random()) + 1, MAX_CALLS)


def _difficulty(calls: int, filled: int) -> Difficulty:
    """XS for one plain call up to XL for five and more; three optional arguments weigh as much as a call."""
    return _DIFFICULTIES[min(calls - 1 + (filled >= 3), len(_DIFFICULTIES) - 1)]
