"""Who plans the test tasks: the arms of an evaluation, and what one arm's answers come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from shared.finetune.measure import money, outside
from shared.finetune.measure.metrics import METRICS, YES_NO
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measure.statistics import interval, quantile
from shared.finetune.measured_tasks import MeasuredTask
from shared.tokens import Tokens

_GROUPED = ("executable", "api_f1", "exact_plan")
"""Metrics that are told by group."""
_MOST_OPERATIONS = 50
_EXAMPLES = ((0, 0, "0"), (1, 2, "1-2"), (3, 5, "3-5"), (6, 10, "6-10"))


class Arm(StrEnum):
    """One way to get a plan."""

    STUDENT = "student"
    """The fine-tuned model, told the task alone."""
    BASE = "base"
    """The model it was trained from, told the task alone: what of the student's gain is format."""
    BASE_WITH_CATALOG = "base_with_catalog"
    """The same, with the rules and the catalog in the prompt: what one would use without training."""
    TEACHER_WITH_CATALOG = "teacher_with_catalog"
    """The big model with rules and catalog: the ceiling."""


RIVALS = (Arm.TEACHER_WITH_CATALOG, Arm.BASE_WITH_CATALOG, Arm.BASE)
"""What a student is measured against, the strongest first."""

WITH_CATALOG = frozenset({Arm.BASE_WITH_CATALOG, Arm.TEACHER_WITH_CATALOG})


def summary(
    arm: Arm,
    deployment: str,
    outcomes: Mapping[int, ArmOutcome],
    tasks: Sequence[MeasuredTask],
    *,
    cost: money.Cost,
    hosting_usd_per_hour: float | None = None,
) -> dict[str, Any]:
    """What one arm came to over the tasks that it was asked; a task without an answer counts 0.

    `hosting_usd_per_hour` is what its deployment costs whether it is called or not, None for nothing.
    """
    found = [outcomes[index] for index in sorted(outcomes)]
    answered = [outcome for outcome in found if outcome.status == "answered"]
    latencies = [outcome.latency_ms for outcome in answered]
    return {
        "arm": str(arm),
        "deployment": deployment,
        "models": sorted({outcome.model for outcome in answered if outcome.model}),
        "counts": {
            "asked": len(found),
            "answered": len(answered),
            "failed": len(found) - len(answered),
        },
        "metrics": metrics(found),
        "by": {
            "difficulty": _groups(outcomes, {i: [task.difficulty] for i, task in enumerate(tasks)}),
            "shape": _groups(outcomes, {i: [task.shape] for i, task in enumerate(tasks)}),
            "examples": _groups(outcomes, {i: [examples_band(task.taught)] for i, task in enumerate(tasks)}),
            "operation": _groups(
                outcomes, {i: task.operations for i, task in enumerate(tasks)}, _MOST_OPERATIONS
            ),
        },
        "faults": faults(found),
        "tokens": Tokens.sum(outcome.tokens for outcome in found).kinds(),
        "latency_ms": {"median": quantile(latencies, 0.5), "p95": quantile(latencies, 0.95)},
        "cost": {
            "usd": money.dollars(found, deployment, cost),
            "usd_per_1000_plans": money.per_thousand(found, deployment, cost),
            "hosting_usd_per_hour": hosting_usd_per_hour,
        },
        **outside.summary([outcome.counts for outcome in found]),
    }


def metrics(outcomes: Sequence[ArmOutcome], names: Sequence[str] = METRICS) -> dict[str, dict[str, Any]]:
    """Each metric's mean with its 95 % interval over the tasks that have something to measure."""
    return {
        name: interval([outcome.scores.get(name) for outcome in outcomes], is_share=name in YES_NO)
        for name in names
    }


def faults(outcomes: Sequence[ArmOutcome]) -> dict[str, int]:
    """How many answers have each code, most frequent first."""
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(set(outcome.codes) or ({outcome.reason} if outcome.reason else set()))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def examples_band(taught: int) -> str:
    """The band of the number of training rows of a task's rarest operation."""
    return next((name for low, high, name in _EXAMPLES if low <= taught <= high), "over 10")


def _groups(
    outcomes: Mapping[int, ArmOutcome], names: Mapping[int, Sequence[str]], most: int | None = None
) -> dict[str, dict[str, Any]]:
    members: dict[str, list[ArmOutcome]] = {}
    for index in sorted(outcomes):
        for name in names.get(index, ()):
            members.setdefault(name, []).append(outcomes[index])
    ordered = sorted(members.items(), key=lambda item: (-len(item[1]), item[0]))[:most]
    return {name: {"n": len(found), "metrics": metrics(found, _GROUPED)} for name, found in ordered}
