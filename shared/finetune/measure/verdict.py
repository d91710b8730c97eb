"""What an evaluation comes to, in a sentence or two; the same words wherever it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.finetune.measure.arms import Arm

_RIVALS = (Arm.TEACHER_WITH_CATALOG, Arm.BASE_WITH_CATALOG, Arm.BASE)
"""What a student is measured against, the strongest first."""

_HOW = {
    Arm.TEACHER_WITH_CATALOG: "{model} with the catalog",
    Arm.BASE_WITH_CATALOG: "its base model {model} with the catalog",
    Arm.BASE: "its base model {model} without the catalog",
}
_FEW = 20


def sentence(
    arms: Mapping[str, Mapping[str, Any]], comparisons: Sequence[Mapping[str, Any]], *, split: str = "test"
) -> str:
    """The verdict: the student against the strongest arm that was measured, by exact plans and price."""
    student = arms.get(Arm.STUDENT)
    if student is None:
        return "The student was not measured."
    mine = student["metrics"]["exact_plan"]
    tasks = student["counts"]["asked"]
    kind = "unseen" if split == "test" else split
    unseen = f"On {tasks} {kind} task{'' if tasks == 1 else 's'}"
    against = {str(entry["against"]): entry for entry in comparisons if entry["arm"] == Arm.STUDENT}
    rival = next((arm for arm in _RIVALS if str(arm) in against), None)
    if rival is None:
        exact = f"{_percent(mine['value'])} of the student's plans are exact{_interval(mine)}"
        return f"{unseen} {exact}; nothing was measured beside it."
    its, found = arms[rival]["metrics"]["exact_plan"], against[rival]["metrics"]["exact_plan"]
    name = _HOW[rival].format(model=model_name(arms[rival]))
    figures = (
        f"({_percent(mine['value'])} vs {_percent(its['value'])} exact, difference {points(found['value'])} points, "
        f"{points(found['low'])} … {points(found['high'])})"
    )
    price = price_ratio(student, arms[rival])
    few = " So few tasks tell little." if tasks < _FEW else ""
    return f"{unseen} the student {_claim(found['verdict'], name)} {figures}{price}.{few}"


def _claim(verdict: str, name: str) -> str:
    match verdict:
        case "better":
            return f"plans better than {name}"
        case "worse":
            return f"plans worse than {name}"
    return f"cannot be told apart from {name}"


def price_ratio(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """` at 1/40 of the price a plan` with hosting told apart, "" where a price is not known."""
    mine, its = ours["cost"]["usd_per_1000_plans"], theirs["cost"]["usd_per_1000_plans"]
    if not mine or not its:
        return ""
    ratio = its / mine
    part = f"1/{ratio:.0f} of the price" if ratio >= 1.5 else f"{mine / its:.2g} times the price"
    hour = ours["cost"]["hosting_usd_per_hour"]
    hosting = f", hosting at ${hour:.2f} an hour apart" if hour else ""
    return f" at {part} a plan{hosting}"


def model_name(arm: Mapping[str, Any]) -> str:
    """The model that answered, by its own name, else the deployment."""
    models = list(arm.get("models") or [])
    return str(models[0]) if len(models) == 1 else str(arm["deployment"])


def points(value: float | None) -> str:
    """A difference of shares in points, with a real minus sign."""
    if value is None:
        return "–"
    text = f"{100 * value:+.0f}".replace("-", "−")
    return "±0" if text in ("+0", "−0") else text


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _interval(found: Mapping[str, Any]) -> str:
    return (
        ""
        if found["value"] is None
        else f" (95 % interval {_percent(found['low'])} to {_percent(found['high'])})"
    )
