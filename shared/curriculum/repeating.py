"""What keeps a task that is carried out twice from counting twice."""

from __future__ import annotations

from shared.curriculum.candidate import Candidate, Carrier
from shared.curriculum.facts import Facts
from shared.curriculum.looks import CONDITION
from shared.curriculum.nouns import key_words
from shared.curriculum.roles import MAKES, own_words
from shared.curriculum.verbs import plain_verb

_KEYS = (("idempotency", "key"), ("idempotency", "token"), ("client", "token"), ("dedupe", "key"))
# Verbs whose repetition leaves the same state, whatever the method.
_SETTERS = frozenset("update set rename replace upsert overwrite".split())

# What is done to so many pieces, or so much money, and again to as many.
_PER_PIECE = frozenset("return refund withdraw".split())


def repeatable(facts: Facts, candidate: Candidate) -> list[Carrier]:
    """Every write can be repeated: it sets or removes by a key, carries a key of its own, or is looked for before."""
    writes = [name for name in candidate.focus if facts.natures[name].writes]
    found = [_repeatable(facts, candidate, name) for name in writes]
    kept = [one for one in found if one is not None]
    if not kept or len(kept) < len(found):
        return []
    return [next((one for one in kept if one.fill), kept[0])]


def _repeatable(facts: Facts, candidate: Candidate, name: str) -> Carrier | None:
    api, nature = facts.apis[name], facts.natures[name]
    for parameter in api.parameters:
        words = key_words(parameter.name)
        if any(words[-len(key) :] == key for key in _KEYS):
            fill = None if parameter.required else (name, parameter.name)
            if fill is None or parameter.name in facts.fillable[name]:
                return Carrier(
                    fill, f"`{parameter.name}` of `{name}` keeps a repetition from counting twice."
                )
    verbs = {plain_verb(word) for word in own_words(api)[:3]}
    if _is_looked_for(facts, candidate, name):
        look = candidate.focus[0]
        return Carrier(
            None, f"`{look}` tells whether it was done before, and `{name}` is made only if not: {CONDITION}"
        )
    ends = nature.undoes and verbs.isdisjoint(_PER_PIECE)
    sets = api.method in ("PUT", "DELETE") or ends or not verbs.isdisjoint(_SETTERS)
    if facts.handles[name] and sets and nature.role != "start":
        return Carrier(
            None, f"Carrying out `{name}` a second time leaves the same state; the plan may rely on that."
        )
    return None


def _is_looked_for(facts: Facts, candidate: Candidate, name: str) -> bool:
    """Whether a look before it tells that the thing is made, or what state it is in."""
    if candidate.shape != "guarded":
        return False
    look, made = facts.natures[candidate.focus[0]], facts.natures[name]
    if made.role not in MAKES:
        return True
    return look.resource == made.resource and (
        look.role == "list" or (look.role == "read" and bool(facts.narrowing[candidate.focus[0]]))
    )
