"""The people in whose words tasks are asked, so that a dataset does not speak in one voice; and which fit a task."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from random import Random

from shared.curriculum.facts import Facts
from shared.curriculum.kinds import is_date
from shared.curriculum.nouns import key_words
from shared.curriculum.subgraph import Candidate

ANYONE = (
    "a busy operations manager who writes in short commands",
    "a developer who writes terse tickets with concrete values",
    "a support agent who relays what a customer said",
    "a product owner who describes the outcome and leaves the way open",
    "an auditor who asks for evidence and traceability",
    "a project lead who lists several wishes in one sentence",
    "a researcher who gives background before the request",
    "an on-call engineer in a hurry during an incident",
    "a team lead who delegates in a friendly chat message",
    "a consultant who frames the request as a client's need",
    "a security officer who names the constraints first",
    "a curious power user who asks for an extra check at the end",
)
PLAIN_SPEAKERS = (
    "a newcomer who explains the goal and knows none of the technical words",
    "a marketing specialist who thinks in campaigns and audiences",
    "a non-native speaker who uses simple, plain sentences",
    "a small-business owner who tells a little story around the request",
    "a polite assistant who writes on behalf of someone else",
)
"""They know at most one number or code by heart."""
COUNTERS = (
    "a data analyst who states columns, periods and thresholds exactly",
    "a finance controller who cares about cost and limits",
    "a planner who gives dates, deadlines and priorities",
)
"""They need something to count or to date: a filter, a date or a limit."""
PERSONAS = tuple(
    sorted((*ANYONE, *PLAIN_SPEAKERS, *COUNTERS), key=lambda one: blake2b(one.encode()).digest())
)

_STRIDE = 7
_OPAQUE = frozenset(
    "id hash sha uuid sid etag digest checksum fingerprint urn arn cursor number code".split()
)


class Personas:
    """Who asks for what; which arguments people have to look up or count is known for a catalog from the start."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._opaque = {pair for pair in facts.parameters if _is_opaque(facts, *pair)}
        self._counted = {pair for pair in facts.parameters if _is_counted(facts, *pair)}

    def dealt(self, index: int, key: int, candidate: Candidate) -> str:
        """The persona of `index`: round after round each is dealt once, in an order of its own; those that do not fit
        the candidate are passed over.
        """
        fits = self.fitting(candidate)
        turn, place = divmod(index, len(PERSONAS))
        order = _order(key, turn)
        # A stride, so that whoever comes in for another is not the one whose turn is next.
        round_ = [order[(place + _STRIDE * i) % len(order)] for i in range(len(order))]
        return next(one for one in round_ if one in fits)

    def fitting(self, candidate: Candidate) -> frozenset[str]:
        """The personas who would ask for what the candidate does, with the values that it needs."""
        facts, filled = self._facts, frozenset(candidate.filled)
        given = {(name, p.name) for name in candidate.focus for p in facts.needed[name]} | filled
        # An id that several operations take is one that the task gives.
        opaque = {parameter for _, parameter in (given & self._opaque) - candidate.fed}
        plain = len(opaque) <= 1 and not any(facts.natures[name].signs_in for name in candidate.focus)
        counts = not given.isdisjoint(self._counted)
        return frozenset((*ANYONE, *(PLAIN_SPEAKERS if plain else ()), *(COUNTERS if counts else ())))


@lru_cache(maxsize=64)
def _order(key: int, turn: int) -> tuple[str, ...]:
    order = list(PERSONAS)
    Random(f"{key}:{turn}").shuffle(order)
    return tuple(order)


def _is_opaque(facts: Facts, name: str, parameter: str) -> bool:
    words = key_words(parameter)
    kind = facts.kinds[name, parameter]
    header = facts.parameters[name, parameter].location == "header"
    named = bool(words) and (words[-1] in _OPAQUE or parameter.lower().endswith(("id", "ids", "sid", "key")))
    return kind in ("cursor", "version") or header or named


def _is_counted(facts: Facts, name: str, parameter: str) -> bool:
    found = facts.parameters[name, parameter]
    return (
        facts.kinds[name, parameter] in ("filter", "limit", "date")
        or is_date(found)
        or (found.type in ("integer", "number") and facts.kinds[name, parameter] == "content")
    )
