"""Plans with one named fault each, made from good ones: what a model is taught not to answer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from shared.plan.api_check import ApiCheck
from shared.plan.references import Reference, Use, find
from shared.plan.schema_paths import type_of
from shared.plan.validate import PlanValidator

Plan = dict[str, Any]
Checks = Mapping[str, ApiCheck]
Plant = Callable[[Plan, Checks, Random], bool]


def _literals(plan: Plan, rng: Random) -> Iterator[tuple[dict[str, Any], str, Any]]:
    found = [
        (step, name, value)
        for step in plan["steps"]
        for name, value in step["arguments"].items()
        if not any(isinstance(use, Use) for use in find(value))
    ]
    rng.shuffle(found)
    return iter(found)


def _uses(plan: Plan, rng: Random) -> Iterator[tuple[dict[str, Any], Use]]:
    found = [
        (step, use)
        for step in plan["steps"]
        for use in find(step["arguments"])
        if isinstance(use, Use) and use.whole and len(use.where) == 1
    ]
    rng.shuffle(found)
    return iter(found)


def _refer(step: dict[str, Any], use: Use, reference: Reference) -> bool:
    step["arguments"][str(use.where[0])] = str(reference)
    return True


def _missing_argument(plan: Plan, checks: Checks, rng: Random) -> bool:
    required = [
        (step, name)
        for step in plan["steps"]
        for name in (checks[step["api"]].required if step["api"] in checks else ())
        if name in step["arguments"]
    ]
    if not required:
        return False
    step, name = rng.choice(required)
    del step["arguments"][name]
    return True


def _unknown_argument(plan: Plan, checks: Checks, rng: Random) -> bool:
    step = rng.choice(plan["steps"])
    step["arguments"][rng.choice(("priority", "callback", "dry_run", "verbose", "timeout_s"))] = "high"
    return True


def _wrong_type(plan: Plan, checks: Checks, rng: Random) -> bool:
    for step, name, value in _literals(plan, rng):
        wrong: Any = {
            "integer": str(value),
            "number": str(value),
            "boolean": "yes",
            "array": {},
            "object": [],
        }.get(type_of(value))
        if wrong is not None:
            step["arguments"][name] = wrong
            return True
    return False


def _not_in_enum(plan: Plan, checks: Checks, rng: Random) -> bool:
    for step, name, value in _literals(plan, rng):
        check = checks[step["api"]].parameters.get(name) if step["api"] in checks else None
        if check is not None and check.schema.get("enum") and isinstance(value, str):
            step["arguments"][name] = f"{value}s" if rng.random() < 0.5 else f"any {value}"
            return True
    return False


def _dangling(plan: Plan, checks: Checks, rng: Random) -> bool:
    for step, use in _uses(plan, rng):
        return _refer(step, use, Reference(len(plan["steps"]) + rng.randrange(1, 4), use.reference.parts))
    return False


def _wrong_path(plan: Plan, checks: Checks, rng: Random) -> bool:
    for step, use in _uses(plan, rng):
        return _refer(step, use, Reference(use.reference.step, (*use.reference.parts[:-1], "result_value")))
    return False


def _forward(plan: Plan, checks: Checks, rng: Random) -> bool:
    for step, use in _uses(plan, rng):
        return _refer(step, use, Reference(step["index"], use.reference.parts))
    return False


def _missing_dependency(plan: Plan, checks: Checks, rng: Random) -> bool:
    for step, use in _uses(plan, rng):
        step["depends_on"] = [other for other in step["depends_on"] if other != use.reference.step]
        return True
    return False


def _undeclared_output(plan: Plan, checks: Checks, rng: Random) -> bool:
    for _, use in _uses(plan, rng):
        plan["steps"][use.reference.step - 1]["outputs"] = []
        return True
    return False


def _dropped_step(plan: Plan, checks: Checks, rng: Random) -> bool:
    """A step left out, the others renumbered, references to it kept: they point at the wrong step or at none."""
    needed = sorted({use.reference.step for _, use in _uses(plan, rng)})
    if not needed:
        return False
    gone = rng.choice(needed)
    plan["steps"] = [step for step in plan["steps"] if step["index"] != gone]
    for position, step in enumerate(plan["steps"], start=1):
        step["index"] = position
        step["depends_on"] = [other - (other > gone) for other in step["depends_on"] if other != gone]
    return bool(plan["steps"])


def _wrong_api(plan: Plan, checks: Checks, rng: Random) -> bool:
    """Another operation of the catalog called with the right one's arguments."""
    step = rng.choice(plan["steps"])
    others = sorted(name for name in checks if name != step["api"])
    if not others:
        return False
    step["api"] = rng.choice(others)
    return True


def _retries_break_limit(plan: Plan, checks: Checks, rng: Random) -> bool:
    plan["global_constraints"] = {**plan.get("global_constraints", {}), "max_calls": len(plan["steps"])}
    rng.choice(plan["steps"])["retries"] = rng.randrange(1, 4)
    return True


FAULTS: dict[str, Plant] = {
    "missing_argument": _missing_argument,
    "wrong_type": _wrong_type,
    "dangling_reference": _dangling,
    "unknown_argument": _unknown_argument,
    "wrong_path": _wrong_path,
    "wrong_api": _wrong_api,
    "missing_dependency": _missing_dependency,
    "not_in_enum": _not_in_enum,
    "dropped_step": _dropped_step,
    "forward_reference": _forward,
    "undeclared_output": _undeclared_output,
    "retries_break_limit": _retries_break_limit,
}
"""The classes that are planted, by name."""


def plant(
    plan: Mapping[str, Any],
    validator: PlanValidator,
    number: int,
    dealt: Mapping[str, int] | None = None,
    *,
    form: Callable[[Mapping[str, Any]], Any] = dict,
) -> tuple[str, Plan] | None:
    """A copy of a good plan with one fault, and the fault's name; None if no fault fits the plan.

    Args:
        plan: a good plan.
        validator: of its catalog; only a copy in which it finds an error is given back.
        number: seeds the fault; consecutive numbers begin with consecutive classes where all are as rare.
        dealt: how often each class was planted before: the rarest that the plan can have is planted, so that those
            few plans can have get their share.
        form: what is shown of a plan, the whole of it by default; only a copy that differs in it is given back.
    """
    names, before = list(FAULTS), dealt or {}
    turn = {name: (place - number) % len(names) for place, name in enumerate(names)}
    for name in sorted(names, key=lambda name: (before.get(name, 0), turn[name])):
        spoilt = copy.deepcopy(dict(plan))
        is_spoilt = FAULTS[name](spoilt, validator.checks, Random(f"{number}:{name}"))
        if is_spoilt and form(spoilt) != form(plan) and validator.plan_errors(spoilt):
            return name, spoilt
    return None
