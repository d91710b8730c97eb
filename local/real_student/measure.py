"""Measures what a real student answered: the same metrics and the same page as for any run.

`python -m local.real_student.measure DATASET CATALOG OUT STUDENT [BASE]` reads a dataset's folder, the catalog file
that it was made of, and `answers.jsonl` in the folders that `train.py` wrote; it writes `evaluation.json`,
`evaluation/tasks.jsonl` and `report.html` to OUT.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from shared.catalog.ingest import Document, ingest
from shared.contracts import options
from shared.dataset.plan_prices import plan_cost
from shared.finetune.job import Job, Problem, TrainingFile
from shared.finetune.measure.answer import answered
from shared.finetune.measure.arms import Arm
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measure.report import Measured, evaluation, task_line
from shared.finetune.measured_tasks import MeasuredTask, tasks_of_rows
from shared.finetune.transitions import State
from shared.plan.validate import PlanValidator
from shared.report import examples
from shared.report.curves import read_curves
from shared.report.page import Facts, render
from shared.times import stamp
from shared.tokens import Tokens

MODEL = "SmolLM2-135M-Instruct"
_TOO_LONG = f"rules and catalog are longer than the window that {MODEL} was trained for"
_NO_TEACHER = "the teacher of this dataset is an emulator, no language model"


def measured_tasks(dataset: Path) -> list[MeasuredTask]:
    """The dataset's test tasks."""
    records = {}
    for line in (dataset / "dataset.jsonl").read_bytes().splitlines():
        record = orjson.loads(line)
        records[record["task_nl"]] = record
    coverage = orjson.loads((dataset / "coverage.json").read_bytes())
    taught = {entry["api"]: entry["train"] for entry in coverage["by_operation"]}
    return tasks_of_rows((dataset / "sft/test.jsonl").read_bytes().splitlines(), records, taught)


def outcomes(folder: Path, tasks: Sequence[MeasuredTask], validator: PlanValidator) -> dict[int, ArmOutcome]:
    """What the answers of a folder are worth, by the task's number."""
    found = {}
    for line in (folder / "answers.jsonl").read_bytes().splitlines():
        said = orjson.loads(line)
        found[said["index"]] = answered(
            said["index"],
            said["answer"],
            tasks[said["index"]].plan,
            validator,
            tokens=Tokens.read(said["tokens"]),
            model=MODEL,
            latency_ms=said["latency_ms"],
        )
    return found


def main(arguments: Sequence[str]) -> None:
    """Measure and write."""
    dataset, catalog_file, out, *folders = map(Path, arguments)
    catalog = ingest([Document(catalog_file.name, catalog_file.read_bytes())])
    validator, tasks = PlanValidator(catalog), measured_tasks(dataset)
    manifest = orjson.loads((dataset / "manifest.json").read_bytes())
    arms = [
        Measured(arm, folder.name, outcomes(folder, tasks, validator))
        for arm, folder in zip((Arm.STUDENT, Arm.BASE), folders, strict=False)
    ]
    told = evaluation(
        run_id=manifest["run_id"],
        model=MODEL,
        sft_plan=manifest["options"].get("sft_plan", "full"),
        tasks=tasks,
        measured=arms,
        missing=[
            {"arm": str(Arm.BASE_WITH_CATALOG), "why": _TOO_LONG},
            {"arm": str(Arm.TEACHER_WITH_CATALOG), "why": _NO_TEACHER},
        ],
        cost=plan_cost,
        finished_at=stamp(datetime.now(UTC)),
    )
    lines = [
        task_line(task, {str(arm.arm): arm.outcomes[n] for arm in arms if n in arm.outcomes})
        for n, task in enumerate(tasks)
    ]
    (out / "evaluation").mkdir(parents=True, exist_ok=True)
    (out / "evaluation.json").write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    (out / "evaluation/tasks.jsonl").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    (out / "report.html").write_bytes(render(_facts(manifest, folders[0], told, lines)))
    sys.stdout.write(f"{told['verdict']}\n")


def _facts(
    manifest: dict[str, Any], folder: Path, told: dict[str, Any], lines: list[dict[str, Any]]
) -> Facts:
    training = orjson.loads((folder / "training.json").read_bytes())
    at = stamp(datetime.now(UTC))
    job = Job(
        run_id=manifest["run_id"],
        state=State.COMPLETE,
        options=options.resolve({"finetune": {"evaluate": {"enabled": True}}})["finetune"],
        model=MODEL,
        training_type="on one's own machine",
        suffix="real-student",
        seed=training["seed"],
        created_at=at,
        updated_at=at,
        state_since=at,
        hyperparameters={name: training[name] for name in ("epochs", "batch_rows", "learning_rate")},
        files={"train": TrainingFile("sft/train.jsonl", "train.jsonl", training["rows"])},
        fine_tuned_model=f"{MODEL}, trained here",
        trained_tokens=training["tokens"] * training["epochs"],
        warnings=(Problem("real_student", _said(training)),),
    )
    curves = read_curves((folder / "metrics.csv").read_bytes())
    return Facts(job=job, manifest=manifest, curves=curves, evaluation=told, examples=examples.build(lines))


def _said(training: dict[str, Any]) -> str:
    return (
        f"the student is a real language model, {MODEL}, trained on {training['rows']} rows "
        f"({100 * training['share']:.0f} % of the training split) in {training['seconds'] / 60:.0f} minutes on "
        f"{training['threads']} thread(s) of a processor; tasks and plans are an emulator's, made by rules"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
