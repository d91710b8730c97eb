"""A published run with a trained, deployed and measured student beside it, as the steps would leave it."""

from __future__ import annotations

from typing import Any

import orjson

from shared import names
from shared.finetune.job import JobDeployment
from shared.finetune.measure.report import task_line
from shared.finetune.transitions import State
from shared.runs import paths
from tests.builders.arms import right, task, wrong
from tests.builders.pipeline import Pipeline
from tests.builders.report import measured, metrics, trained

DEPLOYED = JobDeployment(
    name="plansmith-0123456789",
    state="Succeeded",
    requested_at="2026-01-01T00:00:00.000Z",
    ready_at="2026-01-01T00:00:00.000Z",
    usd_per_hour=1.7,
)


async def add_student(pipeline: Pipeline, run: str, *, right_each: int = 2, **changes: Any) -> None:
    """Store a complete job, its curves and checkpoints, an evaluation, and twelve measured tasks of it.

    Every `right_each`th task is answered wrongly.
    """
    job = trained(State.COMPLETE, **{"run_id": run, "deployment": DEPLOYED, **changes})
    checkpoint = {
        "id": "c",
        "model": "m:ckpt-step-40",
        "step_number": 40,
        "metrics": {"full_valid_loss": 0.75},
    }
    event = {"created_at": 1_800_000_000, "level": "info", "message": "Job succeeded."}
    tasks = [
        task_line(
            task(n, task=f"{n}: Pay for order A-1, please"),
            {"student": right(n) if n % right_each else wrong(n)},
        )
        for n in range(12)
    ]
    lines = b"".join(orjson.dumps(line) + b"\n" if isinstance(line, dict) else line for line in tasks)
    for container, path, data in (
        (names.RUNS, paths.job(run), job.to_json()),
        (names.RUNS, paths.evaluation(run), orjson.dumps(measured())),
        (names.RUNS, paths.finetune(run, "metrics.csv"), metrics()),
        (names.RUNS, paths.finetune(run, "events.jsonl"), orjson.dumps(event) + b"\n"),
        (names.RUNS, paths.finetune(run, "checkpoints.json"), orjson.dumps([checkpoint])),
        (names.DATASETS, paths.dataset(run, "evaluation/tasks.jsonl"), lines),
    ):
        await pipeline.storage.write(container, path, data)
