"""What events and the result file of a running job tell of its training."""

from __future__ import annotations

from typing import Any

import pytest

from shared.finetune.figures import (
    NEWEST_ROWS,
    from_events,
    from_metrics,
    is_step,
    newest_rows,
    planned_steps,
)
from shared.finetune.service import JobEvent
from tests.builders.finetune import job
from tests.builders.report import metrics


def event(message: str, **data: Any) -> JobEvent:
    return JobEvent("e", 1, "info", message, data=data)


@pytest.mark.parametrize(
    ("message", "data", "expected"),
    [
        ("Step 10: training loss=0.65", {}, {"step": 10, "train_loss": 0.65}),
        ("Step 3/30: training loss=1.5e-05, validation loss=0.27", {},
         {"step": 3, "total_steps": 30, "train_loss": 1.5e-05, "valid_loss": 0.27}),
        ("Step 4", {"step": 4, "train_mean_token_accuracy": 0.9, "valid_loss": -1}, {"step": 4, "train_token_accuracy": 0.9}),
        ("metrics", {"step": 7.0, "train_loss": float("nan"), "total_steps": True}, {"step": 7}),
        ("Job started.", {}, {}),
        ("Stepping 10: training loss=0.65", {}, {}),
    ],
)  # fmt: skip
def test_an_event_tells_by_its_data_or_its_words(message: str, data: dict, expected: dict) -> None:
    assert from_events([event(message, **data)]) == expected


def test_the_newest_event_that_names_a_figure_counts() -> None:
    events = [event("Step 20: training loss=0.4"), event("Step 10: training loss=0.6, validation loss=0.7")]
    assert from_events(events) == {"step": 20, "train_loss": 0.4, "valid_loss": 0.7}


def test_a_result_file_tells_the_last_value_of_each_column() -> None:
    found = from_metrics(metrics(25))
    assert (found["step"], found["train_loss"]) == (25, 0.56)
    assert found["valid_loss"] == pytest.approx(0.675)
    assert from_metrics(b"") == {}


@pytest.mark.parametrize(
    ("hyperparameters", "expected"),
    [
        ({"n_epochs": 3, "batch_size": 1}, {"total_steps": 120}),
        ({"n_epochs": 2, "batch_size": 16}, {"total_steps": 6}),
        ({"n_epochs": "auto", "batch_size": 1}, {}),
        ({"n_epochs": 3, "batch_size": 0}, {}),
        ({}, {}),
    ],
)
def test_the_steps_in_all_are_reckoned_once_the_service_has_chosen(
    hyperparameters: dict, expected: dict
) -> None:
    assert planned_steps(job(hyperparameters=hyperparameters)) == expected


def test_an_event_about_a_step_is_recognised() -> None:
    assert is_step("Step 10: training loss=0.65")
    assert not is_step("Job succeeded.")


def test_only_the_end_of_a_long_result_file_is_read() -> None:
    long = metrics(5000)
    lines = long.splitlines()
    assert newest_rows(long).splitlines() == [lines[0], *lines[-NEWEST_ROWS:]]
    assert from_metrics(long)["step"] == 5000
    for short in (b"", b"step\n", metrics(NEWEST_ROWS)):
        assert newest_rows(short) == short
