"""Looks: which one decides about the write after it, and which one shows nothing new."""

from __future__ import annotations

from shared.curriculum.blueprint import Flow
from shared.curriculum.facts import Facts
from shared.curriculum.fields import response_fields
from shared.curriculum.nouns import is_variable, key_words, path_segments
from shared.curriculum.roles import MAKES, is_getter, own_words

CONDITION = '"Only if step 1: …" stands among the failure modes of step 2, and step 2 depends on step 1.'


def looks_at_it(facts: Facts, look: str, write: str) -> bool:
    """Whether a look shows the very thing that a write works on, or what that is part of.

    Where paths name things, the look's path leads to the write's; where they only name operations, the look is at
    what both name by an argument.
    """
    thing, works = facts.own_thing[look], facts.natures[write]
    if not thing or thing not in facts.names_things[write]:
        return False
    if works.undoes and thing != facts.own_thing[write]:
        return False
    if works.role == "create" and facts.natures[look].role == "read" and works.resource in thing:
        return False  # reads by its name what is still to be created
    seen, worked_on = path_segments(facts.apis[look].path), path_segments(facts.apis[write].path)
    if any(map(is_variable, (*seen, *worked_on))):
        return worked_on[: len(seen)] == seen
    return is_getter(own_words(facts.apis[look])) and bool(set(thing) & _named(facts, look))


def _named(facts: Facts, name: str) -> set[str]:
    return {facts.natures[name].resource, *key_words(facts.apis[name].original_name or name)}


def shows_again(facts: Facts, flow: Flow) -> bool:
    """Whether a read that a flow leads to gives nothing that the producer has not given of the same thing."""
    if (
        not flow.own
        or facts.natures[flow.consumer].role != "read"
        or facts.natures[flow.producer].role in MAKES
    ):
        return False
    holder = flow.path.rpartition(".")[0]
    shown = _names_below(facts, flow.consumer, "")
    return bool(shown) and shown <= _names_below(facts, flow.producer, f"{holder}." if holder else "")


def _names_below(facts: Facts, name: str, start: str) -> set[str]:
    """The names of the fields of a response right below the one at `start`."""
    paths = (field.path for field in response_fields(facts.apis[name].responses, ""))
    return {path.removeprefix(start).split(".")[0].split("[")[0] for path in paths if path.startswith(start)}
