"""Which arms of an evaluation can be measured, and what the app itself reads of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, field

from shared.finetune.measure.arms import Arm


class Value(Struct, frozen=True):
    """A metric's mean in a report, None where there was nothing to measure."""

    value: float | None = None


class Price(Struct, frozen=True):
    """What a report says of an arm's price."""

    usd_per_1000_plans: float | None = None


class ArmSummary(Struct, frozen=True):
    """What the app itself reads of an arm in a report."""

    arm: str = ""
    deployment: str = ""
    metrics: Mapping[str, Value] = field(default_factory=dict)
    cost: Price = Price()


class Summary(Struct, frozen=True):
    """What the app itself reads of a report."""

    model: str = ""
    sft_plan: str = ""
    tasks: int = 0
    verdict: str = ""
    arms: tuple[ArmSummary, ...] = ()
    baseline_run: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Arms that can be measured with the deployment of each, and why the others that were asked for cannot."""

    deployments: Mapping[Arm, str]
    missing: Sequence[Mapping[str, str]]


def choose(options: Mapping[str, Any], *, student: str, teacher: str) -> Chosen:
    """The arms of the `evaluate` options.

    Args:
        options: the `evaluate` options, complete.
        student: what serves the fine-tuned model, "" for nothing.
        teacher: deployment of the run's teacher, "" if it is not known.
    """
    base = options["baseline"] or ""
    serves = {
        Arm.STUDENT: (student, "nothing serves the fine-tuned model: set finetune.deploy.enabled"),
        Arm.BASE: (base, "no deployment of the base model: set finetune.evaluate.baseline"),
        Arm.BASE_WITH_CATALOG: (base, "no deployment of the base model: set finetune.evaluate.baseline"),
        Arm.TEACHER_WITH_CATALOG: (
            options["teacher"] or teacher,
            "no deployment of a teacher: set finetune.evaluate.teacher",
        ),
    }
    asked = [arm for arm in Arm if str(arm) in options["arms"]]
    return Chosen(
        deployments={arm: serves[arm][0] for arm in asked if serves[arm][0]},
        missing=[{"arm": str(arm), "why": serves[arm][1]} for arm in asked if not serves[arm][0]],
    )
