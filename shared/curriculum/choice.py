"""Which operations an assignment calls, drawn around its centre, and which variation they carry."""

from __future__ import annotations

from random import Random

from shared.curriculum.blueprint import VARIATIONS
from shared.curriculum.candidate import Candidate, Carrier
from shared.curriculum.subgraph import Subgraph

# Sets of operations grown for one index until one carries the variation whose turn it is.
_TRIES = 3
# Share of those whose variation nothing carries that are plain; the others take the next one that something does.
_PLAIN_INSTEAD = 0.2
_FALLBACK_INSTEAD = 0.3
_NEEDS_A_PAIR = frozenset(("idempotency", "performance"))
# So many neighbours are tried before a set grows no further.
_NEAR = 8
# So large a share of dull flows is kept: they are fair requests, but nobody makes them every day.
_DULL = 0.6
# Where nothing flows, so many of those that wish for more than one call become a pair, the rest stays single.
_PAIRED = 0.9
# Of the pairs that look at a thing and then end it, so many are kept.
_LOOKED_UP = 0.6


def chosen(
    part: Subgraph, centre: str, wish: str, calls: int, turn: int, draw: Random
) -> tuple[Candidate, str, Carrier]:
    """Operations around `centre`, the variation that they carry, and what of them carries it this turn.

    That is the wished variation, or else the next one of the round that the first set which was drawn can carry.
    """
    first: Candidate | None = None
    for attempt in range(_TRIES):
        candidate = _tried(part, centre, wish, calls, attempt, draw)
        first = first or candidate
        if found := _carrier(part, wish, candidate, turn):
            return candidate, wish, found
    assert first is not None
    return first, *_instead_of(part, wish, first, turn, draw)


def _instead_of(
    part: Subgraph, wish: str, candidate: Candidate, turn: int, draw: Random
) -> tuple[str, Carrier]:
    """The variation of a candidate that cannot carry the one whose turn it is, with what carries it: plain, or the
    next of the round that it can.
    """
    if draw.random() >= _PLAIN_INSTEAD:
        start = VARIATIONS.index(wish)
        for name in (*VARIATIONS[start:], *VARIATIONS[:start]):
            if name == "fallback_flow" and draw.random() >= _FALLBACK_INSTEAD:
                continue
            if found := _carrier(part, name, candidate, turn):
                return name, found
    return "plain", Carrier()


def _carrier(part: Subgraph, variation: str, candidate: Candidate, turn: int) -> Carrier | None:
    """What carries a variation this turn, None where nothing does or there is no room for it."""
    found = part.carriers(candidate)[variation]
    return found[turn % len(found)] if found else None


def _tried(part: Subgraph, centre: str, wish: str, calls: int, attempt: int, draw: Random) -> Candidate:
    """Operations for a try: as many as are wished for, or a pair, or the centre alone where that is better."""
    if attempt == 0:
        return _grow(part, centre, calls, draw)
    if attempt == 1 and wish in _NEEDS_A_PAIR:
        return _pair(part, centre, draw)
    return _grow(part, centre, 1 if wish == "multi_entity" else calls, draw)


def _grow(part: Subgraph, centre: str, calls: int, draw: Random) -> Candidate:
    """`centre` with up to `calls - 1` companions in a workable order, and what flows between them.

    Every step of the growth is fit to be assigned by itself, so that a set that cannot grow further is as good.
    """
    candidate = part.alone[centre]
    while len(candidate.focus) < calls:
        grown = _larger(part, candidate.focus, draw)
        if grown is None:
            break
        candidate = grown
    if len(candidate.focus) == 1 and calls > 1 and draw.random() < _PAIRED:
        return _pair(part, centre, draw)
    return candidate


def _larger(part: Subgraph, focus: tuple[str, ...], draw: Random) -> Candidate | None:
    near = [name for one in focus for name in part.around.get(one, ()) if name not in focus]
    for name in draw.sample(near, min(_NEAR, len(near))):
        flows = [
            flow
            for one in focus
            for pair in ((one, name), (name, one))
            for flow in part.between.get(pair, ())
        ]
        if all(flow in part.dull for flow in flows) and draw.random() > _DULL:
            continue
        grown = part.workable((*focus, name))
        if grown is not None and grown.passed:
            return grown
    return None


def _pair(part: Subgraph, centre: str, draw: Random) -> Candidate:
    """`centre` with one operation about the same thing, or alone where there is none."""
    near = part.beside(centre)
    for name in draw.sample(near, min(_NEAR, len(near))):
        if (
            part.facts.natures[name].undoes != part.facts.natures[centre].undoes
            and draw.random() > _LOOKED_UP
        ):
            continue
        if pair := part.workable((centre, name)):
            return pair
    return part.alone[centre]
