"""The part of a plan that is executed, and a whole plan made from that part; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STEP_FIELDS = ("api", "arguments", "depends_on", "outputs")
"""What an executor reads of a step; its index is its place, from 1."""

_EMPTY: dict[str, Any] = {"api": "", "arguments": {}, "depends_on": [], "outputs": []}


def executable(plan: Mapping[str, Any]) -> dict[str, Any]:
    """`{"steps": [{api, arguments, depends_on, outputs}]}`: the plan without what only a reader needs.

    The steps of `plan` are numbered 1, 2, 3, … in order, as a valid plan's are.
    """
    return {"steps": [_bare(step) for step in plan["steps"]]}


def _bare(step: Mapping[str, Any]) -> dict[str, Any]:
    return {**_EMPTY, **{name: step[name] for name in STEP_FIELDS if name in step}}


def is_executable_form(plan: Mapping[str, Any]) -> bool:
    """Whether `plan` is of the short form: steps alone, none with an index of its own."""
    steps = plan.get("steps")
    return set(plan) == {"steps"} and isinstance(steps, list) and all(map(_is_bare, steps))


def completed(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A whole plan whose executed part is `plan`, of the short form; what only a reader needs is empty.

    A step that is wrong in itself stays as it is, so that what is wrong with it can be found.
    """
    return {
        "global_constraints": {},
        "steps": [_whole(place, step) for place, step in enumerate(plan["steps"], start=1)],
        "validation_checks": [],
        "expected_end_state": "The task is done.",
    }


def _is_bare(step: object) -> bool:
    return not isinstance(step, Mapping) or "index" not in step


def _whole(place: int, step: object) -> object:
    if not isinstance(step, Mapping):
        return step
    action = str(step.get("api") or "call")
    about = {"index": place, "action": action, "reasoning": "", "failure_modes": [], "retries": 0}
    return {**about, **step}
