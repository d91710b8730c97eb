"""An earlier run that a student is compared with: whether it can be one, and what changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from shared import names, stored
from shared.errors import BadRequestError
from shared.finetune import evaluation
from shared.finetune.job import Job, Problem
from shared.finetune.measure.arms import Arm
from shared.finetune.measure.runs import DifferentTasksError, compare, summary
from shared.finetune.measured_tasks import task_of
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.tail import lines
from shared.steps.finetune.measured_tasks import TEST
from shared.steps.finetune.published import read_answers

_CODE = "bad_baseline"


async def check_baseline(options: Mapping[str, Any], store: BlobStore) -> None:
    """Check the baseline that a run's options ask for, if any: it has measured a student.

    Args:
        options: the options of a run, complete.
        store: where the baseline is looked for.

    Raises BadRequestError `bad_baseline` with what is missing.
    """
    asked = options["finetune"]["evaluate"]
    run = asked["baseline_run"]
    if run is None:
        return
    if not options["finetune"]["enabled"] or not asked["enabled"] or str(Arm.STUDENT) not in asked["arms"]:
        raise BadRequestError(
            "finetune.evaluate.baseline_run needs finetune.enabled, finetune.evaluate.enabled and the arm student",
            code=_CODE,
        )
    if not await _tasks(run, store):
        raise BadRequestError(
            f"{run} cannot be the baseline: it has no measured student (plansmith status {run} says why)",
            code=_CODE,
        )


async def other_tasks(job: Job, store: BlobStore) -> Problem | None:
    """Why the job's student can never be compared with its baseline: they share no task. None where they do."""
    run = job.options["evaluate"]["baseline_run"]
    if run is None:
        return None
    asked = {line["task"] for line in await _tasks(run, store)}
    if not asked:
        return Problem(_CODE, f"{run} cannot be the baseline: it has no measured student")
    path = paths.dataset(job.run_id, f"{paths.revision_folder(job.revision)}{TEST}")
    rows = lines(store.stream(names.DATASETS, path))
    ours = {task_of(orjson.loads(line)["messages"]) async for line in rows}
    if asked & ours:
        return None
    return Problem(
        _CODE,
        f"{run} cannot be the baseline: none of its {len(asked)} tasks is among the {len(ours)} test tasks of "
        "this run; runs share tasks where catalog, samples and seed are the same",
    )


async def against(
    job: Job, tasks: Sequence[Mapping[str, Any]], report: Mapping[str, Any], store: BlobStore
) -> dict[str, Any] | None:
    """What `evaluation.json` says of the baseline, over the tasks that both runs were asked; None without one.

    A baseline that is gone by now, or shares none of the measured tasks, is said with the reason.

    Args:
        job: the job that was measured.
        tasks: the lines of its `tasks.jsonl`.
        report: its `evaluation.json`.
        store: where the baseline is.
    """
    run = job.options["evaluate"]["baseline_run"]
    if run is None:
        return None
    earlier = await _tasks(run, store)
    if not earlier:
        return {"run_id": run, "why": "its evaluation is gone"}
    try:
        found = compare(earlier, tasks, shared_only=True)
    except DifferentTasksError as error:
        return {"run_id": run, "why": str(error)}
    before = await _summary(run, store)
    after = stored.read(evaluation.Summary, orjson.dumps(report), "an evaluation")
    return {
        "run_id": run,
        "model": before.model,
        "sft_plan": before.sft_plan,
        "tasks": found["n"],
        "left_out": found["left_out"],
        "summary": summary(found),
        "counts": found["counts"],
        "metrics": found["metrics"],
        "usd_per_1000_plans": {"before": _price(before), "after": _price(after)},
    }


def _price(found: evaluation.Summary) -> float | None:
    return next((arm.cost.usd_per_1000_plans for arm in found.arms if arm.arm == Arm.STUDENT), None)


async def _summary(run: str, store: BlobStore) -> evaluation.Summary:
    path = paths.evaluation(run)
    blob = await store.read(names.DATASETS, path)
    return stored.read(evaluation.Summary, blob.data, path) if blob else evaluation.Summary()


async def _tasks(run: str, store: BlobStore) -> list[dict[str, Any]]:
    """The tasks that a run's student was measured on; none where there is no such run or evaluation."""
    found = await read_answers(paths.answers(run), store) or []
    return [line for line in found if str(Arm.STUDENT) in line["arms"]]
