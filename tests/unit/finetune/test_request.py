"""A job made from a dataset and a run's options."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts import options
from shared.errors import BadRequestError
from shared.finetune.models import MAX_SUFFIX
from shared.finetune.request import default_suffix, job_request, new_job
from shared.finetune.transitions import State
from shared.runs import paths
from tests.builders.finetune import NOW, RUN


def made(*, manifest: dict[str, Any] | None = None, student_model: str = "base", **finetune: Any) -> Any:
    rows = {"sft/train.jsonl": 40, "sft/validation.jsonl": 5} if manifest is None else manifest
    files = [{"path": path, "rows": count, "sha256": "c" * 64} for path, count in rows.items()]
    chosen = options.resolve({"finetune": finetune})["finetune"]
    return new_job(RUN, chosen, {"files": files}, seed=3, student_model=student_model, now=NOW)


def test_options_beat_the_installations_defaults() -> None:
    assert (made().model, made(model="other").model) == ("base", "other")
    assert (made().seed, made(seed=9).seed) == (3, 9)
    assert (made().suffix, made(suffix="mine").suffix) == ("plansmith-23456789", "mine")


def test_only_fixed_hyperparameters_are_asked_for() -> None:
    assert dict(job_request(made(n_epochs=2, learning_rate_multiplier=0.1)).hyperparameters) == {
        "n_epochs": 2,
        "learning_rate_multiplier": 0.1,
    }
    assert dict(job_request(made()).hyperparameters) == {}


def test_a_files_name_tells_run_and_content() -> None:
    assert made().files["train"].name == f"plansmith-{RUN}-cccccccccccc-train.jsonl"


def test_preference_tuning_takes_the_preference_files() -> None:
    job = made(method="dpo", manifest={"sft/train.jsonl": 40, "sft/dpo-train.jsonl": 12})
    assert (job.files["train"].path, "validation" in job.files) == ("sft/dpo-train.jsonl", False)


@pytest.mark.parametrize(
    ("manifest", "finetune", "hint"),
    [
        ({"sft/train.jsonl": 9}, {}, "9 training examples"),
        ({}, {}, "0 training examples"),
        ({"sft/train.jsonl": 40}, {"method": "dpo"}, "formats must name 'dpo'"),
    ],
)
def test_too_few_examples_fail_the_job_with_one_clear_error(
    manifest: dict[str, int], finetune: dict[str, Any], hint: str
) -> None:
    job = made(manifest=manifest, **finetune)
    assert job.state == State.FAILED
    assert hint in job.error.message
    assert [entry["state"] for entry in job.history] == ["requested", "failed"]


def test_a_run_without_a_model_is_refused() -> None:
    with pytest.raises(BadRequestError, match="STUDENT_MODEL"):
        made(student_model="")


def test_the_suffix_is_short_and_safe() -> None:
    assert (
        default_suffix("a-very-long-name-of-a-catalog-that-goes-on-and-on-0123456789") == "plansmith-23456789"
    )
    assert len(default_suffix(RUN)) <= MAX_SUFFIX


def test_what_the_service_would_not_do_fails_the_job_before_anything_is_uploaded() -> None:
    job = made(model="Ministral-3B", training_type="developerTier")
    assert (job.state, job.error.code) == (State.FAILED, "training_type_not_supported")
    alone = made(model="gpt-oss-120b", deploy={"enabled": False})
    assert alone.state == State.REQUESTED
    assert made(model="gpt-oss-120b", deploy={"enabled": True}).error.code == "not_serverless"


def test_what_a_user_should_know_before_paying_is_a_warning_of_the_job() -> None:
    assert [problem.code for problem in made(model="my-own-7b").warnings] == ["unknown_model"]
    assert made(model="Ministral-3B").warnings == ()


def test_data_zone_training_is_sent_as_the_service_reads_it() -> None:
    job = made(model="gpt-4.1-mini", training_type="DataZone")
    assert job_request(job).training_type == "DataZoneStandard"


def test_only_a_runs_mark_is_a_mark() -> None:
    assert paths.run_of_mark(f"_finetunes/{RUN}") == RUN
    assert paths.run_of_mark("_finetunes/../x") is None
