"""The people in whose words tasks are asked, so that a dataset does not speak in one voice; and which fit a task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from random import Random

from shared.curriculum.candidate import Candidate
from shared.curriculum.facts import Facts
from shared.curriculum.kinds import is_date, says_where_on
from shared.curriculum.nouns import key_words, path_segments
from shared.identifiers import words_of

_STRIDE, _RARE_TURN = 7, 5
_OPAQUE = frozenset(
    "id hash sha uuid sid etag digest checksum fingerprint urn arn cursor number code".split()
)
_OF_ONES_OWN = frozenset("me my own self current yourself your".split())
_RUNNING = frozenset(
    "server service cluster node instance container deployment deploy pipeline job queue log trace metric alert "
    "incident webhook endpoint health backup database cache monitor replication scan build host vm pod kpi latency "
    "uptime observability".split()
)
_GUARDED = frozenset(
    "role permission access policy token secret certificate audit security encryption privacy consent retention "
    "classification login password credential vulnerability legal shield robot".split()
)
_MONEY = frozenset(
    "price amount cost invoice payment budget billing bill charge refund balance fee tax salary revenue expense usage "
    "quota currency credit debit payout subscription order instalment".split()
)
_PUBLIC = frozenset(
    "campaign audience segment customer product message email newsletter contact lead media image video social post "
    "article event promotion shop store search review comment movie tv show track playlist page photo content".split()
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of an assignment decides who would ask for it.

    Attributes:
        words: what the operations are called, where they stand, and how the first sentence on them begins.
        is_plain: whether it takes at most one number or code by heart, and no page numbers.
        only_looks: whether it changes nothing.
        has_several_wishes: whether it takes more than one operation.
        is_counted: whether a number, a period, a choice or a column is given.
        is_dated: whether a day is given.
    """

    words: frozenset[str]
    is_plain: bool
    only_looks: bool
    has_several_wishes: bool
    is_counted: bool
    is_dated: bool

    @property
    def is_passed_on(self) -> bool:
        """Nobody passes on what only the caller's own account is about."""
        return _OF_ONES_OWN.isdisjoint(self.words)

    def is_about(self, words: frozenset[str]) -> bool:
        """Whether the operations are about one of these things."""
        return not words.isdisjoint(self.words)


VOICES: dict[str, Callable[[_Asked], bool]] = {
    "a busy operations manager who writes in short commands": lambda _: True,
    "a developer who writes terse tickets with concrete values": lambda _: True,
    "a product owner who describes the outcome and leaves the way open": lambda _: True,
    "a researcher who gives background before the request": lambda _: True,
    "a team lead who delegates in a friendly chat message": lambda _: True,
    "a curious power user who is exact about what is wanted": lambda _: True,
    "a colleague who writes as people talk": lambda _: True,
    "an impatient user who types on a phone between two appointments": lambda _: True,
    "an assistant who passes on a note word by word": lambda one: one.is_passed_on,
    "a support agent who relays what a customer said": lambda one: one.is_passed_on,
    "a consultant who frames the request as a client's need": lambda one: one.is_passed_on,
    "a project lead who lists several wishes in one sentence": lambda one: one.has_several_wishes,
    "an auditor who asks for evidence and traceability": lambda one: one.only_looks,
    "an on-call engineer in a hurry during an incident": lambda one: one.is_about(_RUNNING),
    "a security officer who names the constraints first": lambda one: one.is_about(_GUARDED),
    "a finance controller who cares about cost and limits": lambda one: one.is_about(_MONEY),
    "a data analyst who states columns, periods and thresholds exactly": lambda one: (
        one.only_looks and one.is_counted
    ),
    "a planner who gives dates, deadlines and priorities": lambda one: one.is_dated,
    "a newcomer who explains the goal and knows none of the technical words": lambda one: one.is_plain,
    "a non-native speaker who uses simple, plain sentences": lambda one: one.is_plain,
    "a small-business owner who says in passing what it is for": lambda one: one.is_plain,
    "somebody who speaks to a voice assistant": lambda one: one.is_plain,
    "a polite assistant who writes on behalf of someone else": lambda one: one.is_plain and one.is_passed_on,
    "a marketing specialist who thinks in campaigns and audiences": lambda one: (
        one.is_plain and one.is_about(_PUBLIC)
    ),
}
"""Each persona, and what says whether it would ask for what a candidate does, with the values that this needs."""
_SPECIALISTS = frozenset(
    one
    for one in VOICES
    if one.startswith(
        ("an on-call", "a security", "a finance", "a data analyst", "a planner", "a marketing", "an auditor")
    )
)
PERSONAS = tuple(sorted(VOICES, key=lambda one: blake2b(one.encode()).digest()))


