"""What a plan says of its own run: conditions, steps that are skipped, repetitions and their limit.

A condition stands among a step's failure modes, in one fixed wording:

Only if step 1: the list is not empty. Otherwise: stop.
Only if step 2: the status is paid. Otherwise: skip this step.
Only if step 2: nothing is found. Otherwise: skip to step 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.identifiers import words_of
from shared.plan.case import Case
from shared.plan.codes import Finding, finding

_GUARD = re.compile(
    r"Only if step (?P<step>\d{1,3}): (?P<condition>[^\n]*?\S)\. "
    r"Otherwise: (?P<then>stop|skip this step|skip to step (?P<to>\d{1,3}))\."
)
_MEANT = re.compile(r"\s*only if\b", re.IGNORECASE)
_SKIPS = re.compile(
    r"\b(?:skip|leave out|omit|pass over|do without)\s+(?:(?P<own>this|the)\s+(?:step|call)|steps?\s+(?P<number>\d+))",
    re.IGNORECASE,
)
_CALLS = frozenset(
    "call calls request requests attempt attempts lookup lookups query queries invocation invocations".split()
)
_BOUNDS = frozenset("max maximum limit most budget cap ceiling allowed".split())
_OTHERS = frozenset(
    "per minute minutes second seconds hour hours day days ms rate each step size bytes tokens time timeout".split()
)


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of a step.

    Attributes:
        step: index of the earlier step whose answer decides.
        condition: what must be true of it, in words.
        skips_to: step to go on with otherwise; None to stop there.
    """

    step: int
    condition: str
    skips_to: int | None


def read_guard(text: str, index: int) -> Guard | None:
    """The guard in a failure mode of step `index`, None if the text is not a guard."""
    match = _GUARD.fullmatch(text.strip())
    if match is None:
        return None
    if match["then"] == "stop":
        return Guard(int(match["step"]), match["condition"], None)
    return Guard(int(match["step"]), match["condition"], int(match["to"]) if match["to"] else index + 1)


def write_guard(step: int, condition: str, otherwise: str = "stop") -> str:
    """A guard in words; `otherwise` is `stop`, `skip this step` or `skip to step <n>`."""
    text = f"Only if step {step}: {condition.strip().rstrip('.')}. Otherwise: {otherwise}."
    if _GUARD.fullmatch(text) is None:
        raise ValueError(f"not a guard: {text!r}")
    return text


def run_findings(case: Case) -> Iterator[Finding]:
    """What is wrong with what the plan says of its run."""
    yield from retries_break_limit(case)
    yield from skipped_but_needed(case)
    yield from guard_findings(case)


def guard_findings(case: Case) -> Iterator[Finding]:
    """Guards that are not in the fixed wording, look at a step that is not done by then, or skip what is needed."""
    for position, step in enumerate(case.steps):
        for number, mode in enumerate(step.get("failure_modes", ())):
            if not _MEANT.match(mode):
                continue
            problem = _problem(case, position, read_guard(mode, step["index"]))
            if problem:
                path = f"plan.steps[{position}].failure_modes[{number}]"
                yield finding("bad_guard", problem, step=step["index"], path=path)


def _problem(case: Case, position: int, guard: Guard | None) -> str:
    index = case.steps[position]["index"]
    if guard is None:
        return "write a condition as: Only if step <n>: <condition>. Otherwise: stop."
    if guard.step not in case.before[index]:
        return f"the condition looks at step {guard.step}, which is not done for sure by then: add it to depends_on"
    if guard.skips_to is None:
        return ""
    if not index < guard.skips_to <= len(case.steps) + 1:
        return f"it skips to step {guard.skips_to}, which is no later step"
    skipped = range(index, guard.skips_to)
    for later in range(guard.skips_to - 1, len(case.steps)):
        needed = [use.reference.step for use in case.uses[later] if use.reference.step in skipped]
        if needed:
            return (
                f"it skips step {needed[0]}, but step {later + 1} takes an output of it; stop there instead"
            )
    return ""


def skipped_but_needed(case: Case) -> Iterator[Finding]:
    """A failure mode that skips a step whose outputs a later step takes."""
    for position, step in enumerate(case.steps):
        for number, mode in enumerate(step.get("failure_modes", ())):
            for match in _SKIPS.finditer(mode):
                skipped = step["index"] if match["own"] else int(match["number"])
                users = [
                    case.steps[later]["index"]
                    for later in range(len(case.steps))
                    if any(use.reference.step == skipped for use in case.uses[later])
                ]
                spoken = {int(other["number"]) for other in _SKIPS.finditer(mode) if other["number"]}
                needed = [user for user in users if user not in spoken]
                if needed:
                    message = (
                        f"it skips step {skipped}, but step {needed[0]} takes an output of it; stop there, or skip "
                        f"step {needed[0]} as well"
                    )
                    path = f"plan.steps[{position}].failure_modes[{number}]"
                    yield finding("skipped_but_needed", message, step=step["index"], path=path)


def retries_break_limit(case: Case) -> Iterator[Finding]:
    """A limit of calls under Σ(1 + retries): each call may be made that often."""
    worst = sum(1 + int(step.get("retries", 0)) for step in case.steps)
    for name, limit in _limits(case.constraints):
        if limit < worst:
            message = (
                f"'{name}' allows {limit} calls, but {len(case.steps)} steps with their retries may make {worst}; "
                "lower the retries (0 where a call must not be repeated)"
            )
            yield finding("retries_break_limit", message, path=f"plan.global_constraints.{name}")


def _limits(constraints: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Whole numbers under names such as `max_calls`, at any depth."""
    for name, value in constraints.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", limit) for inner, limit in _limits(value))
        elif isinstance(value, int) and not isinstance(value, bool) and _bounds_calls(name):
            yield name, value


def _bounds_calls(name: str) -> bool:
    words = set(words_of(name))
    return bool(words & _CALLS) and bool(words & _BOUNDS) and not words & _OTHERS
