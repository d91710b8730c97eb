"""The evaluation of a fine-tuned model as seen from its job: opened, watched, reported."""

from __future__ import annotations

from copy import replace
from datetime import datetime
from typing import Any

import orjson

from shared import names, stored
from shared.dataset.manifest import Manifest
from shared.errors import ConfigurationError, PermanentError
from shared.finetune import evaluation
from shared.finetune.job import Job, Progress, later, moment, stamp
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.ports.storage import Queue, RecordLog, RunStore
from shared.runs.tail import lines

VALIDATION = "sft/validation.jsonl"


async def start(job: Job, store: RunStore, log: RecordLog, now: datetime, settings: FineTuneSettings) -> Job:
    """The evaluating job: the rows to measure are chosen and kept, every deployment has its empty logs.

    Raises:
        ConfigurationError: nothing serves the fine-tuned model.
        PermanentError: there are no validation rows.
    """
    deployments = _deployments(job, settings)
    rows = await _keep_rows(job.run_id, store, settings)
    for deployment in deployments:
        for segment in evaluation.segments(rows):
            await log.create(evaluation.log_path(job.run_id, deployment, segment))
    progress = Progress(deployments=deployments, rows=(rows,) * len(deployments))
    return job.moved(State.EVALUATING, now, evaluation=progress)


def _deployments(job: Job, settings: FineTuneSettings) -> tuple[str, ...]:
    student = job.deployment.name if job.deployment and job.deployment.ready_at else ""
    if not student and settings.model_is_deployment:
        student = job.fine_tuned_model
    if not student:
        raise ConfigurationError(
            "nothing serves the fine-tuned model: set finetune.deploy.enabled", code="no_deployment"
        )
    baseline = job.options["evaluate"]["baseline"]
    return (student, baseline) if baseline and baseline != student else (student,)


async def _keep_rows(run_id: str, store: RunStore, settings: FineTuneSettings) -> int:
    manifest = await store.read(names.DATASETS, f"{run_id}/manifest.json")
    total = stored.read(Manifest, manifest.data, "a manifest").rows(VALIDATION) if manifest else 0
    if not total:
        raise PermanentError("there are no validation rows to measure on", code="no_validation_rows")
    wanted = set(evaluation.sample(total, settings.max_evaluation_rows))
    number, kept = 0, []
    async for line in lines(store.stream(names.DATASETS, f"{run_id}/{VALIDATION}")):
        if number in wanted:
            kept.append(line)
        number += 1
    await store.write(
        names.RUNS, evaluation.rows_path(run_id), b"".join(kept), content_type="application/jsonl"
    )
    return len(kept)


async def check(
    job: Job, *, store: RunStore, log: RecordLog, queue: Queue, now: datetime, settings: FineTuneSettings
) -> Job:
    """The job after a look at its evaluation: sent, waited for, sent again where stalled, or reported."""
    progress = job.evaluation
    assert progress is not None, "an evaluating job has a progress"
    total, lines = sum(progress.rows), await _count(job.run_id, progress, log)
    stalled = lines == progress.seen and await _stalled(progress, queue, now, settings)
    late = job.age_s(now) > settings.evaluation_limit_s
    if lines >= total or stalled or late:
        outcomes = [
            await _outcomes(job.run_id, progress, number, log) for number in range(len(progress.rows))
        ]
        seen = sum(map(len, outcomes))
        if seen >= total or late:
            await _write_report(job, progress, outcomes, store, now)
            done = replace(progress, seen=seen, seen_at=stamp(now), complete=True)
            return job.moved(State.COMPLETE, now, evaluation=done)
        if stalled:
            await _send_missing(job.run_id, progress, outcomes, queue)
    if lines != progress.seen or stalled:
        progress = replace(progress, seen=lines, seen_at=stamp(now))
    return job.kept(now, evaluation=progress, next_check_at=later(now, settings.poll_s))


async def _count(run_id: str, progress: Progress, log: RecordLog) -> int:
    """Lines in all logs: at least the outcomes, as a repeated one counts twice."""
    counts = [
        await log.count(evaluation.log_path(run_id, deployment, segment))
        for deployment, rows in zip(progress.deployments, progress.rows, strict=True)
        for segment in evaluation.segments(rows)
    ]
    return sum(counts)


async def _stalled(progress: Progress, queue: Queue, now: datetime, settings: FineTuneSettings) -> bool:
    """Whether messages are still to be sent, or have got lost: nothing came for long, and none is in the queue."""
    if not progress.seen_at:
        return True
    quiet_s = (now - moment(progress.seen_at)).total_seconds()
    return quiet_s > settings.evaluation_stall_s and await queue.depth(names.EVALUATE) == 0


async def _outcomes(
    run_id: str, progress: Progress, number: int, log: RecordLog
) -> dict[int, evaluation.ExampleOutcome]:
    found: dict[int, evaluation.ExampleOutcome] = {}
    for segment in evaluation.segments(progress.rows[number]):
        path = evaluation.log_path(run_id, progress.deployments[number], segment)
        found |= evaluation.folded(await log.read(path))
    return found


async def _send_missing(
    run_id: str,
    progress: Progress,
    outcomes: list[dict[int, evaluation.ExampleOutcome]],
    queue: Queue,
) -> None:
    for deployment, rows, found in zip(progress.deployments, progress.rows, outcomes, strict=True):
        for index in range(rows):
            if index not in found:
                segment = index // evaluation.SEGMENT_SIZE
                message = {"run_id": run_id, "deployment": deployment, "segment": segment, "index": index}
                await queue.send(names.EVALUATE, message)


async def _write_report(
    job: Job,
    progress: Progress,
    outcomes: list[dict[int, evaluation.ExampleOutcome]],
    store: RunStore,
    now: datetime,
) -> None:
    roles = ("student", "baseline")
    parts = [
        (deployment, roles[number], outcomes[number])
        for number, deployment in enumerate(progress.deployments)
    ]
    found = evaluation.report(job.run_id, job.fine_tuned_model, max(progress.rows), parts, stamp(now))
    data = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    await store.write(names.RUNS, evaluation.report_path(job.run_id), data)


async def copy_evaluation(job: Job, store: RunStore) -> None:
    """Copy the report, if there is one, beside the dataset."""
    blob = await store.read(names.RUNS, evaluation.report_path(job.run_id))
    if blob is not None:
        await store.write(names.DATASETS, evaluation.report_path(job.run_id), blob.data)


async def summary(job: Job, store: RunStore) -> dict[str, Any]:
    """What other systems are told of a completed evaluation."""
    blob = await store.read(names.RUNS, evaluation.report_path(job.run_id))
    path = evaluation.report_path(job.run_id)
    found = stored.read(evaluation.Measured, blob.data, path) if blob else evaluation.Measured()
    return {
        "model": job.fine_tuned_model,
        "rows": found.rows,
        "deployments": [
            {
                "deployment": part.deployment,
                "role": part.role,
                "metrics": {name: metric.value for name, metric in part.metrics.items()},
            }
            for part in found.deployments
        ],
        "report": f"{names.DATASETS}/{evaluation.report_path(job.run_id)}",
    }
