"""What the teacher has to know of one assignment besides its operations, in whole sentences."""

from __future__ import annotations

from collections.abc import Mapping

from shared.curriculum.candidate import Candidate
from shared.curriculum.facts import Facts
from shared.curriculum.looks import CONDITION
from shared.curriculum.nouns import key_words
from shared.curriculum.twins import signs_in

_SEARCHES = frozenset("search find query lookup similarity".split())


def notes_on_twins(facts: Facts) -> dict[str, list[str]]:
    """For each operation that looks like others, the sentences that tell them apart."""
    return {
        name: _alike(facts, name) for name in facts.taught if name in facts.relatives or name in facts.twins
    }


def notes_of(
    facts: Facts, candidate: Candidate, carried: str, on_twins: Mapping[str, list[str]]
) -> tuple[str, ...]:
    """The sentences on what carries the variation, on first elements of lists, and on operations that look alike."""
    notes = [carried] if carried else []
    if candidate.shape == "guarded" and CONDITION not in carried:
        notes.append(guard_note(facts, *candidate.focus))
    notes += [
        f"The task asks to see in the end what `{name}` shows of what was made."
        for name in candidate.looks_back
    ]
    listers = dict.fromkeys(flow.producer for flow in candidate.passed if "[0]" in flow.path)
    notes.extend(_first_of(facts, candidate, producer) for producer in listers)
    for name in candidate.focus:
        notes += on_twins.get(name, ())
    return tuple(notes)


def guard_note(facts: Facts, look: str, write: str) -> str:
    """What the teacher has to know of a look that decides."""
    seen, made = facts.natures[look], facts.natures[write]
    if seen.role == "list" and made.role == "create" and seen.resource == made.resource:
        said = (
            f"`{look}` tells whether what is wanted is there already, and `{write}` is made only if it is not"
        )
    else:
        said = (
            f"The task makes `{write}` depend on something that `{look}` shows of the same thing, as people do "
            "(only if it is still open, unless somebody uses it)"
        )
    return f"{said}: {CONDITION}"


def _first_of(facts: Facts, candidate: Candidate, producer: str) -> str:
    narrowing = facts.narrowing[producer]
    given = {one for name, one in candidate.filled if name == producer} | {
        p.name for p in facts.needed[producer]
    }
    if narrowing in given:
        if closing := facts.closing(producer, narrowing):
            return (
                f"`{narrowing}` and `{closing}` of `{producer}` are the day, or the few days, of the one that is "
                "meant; the first found is it."
            )
        return (
            f"`{narrowing}` of `{producer}` narrows the list to the one that is meant; the first found is it."
        )
    if facts.natures[producer].is_ordered:
        return f"The first that `{producer}` gives is meant because of its order; the task says so in its own words."
    if not _SEARCHES.isdisjoint(key_words(facts.apis[producer].original_name or producer)):
        return f"The first that `{producer}` finds is the best match for what is looked for, and the one that is meant."
    return f"The task says that whichever `{producer}` gives first will do."


def _alike(facts: Facts, name: str) -> list[str]:
    kin = facts.relatives.get(name, ())
    twins = facts.twins.get(name, ())
    notes = []
    own = signs_in(facts.apis[name])
    if kin and all(signs_in(facts.apis[other]) == own for other in kin):
        others = ", ".join(f"`{other}`" for other in kin[:4])
        notes.append(f"Calls of the same form as `{name}`, and so no confusers: {others}.")
    elif kin:
        own_words = "with" if own else "without"
        others = ", ".join(f"`{other}`" for other in kin[:4])
        notes.append(
            f"`{name}` is meant, {own_words} the caller's sign-in. Else the same call, and so no confusers: {others}."
        )
    if twins:
        others = ", ".join(f"`{other}`" for other in twins[:4])
        notes.append(f"The same call as `{name}`, and so no confusers: {others}.")
    return notes
