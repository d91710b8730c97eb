"""Which operations make a pair though nothing flows between them."""

from __future__ import annotations

from shared.curriculum.facts import Facts
from shared.curriculum.looks import looks_at_it
from shared.curriculum.nouns import key_words
from shared.curriculum.roles import MAKES

# Nouns by which two operations have nothing in common.
_ANYTHING = frozenset("text data value number content string object thing input message result".split())


def belongs_together(facts: Facts, one: str, other: str) -> bool:
    """Whether two operations that exchange nothing make a pair: about one thing, or a look before a creation."""
    first, second = facts.natures[one], facts.natures[other]
    at_one_path = bool(first.collection) and facts.apis[one].path == facts.apis[other].path
    is_way = at_one_path and first.role == second.role
    if at_one_path and {first.role, second.role} == {"read", "create"}:
        return False  # reads by its name what is still to be created
    if names_what_it_made(facts, one, other) or names_what_it_made(facts, other, one):
        return True
    if is_way or (first.writes and second.writes):
        return False
    if first.writes != second.writes and looks_at_it(
        facts, *((other, one) if first.writes else (one, other))
    ):
        return True
    thing = facts.own_thing[one]
    if thing and thing == facts.own_thing[other]:
        return not (first.writes or second.writes) and _is_of_one_concern(facts, one, other)
    if first.resource != second.resource or not first.resource:
        return False
    roles = {first.role, second.role}
    if roles == {"list", "create"}:
        lister = one if first.role == "list" else other
        return bool(facts.narrowing[lister])
    if key_words(facts.apis[one].name) == key_words(facts.apis[other].name):
        return False  # nothing but a number tells them apart
    if first.resource in _ANYTHING:
        return False
    near = first.collection[:-1] == second.collection[:-1] and facts.apis[one].tags == facts.apis[other].tags
    return roles <= {"read", "list"} and near and not facts.handles[one] and not facts.handles[other]


def _is_of_one_concern(facts: Facts, one: str, other: str) -> bool:
    """Whether two reads of one thing stand in one part of the catalog."""
    tags = facts.apis[one].tags[:1]
    return bool(tags and tags == facts.apis[other].tags[:1]) or (
        facts.natures[one].collection[:1] == facts.natures[other].collection[:1]
    )


def names_what_it_made(facts: Facts, maker: str, user: str) -> bool:
    """Whether `maker` creates a thing under a name that the task gives and that `user` takes: an order, no flow."""
    made, builds = facts.natures[maker], facts.natures[user]
    if made.role != "create" or builds.role not in MAKES or made.resource == builds.resource:
        return False
    given = {p.name for p in facts.needed[maker] if p.location != "path"}
    return any(made.resource in key_words(name) for name in given & facts.handles[user])
