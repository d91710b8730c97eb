"""What an evaluation comes to, in a sentence or two; the same words wherever it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.finetune.measure.arms import RIVALS, Arm
from shared.finetune.measure.shares import percent, points
from shared.plan.codes import CODES

_HOW = {
    Arm.TEACHER_WITH_CATALOG: "{model} with the catalog",
    Arm.BASE_WITH_CATALOG: "its base model {model} with the catalog",
    Arm.BASE: "its base model {model} without the catalog",
}
_FEW = 20
_MANY = 100
_NEAR = 0.05
"""From so many tasks on, an interval within so many points on both sides says that two plan equally well."""


def sentence(
    arms: Mapping[str, Mapping[str, Any]], comparisons: Sequence[Mapping[str, Any]], *, split: str = "test"
) -> str:
    """The verdict: the student against the strongest arm that was measured, by exact plans and price."""
    student = arms.get(Arm.STUDENT)
    if student is None:
        return "The student was not measured."
    tasks = student["counts"]["asked"]
    kind = "unseen" if split == "test" else split
    unseen = f"On {tasks} {kind} task{'' if tasks == 1 else 's'}"
    if not student["counts"]["answered"]:
        return f"{unseen} the student gave no answer{_reason(student)}, so that nothing can be said of its plans."
    against = {str(entry["against"]): entry for entry in comparisons if entry["arm"] == Arm.STUDENT}
    rival = next((arm for arm in RIVALS if _can_be_compared(against.get(arm), arms.get(arm))), None)
    if rival is None:
        mine = student["metrics"]["exact_plan"]
        exact = f"{percent(mine['value'])} of the student's plans are exact{_interval(mine)}"
        beside = "nothing beside it answered the same tasks" if against else "nothing was measured beside it"
        return f"{unseen} {exact}; {beside}.{_unanswered('the student', student)}"
    return unseen + _beside(student, arms[rival], against[rival]["metrics"]["exact_plan"], _HOW[rival])


def _can_be_compared(pair: Mapping[str, Any] | None, arm: Mapping[str, Any] | None) -> bool:
    return bool(pair and arm and pair["n"] and arm["counts"]["answered"])


def _beside(student: Mapping[str, Any], other: Mapping[str, Any], found: Mapping[str, Any], how: str) -> str:
    """The student against another arm: the claim, the figures it rests on, the price, and what weakens it."""
    name = how.format(model=model_name(other))
    mine, its = student["metrics"]["exact_plan"], other["metrics"]["exact_plan"]
    asked = student["counts"]["asked"], other["counts"]["asked"]
    both = "" if asked == (found["n"], found["n"]) else f" on the {found['n']} that both were asked"
    claim = (
        f"the student {_claim(found, name)} ({percent(mine['value'])} vs {percent(its['value'])} exact, difference "
        f"{points(found['value'])} points{both}, {points(found['low'])} … {points(found['high'])})"
    )
    claim += price_ratio(student, other)
    if not mine["value"] and not its["value"]:
        claim = f"neither the student nor {name} has one exact plan; the other measures tell more"
    few = " So few tasks tell little." if found["n"] < _FEW else ""
    return f" {claim}.{few}{_unanswered('the student', student)}{_unanswered(name, other)}"


def _unanswered(name: str, arm: Mapping[str, Any]) -> str:
    counts = arm["counts"]
    if not counts["failed"]:
        return ""
    return f" {counts['failed']} of {counts['asked']} answers of {name} never came{_reason(arm)}; they count as wrong."


def _reason(arm: Mapping[str, Any]) -> str:
    """The commonest code of a missing answer, in brackets; those of a wrong one are the validator's."""
    code = next((code for code in arm["faults"] if code not in CODES), "")
    return f" ({code})" if code else ""


def _claim(found: Mapping[str, Any], name: str) -> str:
    match found["verdict"]:
        case "better":
            return f"plans better than {name}"
        case "worse":
            return f"plans worse than {name}"
    if found["n"] >= _MANY and max(-found["low"], found["high"]) <= _NEAR:
        return f"plans as well as {name}"
    return f"cannot be told apart from {name}"


def price_ratio(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """` at 1/40 of the price a plan`, hosting told apart, or that a price is not known; "" where nothing was paid."""
    mine, its = ours["cost"]["usd_per_1000_plans"], theirs["cost"]["usd_per_1000_plans"]
    if mine is None or its is None:
        unknown = [model_name(arm) for arm, price in ((ours, mine), (theirs, its)) if price is None]
        return f"; prices are not compared, as none is known for {' and '.join(dict.fromkeys(unknown))}"
    if not mine or not its:
        return ""
    ratio = its / mine
    times = f"{mine / its:.2g}" if ratio > 0.1 else f"{mine / its:.0f}"
    part = f"1/{ratio:.0f} of the price" if ratio >= 1.5 else f"{times} times the price"
    if times == "1":
        part = "the same price"
    hour = ours["cost"]["hosting_usd_per_hour"]
    hosting = f", hosting at ${hour:.2f} an hour apart" if hour else ""
    return f" at {part} a plan{hosting}"


def model_name(arm: Mapping[str, Any]) -> str:
    """The model that answered, by its own name, else the deployment."""
    models = list(arm.get("models") or [])
    return str(models[0]) if len(models) == 1 else str(arm["deployment"])


def _interval(found: Mapping[str, Any]) -> str:
    known = found["value"] is not None
    return f" (95 % interval {percent(found['low'])} to {percent(found['high'])})" if known else ""
