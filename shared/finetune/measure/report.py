"""`evaluation.json`: all arms over the test tasks, the student paired with each other arm, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import replace
from dataclasses import dataclass
from typing import Any

from shared.finetune.measure import arms, comparison, verdict
from shared.finetune.measure.answer import unanswered
from shared.finetune.measure.arms import Arm
from shared.finetune.measure.money import Cost
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measured_tasks import MeasuredTask

VERSION = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """An arm with the outcomes of the tasks that it was asked, by index."""

    arm: Arm
    deployment: str
    outcomes: Mapping[int, ArmOutcome]
    hosting_usd_per_hour: float | None = None


def evaluation(
    *,
    run_id: str,
    model: str,
    sft_plan: str,
    split: str = "test",
    tasks: Sequence[MeasuredTask],
    measured: Sequence[Measured],
    missing: Sequence[Mapping[str, str]],
    cost: Cost,
    finished_at: str,
) -> dict[str, Any]:
    """The document.

    Args:
        run_id: the run.
        model: the fine-tuned model.
        sft_plan: the form that the student answers in.
        split: `test`, or `validation` where there is no test split.
        tasks: those that were to be measured, in the order of their indices.
        measured: the arms, in the order in which they are shown.
        missing: `{"arm", "why"}` of each arm that was asked for and could not be.
        cost: what a call costs.
        finished_at: ISO 8601 UTC.
    """
    measured = [replace(entry, outcomes=_scored(entry.outcomes, tasks)) for entry in measured]
    found = {
        str(entry.arm): arms.summary(
            entry.arm,
            entry.deployment,
            entry.outcomes,
            tasks,
            cost=cost,
            hosting_usd_per_hour=entry.hosting_usd_per_hour,
        )
        for entry in measured
    }
    compared = _comparisons({entry.arm: entry.outcomes for entry in measured})
    return {
        "version": VERSION,
        "run_id": run_id,
        "model": model,
        "split": split,
        "sft_plan": sft_plan,
        "tasks": len(tasks),
        "finished_at": finished_at,
        "verdict": verdict.sentence(found, compared, split=split),
        "arms": list(found.values()),
        "missing": [dict(entry) for entry in missing],
        "comparisons": compared,
    }


def _comparisons(by_arm: Mapping[Arm, Mapping[int, ArmOutcome]]) -> list[dict[str, Any]]:
    """The student paired with each other arm; none where it was not measured."""
    student = by_arm.get(Arm.STUDENT)
    if student is None:
        return []
    return [
        {"arm": str(Arm.STUDENT), "against": str(arm), **comparison.compare(student, outcomes)}
        for arm, outcomes in by_arm.items()
        if arm != Arm.STUDENT
    ]


def _scored(outcomes: Mapping[int, ArmOutcome], tasks: Sequence[MeasuredTask]) -> dict[int, ArmOutcome]:
    """The outcomes of known tasks; one that was stored without its task (a message given up on) does not count."""
    return {
        index: outcome if outcome.scores else unanswered(index, outcome.reason, tasks[index].plan)
        for index, outcome in outcomes.items()
        if index < len(tasks)
    }


def task_line(task: MeasuredTask, answers: Mapping[str, ArmOutcome]) -> dict[str, Any]:
    """A line of `evaluation/tasks.jsonl`: the task, its reference and what each arm made of it."""
    return {
        "task": task.task,
        "difficulty": task.difficulty,
        "shape": task.shape,
        "operations": list(task.operations),
        "taught": task.taught,
        "reference": dict(task.plan),
        "arms": {
            arm: {
                "status": outcome.status,
                "reason": outcome.reason,
                "scores": dict(outcome.scores),
                "codes": list(outcome.codes),
                "answer": outcome.answer,
            }
            for arm, outcome in answers.items()
        },
    }
