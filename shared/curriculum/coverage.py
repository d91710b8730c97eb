"""Assigns to each index of a run what it is to teach, so that every operation and parameter is taught."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from random import Random

from shared.catalog.model import Api, Catalog
from shared.curriculum.blueprint import VARIATIONS, Blueprint, Difficulty, Flow
from shared.curriculum.flows import flows
from shared.curriculum.personas import PERSONAS
from shared.curriculum.slices import Slice
from shared.curriculum.subgraph import Subgraph, grow, ordered, passed_flows, shape_of
from shared.curriculum.subjects import subjects
from shared.scrub.names import NameKind, name_kind

MAX_CALLS = 6
# Shares of tasks by number of calls, 1 to 6: under a third are single calls, and all difficulties occur.
_CALLS = (0.28, 0.50, 0.72, 0.86, 0.95, 1.0)
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


class CoveragePlan:
    """The blueprints of a run, computed index by index.

    Every aligned block of as many indices as there are operations makes each operation the centre of one
    blueprint, in an order of its own (an affine permutation keyed by seed and block), so that rare
    operations are taught as often as popular ones; companions come from the flows, less connected ones
    first. Optional parameters go round block by block.

    Args:
        catalog: all operations.
        slices: from `shared.curriculum.slices.cut`; a blueprint stays inside one.
        samples: records asked for; bounds nothing, the plan goes on for top-up indices.
        seed: same seed, same plan.
        seed_tasks: tasks of the user, dealt evenly over the indices.
        lacking: weight of each API that accepted records lack; steers three of four indices to them.
    """

    def __init__(
        self,
        catalog: Catalog,
        slices: Sequence[Slice],
        *,
        samples: int,
        seed: int = 0,
        seed_tasks: Sequence[str] = (),
        lacking: Mapping[str, float] | None = None,
    ) -> None:
        self.samples = samples
        self._seed = seed
        self._seed_tasks = tuple(seed_tasks)
        self._apis = {api.name: api for api in catalog.apis}
        self._names = tuple(self._apis)
        edges = flows(catalog)
        self._parts = {
            part.index: Subgraph([self._apis[name] for name in part.apis], edges) for part in slices
        }
        self._homes: dict[str, list[int]] = defaultdict(list)
        for part in slices:
            for name in part.apis:
                self._homes[name].append(part.index)
        self._optional = {api.name: _optional_parameters(api) for api in catalog.apis}
        # Nothing flows out of a removal, so removals may always come last.
        self._removals = {name for name, about in subjects(catalog.apis).items() if about.role == "removes"}
        steered = sorted(
            (name, weight) for name, weight in (lacking or {}).items() if name in self._apis and weight > 0
        )
        self._steered = tuple(name for name, _ in steered)
        self._weights = tuple(accumulate(weight for _, weight in steered))

    def blueprint(self, index: int) -> Blueprint:
        """The assignment of `index` (0 or more). ValueError if the catalog has no operation in a slice."""
        if not self._homes:
            raise ValueError("a coverage plan needs at least one operation in a slice")
        draw = Random(_key(self._seed, "blueprint", index))
        turn, place = divmod(index, len(self._names))
        centre = self._centre(turn, place, draw)
        homes = self._homes[centre]
        home = homes[turn % len(homes)]
        part = self._parts[home]
        grown = grow(part, centre, _calls(draw), draw)
        lasting = [name for name in grown if name not in self._removals]
        focus = (*ordered(part, lasting), *(name for name in grown if name in self._removals))
        passed = passed_flows(part, focus)
        required = self._filled(centre, focus, passed, turn, draw)
        variation = _TURNS[(turn + _key(self._seed, "variation", centre)) % len(_TURNS)]
        return Blueprint(
            index=index,
            slice=home,
            focus=focus,
            flows=passed,
            required=required,
            shape=shape_of(focus, passed),
            variation=variation,
            difficulty=_difficulty(len(focus), len(required)),
            persona=PERSONAS[int(draw.random() * len(PERSONAS))],
            seed_task=self._seed_tasks[(index + turn) % len(self._seed_tasks)] if self._seed_tasks else "",
        )

    def _centre(self, turn: int, place: int, draw: Random) -> str:
        if self._steered and draw.random() < _STEERED:
            return self._steered[
                bisect_right(self._weights, draw.random() * self._weights[-1], hi=len(self._steered) - 1)
            ]
        step, shift = _permutation(self._seed, turn, len(self._names))
        return self._names[(place * step + shift) % len(self._names)]

    def _filled(
        self, centre: str, focus: tuple[str, ...], passed: tuple[Flow, ...], turn: int, draw: Random
    ) -> tuple[tuple[str, str], ...]:
        """The optional parameters to fill: those that take a flow, a window of the centre's, one of some others."""
        optional = {name: self._optional[name] for name in focus}
        chosen = {
            (flow.consumer, flow.parameter) for flow in passed if flow.parameter in optional[flow.consumer]
        }
        own = optional[centre]
        if own:
            width = min(len(own), int(draw.random() * 4) if turn % 2 else 2 + int(draw.random() * 2))
            start = turn // 2 * 3 + (len(own) // 2 if turn % 2 else 0)
            chosen |= {(centre, own[(start + i) % len(own)]) for i in range(width)}
        for name in focus:
            if name != centre and optional[name] and draw.random() < 0.5:
                chosen.add((name, optional[name][int(draw.random() * len(optional[name]))]))
        order = {name: i for i, name in enumerate(focus)}
        return tuple(sorted(chosen, key=lambda pair: (order[pair[0]], optional[pair[0]].index(pair[1]))))


def _key(*parts: object) -> int:
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest())


@lru_cache(maxsize=64)
def _permutation(seed: int, turn: int, size: int) -> tuple[int, int]:
    """Step and shift of the permutation `place * step + shift` (mod `size`) of a block."""
    key = _key(seed, "permutation", turn)
    step = key % size or 1
    while math.gcd(step, size) != 1:
        step += 1
    return step, (key >> 32) % size


def _optional_parameters(api: Api) -> tuple[str, ...]:
    """Optional parameters worth filling: credentials are not, their values would be refused."""
    return tuple(
        p.name
        for p in api.parameters
        if not p.required and name_kind(p.name, p.location) is not NameKind.SECRET
    )


def _calls(draw: Random) -> int:
    return min(bisect_right(_CALLS, draw.random()) + 1, MAX_CALLS)


def _difficulty(calls: int, filled: int) -> Difficulty:
    """XS for one plain call up to XL for five and more; three optional arguments weigh as much as a call."""
    return _DIFFICULTIES[min(calls - 1 + (filled >= 3), len(_DIFFICULTIES) - 1)]
