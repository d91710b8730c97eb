"""A fine-tune job made from a published dataset and a run's options."""

from __future__ import annotations

from collections.abc import Mapping
from copy import replace
from datetime import datetime
from typing import Any

from shared.errors import BadRequestError
from shared.finetune import models, words
from shared.finetune.job import Job, Problem, TrainingFile
from shared.finetune.models import Listed
from shared.finetune.service import Hyperparameter, JobRequest
from shared.finetune.transitions import State
from shared.times import stamp

MIN_EXAMPLES = 10
"""Fewest training examples that the service takes."""

_FILES = {
    "supervised": {"train": "sft/train.jsonl", "validation": "sft/validation.jsonl"},
    "dpo": {"train": "sft/dpo-train.jsonl", "validation": "sft/dpo-validation.jsonl"},
}
_HYPERPARAMETERS = ("n_epochs", "batch_size", "learning_rate_multiplier")


def new_job(
    run_id: str,
    options: Mapping[str, Any],
    manifest: Mapping[str, Any],
    *,
    seed: int,
    student_model: str,
    now: datetime,
    listed: Listed | None = None,
    revision: int = 0,
    folder: str = "",
) -> Job:
    """The job that a run asks for, `requested`, or `failed` at once when its training file cannot do.

    Args:
        run_id: the run.
        options: its `finetune` options, complete.
        manifest: of its dataset.
        seed: of the run, used when the options have none.
        student_model: used when the options name no model.
        now: current time.
        listed: what the service's own list says of the model, None if it says nothing.
        revision: of the dataset, 0 for the first publication.
        folder: where its files are below `datasets/{run}/`.

    Raises BadRequestError `no_model` if no model is named anywhere.
    """
    model = options["model"] or student_model
    if not model:
        raise BadRequestError(
            "no model to fine-tune: set STUDENT_MODEL or the option 'finetune.model'", code="no_model"
        )
    files = _files(run_id, options["method"], manifest, folder)
    at = stamp(now)
    job = Job(
        run_id=run_id,
        state=State.REQUESTED,
        options=options,
        model=model,
        training_type=options["training_type"],
        suffix=options["suffix"] or default_suffix(run_id),
        seed=options["seed"] if options["seed"] is not None else seed,
        created_at=at,
        updated_at=at,
        state_since=at,
        hyperparameters=chosen_hyperparameters(options),
        files=files,
        revision=revision,
        history=({"at": at, "state": str(State.REQUESTED)},),
    )
    problem = _unusable(options["method"], files) or _refused(job, now, listed)
    if problem is not None:
        return failed(job, problem, now)
    told = models.warnings(model, deploys=options["deploy"]["enabled"], today=now.date(), listed=listed)
    test = manifest_files(manifest).get("sft/test.jsonl")
    if options["evaluate"]["enabled"] and test is not None and not test["rows"]:
        told.append(words.no_test_rows())
    return replace(job, warnings=tuple(told))


def _refused(job: Job, now: datetime, listed: Listed | None) -> Problem | None:
    deploy = job.options["deploy"]
    return models.refusal(
        job.model,
        method=job.options["method"],
        training_type=job.training_type,
        sku=deploy["sku"] if deploy["enabled"] else None,
        today=now.date(),
        listed=listed,
    )


def failed(job: Job, problem: Problem, now: datetime) -> Job:
    """A job that fails before it begins."""
    return job.moved(State.FAILED, now, error=problem, finished_at=stamp(now))


def default_suffix(run_id: str) -> str:
    """`plansmith-<last 8 hex of the run>`, as long as every version of the service takes."""
    return f"plansmith-{run_id[-8:]}"


def chosen_hyperparameters(options: Mapping[str, Any]) -> dict[str, Hyperparameter]:
    """Those that the options fix; the service chooses the others."""
    return {name: options[name] for name in _HYPERPARAMETERS if options[name] is not None}


def job_request(job: Job) -> JobRequest:
    """What the service is asked to create. The files are processed by now."""
    validation = job.files.get("validation")
    return JobRequest(
        model=job.model,
        training_file=job.files["train"].id,
        validation_file=validation.id if validation else "",
        suffix=job.suffix,
        method=job.options["method"],
        training_type=models.sent_training_type(job.training_type),
        seed=job.seed,
        hyperparameters=chosen_hyperparameters(job.options),
    )


def manifest_files(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """A manifest's files by path."""
    return {file["path"]: file for file in manifest["files"]}


def _files(run_id: str, method: str, manifest: Mapping[str, Any], folder: str) -> dict[str, TrainingFile]:
    published = manifest_files(manifest)
    files: dict[str, TrainingFile] = {}
    for part, path in _FILES[method].items():
        file = published.get(path)
        if file is not None and file["rows"] > 0:
            name = f"plansmith-{run_id}-{file['sha256'][:12]}-{part}.jsonl"
            files[part] = TrainingFile(
                folder + path, name, file["rows"], file["sha256"], bytes=file.get("bytes", 0)
            )
    return files


def _unusable(method: str, files: Mapping[str, TrainingFile]) -> Problem | None:
    path = _FILES[method]["train"]
    rows = files["train"].rows if "train" in files else 0
    if rows >= MIN_EXAMPLES:
        return None
    hint = "; the option formats must name 'dpo'" if method == "dpo" and not rows else ""
    text = f"{path} has {rows} training examples, the service needs at least {MIN_EXAMPLES}{hint}"
    return Problem("too_few_examples", text)
