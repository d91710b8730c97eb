"""Answers of the service are read leniently."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import orjson
import pytest

from shared.finetune.service import ServiceJob, read_checkpoint, read_event, read_file, read_job, storable

AZURE_PENDING = {
    "id": "ftjob-1",
    "created_at": 1765000000,
    "error": None,
    "fine_tuned_model": None,
    "finished_at": None,
    "hyperparameters": {"batch_size": -1, "learning_rate_multiplier": 0.1, "n_epochs": -1},
    "model": "gpt-4.1-nano-2025-04-14",
    "object": "fine_tuning.job",
    "organization_id": None,
    "result_files": None,
    "status": "pending",
    "trained_tokens": None,
    "training_file": "file-1",
    "validation_file": None,
    "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": -1}}},
    "estimated_finish": 1765090000,
    "trainingType": "GlobalStandard",
    "suffix": "s",
}


def test_a_job_as_the_service_really_tells_it_can_be_read() -> None:
    job = read_job(AZURE_PENDING)
    assert (job.status, job.fine_tuned_model, job.result_files, job.suffix) == ("pending", "", (), "s")
    assert dict(job.hyperparameters) == {
        "batch_size": "auto",
        "learning_rate_multiplier": 0.1,
        "n_epochs": "auto",
    }
    assert job.estimated_finish == 1765090000


def test_a_job_without_any_field_can_be_read() -> None:
    assert read_job({}) == ServiceJob("", "")


@pytest.mark.parametrize("text", ['{"x": 1e999}', '{"x": 1234567890123456789012}', '{"x": "\\ud800"}'])
def test_nonsense_that_cannot_be_stored_is_left_out(text: str) -> None:
    nonsense = storable(json.loads(text))["x"]
    job = read_job(
        {
            "id": "1",
            "error": {"message": nonsense},
            "created_at": nonsense,
            "hyperparameters": {"a": nonsense},
        }
    )
    event = read_event({"id": "1", "message": nonsense, "created_at": nonsense, "data": {"step": nonsense}})
    checkpoint = read_checkpoint({"id": nonsense, "step_number": nonsense, "metrics": {"loss": nonsense}})
    assert orjson.dumps([asdict(job), asdict(event), asdict(checkpoint)])


@pytest.mark.parametrize(
    ("status", "expected"),
    [("canceled", "cancelled"), ("cancelled", "cancelled"), ("notRunning", "pending"), ("new", "new")],
)
def test_old_spellings_of_a_status_are_understood(status: str, expected: str) -> None:
    assert read_job({"id": "1", "status": status}).status == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"hyperparameters": {"n_epochs": 3}}, {"n_epochs": 3}),
        ({"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}}}, {"beta": 0.1}),
        (
            {
                "hyperparameters": {"n_epochs": "auto"},
                "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
            },
            {"n_epochs": 2},
        ),
        ({"hyperparameters": None, "method": None}, {}),
        ({"method": {"type": "supervised", "supervised": None}}, {}),
    ],
)
def test_hyperparameters_are_found_in_both_places(answer: dict[str, Any], expected: dict[str, Any]) -> None:
    assert dict(read_job(answer).hyperparameters) == expected


def test_the_reason_of_a_failure_is_kept() -> None:
    job = read_job({"status": "failed", "error": {"code": "x", "message": "y", "param": None}})
    assert (job.error_code, job.error_message) == ("x", "y")


def test_a_files_details_are_kept() -> None:
    file = read_file({"id": "file-1", "filename": "a.jsonl", "status": "error", "status_details": "line 3"})
    assert (file.name, file.status, file.status_details) == ("a.jsonl", "error", "line 3")


def test_both_names_of_a_warning_are_one() -> None:
    assert {read_event({"level": level}).level for level in ("warn", "warning")} == {"warning"}


def test_metrics_that_stand_for_nothing_are_left_out() -> None:
    checkpoint = read_checkpoint(
        {
            "id": "ftchkpt-1",
            "fine_tuned_model_checkpoint": None,
            "step_number": 3,
            "metrics": {
                "train_loss": 0.5,
                "valid_loss": -1,
                "full_valid_loss": None,
                "validation_mean_token_accuracy": 1,
            },
        }
    )
    assert checkpoint.model == "ftchkpt-1"
    assert dict(checkpoint.metrics) == {"train_loss": 0.5, "valid_mean_token_accuracy": 1.0}
