"""What is true when a plan is done, said of what its last step does."""

from __future__ import annotations

from random import Random

from local.openai_emulator.planning.draft import Draft, Step
from local.openai_emulator.planning.language import is_plural
from shared.curriculum.verbs import METHODS, Role, plain_verb, role_of

_BY_METHOD: dict[str, Role] = {
    "DELETE": "remove",
    "PUT": "change",
    "PATCH": "change",
    "GET": "read",
    "HEAD": "read",
}
_SAID: dict[Role, tuple[str, ...]] = {
    "read": ("What was asked about the {noun} is known.", "The {noun} {is_} at hand."),
    "list": ("The {noun} {is_} listed.", "It is known which {noun} there {are_}."),
    "create": (
        "The {noun} {is_} there, with the values of the task.",
        "The {noun} {exists} as the task describes {it}.",
    ),
    "change": ("The {noun} {has} the values that the task gives.", "The {noun} {is_} changed as asked."),
    "remove": ("The {noun} {is_} gone.", "The {noun} {is_} no longer there."),
    "attach": ("The {noun} {is_} put where the task wants {it}.",),
    "start": (
        "The {noun} {is_} under way or done, as asked.",
        "What was asked for the {noun} has been set going.",
    ),
    "cancel": ("The {noun} {is_} stopped or taken back.", "The {noun} {is_} no longer in effect."),
}


def end_state(draft: Draft, rng: Random) -> str:
    """One sentence that is true at the end, also where a condition was not met."""
    last = draft.steps[-1]
    noun = last.api.goal.noun or "result"
    several = sum(step.api is last.api for step in draft.steps) > 1
    said = rng.choice(_SAID[_role(last)]).format(
        noun=noun,
        is_="are" if is_plural(noun) else "is",
        are_="are" if is_plural(noun) else "is",
        exists="exist" if is_plural(noun) else "exists",
        has="have" if is_plural(noun) else "has",
        it="them" if is_plural(noun) else "it",
    )
    if several:
        return f"For each of the things that the task names: {said[:1].lower()}{said[1:]}"
    if last.condition:
        return f"{said.rstrip('.')}, or nothing was changed because the condition was not met."
    return said


def _role(step: Step) -> Role:
    verb = plain_verb(step.api.goal.verb)
    found = role_of(verb) if verb not in METHODS or verb == "get" else None
    if found in ("read", "list") or found is None:
        found = _BY_METHOD.get(step.api.method) or found
    if found == "read" and is_plural(step.api.goal.noun) and step.api.method == "GET":
        return "list"
    return found or "start"
