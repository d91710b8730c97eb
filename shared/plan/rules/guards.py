"""Conditions of steps, written in one fixed wording among a step's failure modes.

Only if step 1: the list is not empty. Otherwise: stop.
Only if step 2: the status is paid. Otherwise: skip this step.
Only if step 2: nothing is found. Otherwise: skip to step 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.plan.codes import Finding, finding
from shared.plan.rules.case import Case

_GUARD = re.compile(
    r"Only if step (?P<step>\d{1,3}): (?P<condition>[^\n]*?\S)\. "
    r"Otherwise: (?P<then>stop|skip this step|skip to step (?P<to>\d{1,3}))\."
)
_MEANT = re.compile(r"\s*only if\b", re.IGNORECASE)


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
    """The guard that a failure mode of step `index` is, or None if it is none."""
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
    if guard.step not in case.flow.before[index]:
        return f"the condition looks at step {guard.step}, which is not done for sure by then: add it to depends_on"
    if guard.skips_to is None:
        return ""
    if not index < guard.skips_to <= len(case.steps) + 1:
        return f"it skips to step {guard.skips_to}, which is no later step"
    skipped = range(index, guard.skips_to)
    for later in range(guard.skips_to - 1, len(case.steps)):
        needed = [use.reference.step for use in case.uses(later) if use.reference.step in skipped]
        if needed:
            return (
                f"it skips step {needed[0]}, but step {later + 1} takes an output of it; stop there instead"
            )
    return ""
