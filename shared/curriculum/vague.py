"""What a task may leave open or say vaguely, so that the plan has to assume a value."""

from __future__ import annotations

from shared.catalog.model import Parameter
from shared.curriculum.facts import Facts
from shared.curriculum.kinds import example_of, is_date, says_where_on
from shared.curriculum.nouns import key_words
from shared.curriculum.roles import is_handle

# Texts that have a usual value.
_USUAL = frozenset(
    "format language locale timezone zone unit currency mode order sort encoding granularity style interval color "
    "colour theme resolution quality level priority analyzer severity frequency period category status".split()
)
# Switches that decide what becomes of a thing.
_FATES = frozenset(
    "archive trash delete enable disable active lock suspend block confirm force public private".split()
)
# What something is to become, or which one is looked for: the very thing that is asked for.
_AIMS = frozenset("target destination new desired to year month".split())
_SAID_BY_PEOPLE = frozenset(
    "name email address phone title url uri query prompt text description comment note message content body reason "
    "instruction summary subject path file user owner author price amount cost total size latitude longitude resource "
    "balance quantity type kind role action state resource".split()
)


def is_all_that_is_asked(facts: Facts, name: str, parameter: Parameter) -> bool:
    """Whether a write would say nothing without the argument: nobody asks for a volume without a volume."""
    says = facts.contents[name].says
    others = [p for p in facts.needed[name] if p.name != parameter.name and p.name in says]
    return facts.natures[name].writes and parameter.required and not others


def may_be_assumed(facts: Facts, name: str, parameter: Parameter) -> bool:
    """Whether an argument has a usual value: it names nothing, aims at nothing, and is no date."""
    kind = facts.kinds[name, parameter.name]
    if kind == "handle" or parameter.location == "path" or is_handle(parameter.name):
        return False
    if (
        is_date(parameter)
        or says_where_on(parameter.name)
        or len(parameter.name) < 2
        or (parameter.required and example_of(parameter) is None and not parameter.enum)
    ):
        return False
    words = key_words(parameter.name)
    if not _AIMS.isdisjoint(words) or (
        kind == "filter" and example_of(parameter) is None and not parameter.enum
    ):
        return False
    if parameter.type in ("integer", "number"):
        return kind == "limit" or (kind in ("content", "filter") and _SAID_BY_PEOPLE.isdisjoint(words))
    if parameter.type == "boolean":
        return not words or _FATES.isdisjoint(words)
    if parameter.enum and _SAID_BY_PEOPLE.isdisjoint(words):
        return True
    simple = isinstance(example_of(parameter), str) and len(str(example_of(parameter))) <= 40
    return parameter.type == "string" and simple and not _USUAL.isdisjoint(words)
