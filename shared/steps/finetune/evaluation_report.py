"""What an evaluation leaves once it has ended: its report, every answer, and what other systems are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from shared import names, stored
from shared.dataset.plan_prices import plan_cost
from shared.finetune import evaluation
from shared.finetune.job import Job, Progress
from shared.finetune.measure.arms import Arm
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measure.report import Measured, task_line
from shared.finetune.measure.report import evaluation as measured_report
from shared.finetune.measured_tasks import MeasuredTask
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.steps.deps import Deps
from shared.steps.finetune.baseline import against
from shared.steps.finetune.measured_tasks import kept_tasks
from shared.times import stamp

Outcomes = Mapping[int, ArmOutcome]


async def write_report(
    job: Job,
    progress: Progress,
    outcomes: Sequence[Outcomes],
    now: datetime,
    deps: Deps,
) -> None:
    """Write `evaluation.json` and every answer; `outcomes` are those of each arm, in the order of the progress."""
    tasks, spec = await kept_tasks(job.run_id, deps.store), await deps.runs.spec(job.run_id)
    found = measured_report(
        run_id=job.run_id,
        model=job.chosen_model,
        sft_plan=(spec.options.get("sft_plan") if spec else None) or "full",
        split=progress.split,
        tasks=tasks,
        measured=[
            Measured(Arm(arm), deployment, outcomes[number], _hosting(job, Arm(arm)))
            for number, (arm, deployment) in enumerate(zip(progress.arms, progress.deployments, strict=True))
        ],
        missing=progress.missing,
        cost=plan_cost,
        finished_at=stamp(now),
    )
    answers = _answers(tasks, progress.arms, outcomes)
    if (baseline := await against(job, answers, found, deps.store)) is not None:
        found["baseline_run"] = baseline
    await _write(deps.store, paths.evaluation(job.run_id), found)
    data = b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in answers)
    await deps.store.write(names.RUNS, paths.answers(job.run_id), data, content_type="application/jsonl")


def _answers(
    tasks: Sequence[MeasuredTask], arms: Sequence[str], outcomes: Sequence[Outcomes]
) -> list[dict[str, Any]]:
    by_arm = dict(zip(arms, outcomes, strict=True))
    return [
        task_line(task, {arm: found[index] for arm, found in by_arm.items() if index in found})
        for index, task in enumerate(tasks)
    ]


def _hosting(job: Job, arm: Arm) -> float | None:
    """What the student's deployment costs an hour, where one was made and its price is known."""
    return job.deployment.usd_per_hour if arm == Arm.STUDENT and job.deployment else None


async def _write(store: BlobStore, path: str, document: Mapping[str, Any]) -> None:
    data = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    await store.write(names.RUNS, path, data)


async def copy_evaluation(job: Job, store: BlobStore) -> None:
    """Copy report and answers, if there are any, beside the dataset."""
    for path in (paths.evaluation(job.run_id), paths.answers(job.run_id)):
        blob = await store.read(names.RUNS, path)
        if blob is not None:
            await store.write(names.DATASETS, path, blob.data)


async def summary(job: Job, store: BlobStore) -> dict[str, Any]:
    """What other systems are told of a completed evaluation."""
    path = paths.evaluation(job.run_id)
    blob = await store.read(names.RUNS, path)
    found = stored.read(evaluation.Summary, blob.data, path) if blob else evaluation.Summary()
    return {
        "model": job.fine_tuned_model,
        "tasks": found.tasks,
        "verdict": found.verdict,
        "arms": [
            {
                "arm": part.arm,
                "deployment": part.deployment,
                "metrics": {name: metric.value for name, metric in part.metrics.items()},
                "usd_per_1000_plans": part.cost.usd_per_1000_plans,
            }
            for part in found.arms
        ],
        "baseline_run": _told(found.baseline_run),
        "report": f"{names.DATASETS}/{path}",
    }


def _told(baseline: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The part of a comparison with an earlier run that fits a message."""
    shown = ("run_id", "why", "tasks", "left_out", "summary", "counts", "usd_per_1000_plans")
    return None if baseline is None else {name: baseline[name] for name in shown if name in baseline}
