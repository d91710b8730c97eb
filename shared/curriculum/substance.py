"""Which arguments a write is about, and which only say how or end the thing."""

from __future__ import annotations

from shared.curriculum.facts import Facts
from shared.curriculum.kinds import takes_away
from shared.curriculum.nouns import key_words

_MAIN = frozenset(
    "name title subject text content message body summary comment query question prompt item uri".split()
)

# What only chooses among ways to do it.
_CHOICES = frozenset((one,) for one in "type kind mode format method operation op action".split())


def weight(facts: Facts, name: str, parameter: str) -> int:
    """How much a write is about an argument: 0 what it is called or says, or what it holds; 1 other content, 2 numbers,
    3 flags and what says nothing.
    """
    found, words = facts.parameters[name, parameter], key_words(parameter)
    if says_nothing(facts, name, parameter):
        return 3
    if (words and words[-1] in _MAIN) or found.type in ("array", "object"):
        return 0
    return 2 if found.type in ("integer", "number") else 1


def says_nothing(facts: Facts, name: str, parameter: str) -> bool:
    """Whether an argument is no content: it names the thing worked on, says where, or only switches something."""
    found = facts.parameters[name, parameter]
    if parameter in facts.handles[name] or parameter in facts.places or found.location in ("header", "path"):
        return True
    if key_words(parameter)[-1:] in _CHOICES:
        return True
    return found.type == "boolean" or facts.kinds[name, parameter] not in (
        "content",
        "handle",
        "date",
        "filter",
    )


def is_fate(facts: Facts, name: str, parameter: str) -> bool:
    """Whether an argument of a change takes the thing away (`archived`, `in_trash`)."""
    return facts.natures[name].role == "change" and takes_away(facts.parameters[name, parameter])
