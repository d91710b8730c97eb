"""What a repair turn's errors say about the values of a plan, and how they are put right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Any

import orjson

from local.openai_emulator.planning.draft import Draft, Step
from local.openai_emulator.planning.values import parameter_value
from local.openai_emulator.planning.world import World

_ARGUMENT = re.compile(r"arguments\.(.+)$")
_PART = re.compile(r"[^.\[\]]+")
_ACCEPTED = re.compile(r"is not one of (.+)$")
_DRAWS = 8
_OF_REFERENCES = frozenset(
    {
        "suspect_reference",
        "reference_type",
        "unresolved_reference",
        "forward_reference",
        "dry_run",
        "swapped_arguments",
    }
)


def refused_references(errors: Sequence[dict[str, Any]], draft: Draft) -> frozenset[tuple[int, str]]:
    """(step, parameter) whose reference the errors refuse."""
    return frozenset(
        (step.index, name)
        for error in errors
        if error.get("code") in _OF_REFERENCES
        for step, name, _ in _blamed(draft, error)
    )


def redraw(draft: Draft, errors: Sequence[dict[str, Any]], rng: Random, world: World) -> None:
    """New values for the arguments that the errors point at; accepted ones where an error names them."""
    for error in errors:
        for step, name, where in _blamed(draft, error):
            accepted = _accepted(str(error.get("message", "")))
            if accepted and (where or not isinstance(step.arguments[name], list | dict)):
                _put(step.arguments, [name, *where], accepted[0])
            else:
                step.arguments[name] = _another(step, name, rng, world)


def _another(step: Step, name: str, rng: Random, world: World) -> Any:
    """A value other than the refused one, as far as there are others."""
    drawn = (parameter_value(step.api.by_name[name], step.api.goal.noun, rng, world) for _ in range(_DRAWS))
    refused = step.arguments[name]
    return next((value for value in drawn if value != refused), refused)


def drop_refused(draft: Draft, errors: Sequence[dict[str, Any]]) -> None:
    """Leave out optional arguments whose values are refused and cannot be known: shorter is better than wrong."""
    for error in errors:
        if error.get("code") in _OF_REFERENCES or _accepted(str(error.get("message", ""))):
            continue
        for step, name, _ in _blamed(draft, error):
            if not step.api.by_name[name].required:
                step.arguments.pop(name, None)


def _blamed(draft: Draft, error: dict[str, Any]) -> list[tuple[Step, str, list[str]]]:
    """(step, argument, place inside it) that an error is about."""
    match = _ARGUMENT.search(str(error.get("path", "")))
    found = []
    for step in draft.steps:
        if not match or error.get("step") != step.index:
            continue
        names = [n for n in step.arguments if match[1] == n or match[1].startswith((f"{n}.", f"{n}["))]
        if names:
            name = max(names, key=len)
            found.append((step, name, _PART.findall(match[1][len(name) :])))
    return found


def _accepted(message: str) -> list[Any]:
    match = _ACCEPTED.search(message)
    try:
        values = orjson.loads(f"[{match[1]}]") if match else []
    except orjson.JSONDecodeError:
        return []
    return values if isinstance(values, list) else []


def _put(holder: Any, path: list[str], value: Any) -> None:
    for position, part in enumerate(path):
        key: Any = int(part) if isinstance(holder, list) and part.isdigit() else part
        if isinstance(holder, list) and not (isinstance(key, int) and key < len(holder)):
            return
        if position == len(path) - 1:
            holder[key] = value
            return
        if isinstance(holder, dict) and key not in holder:
            return
        holder = holder[key]
        if not isinstance(holder, list | dict):
            return
