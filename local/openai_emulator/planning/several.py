"""Calls of one operation for several things of a kind."""

from __future__ import annotations

from random import Random

from local.openai_emulator.planning.assignment import Assignment
from local.openai_emulator.planning.details import GENERAL
from local.openai_emulator.planning.draft import Step
from local.openai_emulator.planning.prompt_catalog import PromptParameter
from local.openai_emulator.planning.values import parameter_value
from local.openai_emulator.planning.world import World
from shared.identifiers import words_of

_HANDLES = frozenset("id key slug code name number email reference".split())


def for_several(steps: list[Step], assignment: Assignment, rng: Random, world: World) -> None:
    """Append calls of one step's operation for one or two more things, where an argument says which one is meant."""
    fed = {(consumer, parameter) for _, _, consumer, parameter in assignment.flows}
    for step in steps:
        free = [
            p for p in step.api.parameters if p.name in step.arguments and (step.api.name, p.name) not in fed
        ]
        names = [p.name for p in free if _tells(p)]
        if not names:
            continue
        seen = {str(step.arguments[names[0]])}
        for _ in range(rng.randint(1, 2)):
            value = parameter_value(step.api.by_name[names[0]], step.api.goal.noun, rng, world)
            if str(value) not in seen:
                seen.add(str(value))
                steps.append(Step(len(steps) + 1, step.api, {**step.arguments, names[0]: value}))
        return


def _tells(parameter: PromptParameter) -> bool:
    """Whether a parameter's value says which thing is meant."""
    if (
        parameter.enum
        or parameter.is_credential
        or parameter.name.lower() in GENERAL
        or parameter.location == "header"
    ):
        return False
    if parameter.type not in ("string", "integer"):
        return False
    last = words_of(parameter.name)[-1:]
    return parameter.location == "path" or (parameter.required and bool(_HANDLES & set(last)))
