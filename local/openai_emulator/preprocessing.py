"""What comes before a job trains: its files are checked, and the numbers that nobody gave are chosen."""

from __future__ import annotations

import asyncio
from typing import Any

from local.openai_emulator.files import Files
from local.openai_emulator.job import Job
from local.openai_emulator.job_request import AUTO
from local.openai_emulator.models import base_of, find_model
from local.openai_emulator.training_rows import BadRow, FileFacts, check_file
from shared.finetune.request import MIN_EXAMPLES

_DEFAULT_EPOCHS = 3


async def preprocess(job: Job, files: Files) -> FileFacts | None:
    """Check a job's files and tell of it; what the training file holds, None when the job has failed."""
    found: FileFacts | None = None
    for kind in ("training", "validation"):
        file_id = job.document[f"{kind}_file"]
        if not file_id:
            continue
        job.tell(f"Preprocessing running for file {kind} file.")
        try:
            facts = await asyncio.to_thread(check_file, files.path(file_id))
        except (BadRow, OSError) as exc:
            job.fail("jsonlValidationFailed", f"The {kind} file cannot be used: {exc}", f"{kind}_file")
            return None
        wanted = "dpo" if job.document["method"]["type"] == "dpo" else "chat"
        if facts.kind != wanted:
            job.fail(
                "jsonlValidationFailed",
                f"The {kind} file holds {facts.kind} examples, the method {job.document['method']['type']} "
                f"needs {wanted} examples.",
                f"{kind}_file",
            )
            return None
        if kind == "training":
            found = facts
            if facts.rows < MIN_EXAMPLES:
                job.fail(
                    "invalidPayload",
                    f"Training file has {facts.rows} example(s), but must have at least {MIN_EXAMPLES} examples.",
                    "training_file",
                )
                return None
        job.tell(f"Preprocessing completed for file {kind} file.")
    return found


def choose_numbers(job: Job, facts: FileFacts) -> dict[str, Any]:
    """Replace what is still `AUTO`: 3 epochs, 0.2 % of the rows a batch, the model's own multiplier."""
    base = find_model(base_of(str(job.document["model"])))
    usual = base.multiplier if base else 1.0
    numbers = job.document["hyperparameters"]
    defaults = {
        "n_epochs": _DEFAULT_EPOCHS,
        "batch_size": max(1, round(facts.rows * 0.002)),
        "learning_rate_multiplier": usual,
    }
    for name, value in defaults.items():
        if numbers[name] == AUTO:
            numbers[name] = value
    kind = job.document["method"]["type"]
    job.document["method"][kind] = {"hyperparameters": dict(numbers)}
    job.save()
    return {
        "n_epochs": numbers["n_epochs"],
        "batch_size": numbers["batch_size"],
        "rate": numbers["learning_rate_multiplier"] / usual,
    }