class Personas:
    """Who asks for what; what people have to look up, count or date is known for a catalog from the start."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        pairs = tuple(facts.parameters)
        self._opaque = frozenset(pair for pair in pairs if _is_opaque(facts, *pair))
        self._counted = frozenset(pair for pair in pairs if _is_counted(facts, *pair))
        self._dated = frozenset(pair for pair in pairs if is_date(facts.parameters[pair]))
        self._words = {name: _words(facts, name) for name in facts.taught}
        self._given = {name: _given(facts, name) for name in facts.taught}

    def dealt(self, index: int, key: int, candidate: Candidate) -> str:
        """The persona of `index`: round after round each is dealt once, in an order of its own; those that do not fit
        the candidate are passed over. At every fifth index those come first that fit few tasks.
        """
        fits = self.fitting(candidate)
        turn, place = divmod(index, len(PERSONAS))
        order = _order(key, turn)
        # A stride, so that whoever comes in for another is not the one whose turn is next.
        round_ = [order[(place + _STRIDE * i) % len(order)] for i in range(len(order))]
        fit = [one for one in round_ if one in fits]
        rare = [one for one in fit if one in _SPECIALISTS]
        return rare[0] if rare and (index + key) % _RARE_TURN == 0 else fit[0]

    def fitting(self, candidate: Candidate) -> frozenset[str]:
        """The personas who would ask for what the candidate does, with the values that it needs."""
        asked = self._asked(candidate)
        return frozenset(one for one, fits in VOICES.items() if fits(asked))

    def _asked(self, candidate: Candidate) -> _Asked:
        facts = self._facts
        given = frozenset(candidate.filled).union(*(self._given[name] for name in candidate.focus))
        # An id that several operations take is one that the task gives.
        opaque = {parameter for _, parameter in (given & self._opaque) - candidate.fed}
        natures = [facts.natures[name] for name in candidate.focus]
        return _Asked(
            words=frozenset().union(*(self._words[name] for name in candidate.focus)),
            is_plain=len(opaque) <= 1 and not any(nature.signs_in for nature in natures),
            only_looks=not any(nature.writes for nature in natures),
            has_several_wishes=len(natures) > 1,
            is_counted=not given.isdisjoint(self._counted),
            is_dated=not (given - candidate.fed).isdisjoint(self._dated),
        )


@lru_cache(maxsize=64)
def _order(key: int, turn: int) -> tuple[str, ...]:
    order = list(PERSONAS)
    Random(f"{key}:{turn}").shuffle(order)
    return tuple(order)


def _words(facts: Facts, name: str) -> frozenset[str]:
    api = facts.apis[name]
    texts = (
        api.original_name or name,
        *api.tags,
        *path_segments(api.path),
        api.description.partition(".")[0][:160],
    )
    return frozenset(word for text in texts for word in (*words_of(text), *key_words(text)))


def _given(facts: Facts, name: str) -> frozenset[tuple[str, str]]:
    """What a call is told in any case, credentials among it."""
    needed = facts.needed[name]
    secrets = (
        p for p in facts.apis[name].parameters if p.required and facts.kinds[name, p.name] == "credential"
    )
    return frozenset((name, p.name) for p in (*needed, *secrets))


def _is_opaque(facts: Facts, name: str, parameter: str) -> bool:
    words = key_words(parameter)
    if says_where_on(parameter):
        return True  # whoever knows no technical words does not count pages
    kind = facts.kinds[name, parameter]
    header = facts.parameters[name, parameter].location == "header"
    named = bool(words) and (words[-1] in _OPAQUE or parameter.lower().endswith(("id", "ids", "sid", "key")))
    return kind in ("cursor", "version") or header or named


def _is_counted(facts: Facts, name: str, parameter: str) -> bool:
    """Whether a value is a number, a period, a choice or a column."""
    found, kind = facts.parameters[name, parameter], facts.kinds[name, parameter]
    if kind in ("limit", "date", "fields") or is_date(found):
        return True
    is_measure = found.type in ("integer", "number") or bool(found.enum)
    return is_measure and kind in ("content", "filter")
