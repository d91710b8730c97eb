"""Plans whose second call is made only if the first one shows what the task makes it depend on."""

from __future__ import annotations

from random import Random

from local.openai_emulator.planning.draft import Draft
from local.openai_emulator.planning.language import singular
from shared.curriculum.verbs import plain_verb, role_of

# In the task, and as the condition of the step.
_NEW = (
    ("If there is none of that kind yet", "there is no {thing} of that kind yet"),
    ("Unless there is one already", "there is no such {thing} yet"),
    ("Only if you find none like it", "none like the wanted {thing} is found"),
)
_THERE = (
    ("If it is still there", "the {thing} is still there"),
    ("Only if it really exists", "the {thing} exists"),
    ("Provided that you find it", "the {thing} is found"),
)


def guard(draft: Draft, rng: Random) -> None:
    """Make the last step depend on what the one before it shows; nothing where there is but one."""
    if len(draft.steps) < 2:
        return
    look, last = draft.steps[-2], draft.steps[-1]
    for name in look.arguments.keys() & last.arguments.keys():
        own = last.api.by_name[name]
        if own.location == look.api.by_name[name].location and not own.is_selector:
            # Both are about one thing: by the value of the one that says more of its form.
            strict = last if own.format or own.schema else look
            look.arguments[name] = last.arguments[name] = strict.arguments[name]
    goal = last.api.goal
    adds = role_of(plain_verb(goal.verb)) in ("create", "attach") and singular(goal.noun) == singular(
        look.api.goal.noun
    )
    draft.condition_said, condition = rng.choice(_NEW if adds else _THERE)
    thing = singular(look.api.goal.noun) or "thing"
    last.condition = condition.format(thing=thing)
