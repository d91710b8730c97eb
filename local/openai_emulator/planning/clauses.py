"""One step of a plan as a clause: what is done, to what, with which values."""

from __future__ import annotations

import re
from random import Random

from local.openai_emulator.planning.details import GENERAL, handle, is_handle, together
from local.openai_emulator.planning.draft import Draft, Step
from local.openai_emulator.planning.language import plain, singular, spelt
from local.openai_emulator.planning.said_numbers import LIMITS
from shared.curriculum.verbs import plain_verb, role_of
from shared.identifiers import words_of

_LEAF = re.compile(r"([A-Za-z0-9_-]+)(?:\[\d+\])*\}?$")
_HANDLES = frozenset("id sid key slug code name number uuid ref reference".split())
# Words that may stand behind a thing; another one says that the thing only tells more of what follows.
_BEHIND = frozenset(
    "of with in for to from by at on and or as has have had can could is are was that which who so when whose into now "
    "instead until after before under without about again through".split()
)
_NAMED = re.compile(r"\A(?:called|under the name) ")
_FOUND = ("the first {thing}", "the first {thing} found", "the first {thing} on the list")


def clause_of(step: Step, draft: Draft, said: dict[str, str], rng: Random) -> str:
    """The step as people ask for it; `said` has the phrase of each value that is still to be said, by argument."""
    goal = step.api.goal
    verb, rest = goal.verbs[rng.randrange(12) % len(goal.verbs)], goal.rest
    for name, value in step.arguments.items():
        if isinstance(value, str) and "${steps." in value:
            rest = _with_thing(rest, *_meant(value, step, draft, rng))
        elif name not in said and name.lower() not in GENERAL and _names(name, value):
            rest = _with_thing(rest, *_known(name, goal.noun), is_needed=False)
        elif name in said and is_handle(name, value):
            rest, is_in = _with_handle(rest, name, handle(name, value, goal.noun), goal.noun)
            if is_in:
                said = {key: part for key, part in said.items() if key != name}
    if role_of(plain_verb(goal.verb)) == "change":
        said = {key: _as_new(key, part) for key, part in said.items()}
    return f"{f'{verb} {rest}'.strip()}{_gap(said)}{together(list(said.values()))}".strip()


def _as_new(name: str, part: str) -> str:
    """A name or a day that is to be changed, told apart from one that says which thing is meant."""
    if part.startswith("on ") and words_of(name)[-1:] != ("page",):
        return f"with the {plain(name)} {part.removeprefix('on ')}"
    return _NAMED.sub("with the name ", part)


def _gap(said: dict[str, str]) -> str:
    """What stands before the phrases: a comma where they only set a limit."""
    return ", " if said and all(part.startswith(LIMITS) for part in said.values()) else " "


def _with_handle(rest: str, name: str, shown: str, noun: str) -> tuple[str, bool]:
    """`the special event` with its id: `special event 4711`; False where the object is not what the id is of."""
    holder = spelt(words_of(name)[:-1]) or noun
    last = holder.rpartition(" ")[2]
    match = (
        re.search(rf"\b(?:a|an|the|one|this) ((?:[A-Za-z]+ )?{re.escape(last)})\Z", rest) if last else None
    )
    if match is None:
        return rest, False
    says_itself = shown.lower().startswith(f"{last.lower()}-")
    named = shown if says_itself else f"{match[1]} {shown.removeprefix(f'{holder} ')}"
    return f"{rest[: match.start()]}{named}", True


def _names(name: str, value: object) -> bool:
    return is_handle(name, value) or words_of(name)[-1:] == ("name",)


def _known(name: str, noun: str) -> tuple[str, str]:
    """A thing that the task has named before, as (noun, words)."""
    thing = spelt(words_of(name)[:-1]) or singular(noun)
    return thing, f"that {thing}"


def _with_thing(rest: str, thing: str, meant: str, *, is_needed: bool = True) -> str:
    """The object with a thing that is known by now in its place, or behind it where it is about something else."""
    last = thing.rpartition(" ")[2]
    if not last:
        return rest
    match = re.search(
        rf"\b(?:a|an|the|one|some|that) (?:[A-Za-z']+ )?{re.escape(last)}(?!\w)", rest, re.IGNORECASE
    )
    if match:
        behind = rest[match.end() :]
        following = behind.split()[:1]
        if following and (word := following[0].lower().strip(",.")) and word not in _BEHIND:
            return f"{rest[: match.start()]}the{behind} of {meant}"  # `the tv images` of that tv
        owner = re.match(r" of (?:a|an|the) (\w+)\b", behind)
        end = match.end() + (owner.end() if owner and owner[1] in thing.split() else 0)
        return f"{rest[: match.start()]}{meant}{rest[end:]}"
    if not is_needed:
        return rest
    if singular(rest).rpartition(" ")[2] == last and " " not in rest:
        return meant
    return f"{rest} for {meant}"


def _meant(value: str, step: Step, draft: Draft, rng: Random) -> tuple[str, str]:
    """What a reference brings, as (noun, words): `agent`, `the first agent found`; `report`, `that report`."""
    number = int(value.split("${steps.", 1)[1].split(".", 1)[0])
    producer = draft.steps[number - 1].api.goal
    leaf = _LEAF.search(value.rstrip())
    words = words_of(leaf.group(1)) if leaf else ()
    is_named = len(words) > 1 and words[-1] in _HANDLES
    thing = spelt(words[:-1]) if is_named else singular(producer.noun or "result")
    if words and words[-1] not in _HANDLES:
        return spelt(words), f"the {spelt(words)} of that {thing}"
    if "[0]" in value:
        return thing, rng.choice(_FOUND).format(thing=thing)
    return thing, f"that {thing}"
