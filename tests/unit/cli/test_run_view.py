from datetime import UTC, datetime

import pytest

from cli.run_view import Ending, Pace, deployment_line, ending, line
from cli.wording import short
from tests.builders.fake_api import a_run


@pytest.mark.parametrize("status", ["starting", "generating", "publishing"])
def test_an_unpublished_run_goes_on(status: str):
    assert ending(a_run(status=status), finetune=False) is None


@pytest.mark.parametrize("status", ["published", "fine_tuning", "evaluating", "complete"])
def test_the_dataset_is_there_from_publishing_on(status: str):
    assert ending(a_run(status=status), finetune=False) == Ending()


@pytest.mark.parametrize(
    ("status", "job"),
    [("published", None), ("fine_tuning", None), ("fine_tuning", "running"), ("complete", "succeeded"),
     ("fine_tuning", "deploying"), ("evaluating", "evaluating")],
)  # fmt: skip
def test_an_asked_fine_tune_is_waited_for_until_nothing_follows_it(status: str, job: str | None):
    assert ending(a_run(status=status, finetune={"state": job} if job else None), finetune=True) is None


def test_a_complete_job_is_success():
    assert ending(a_run(status="complete", finetune={"state": "complete"}), finetune=True) == Ending()


def test_a_trained_model_that_could_not_be_measured_is_not_all_that_was_asked_for():
    job = {"state": "complete", "error": {"code": "evaluation_failed", "message": "no test rows"}}
    run = a_run(status="complete", finetune=job)
    assert ending(run, finetune=True) == Ending("no test rows (evaluation_failed)")
    assert ending(run, finetune=False) == Ending()


def test_a_failed_job_tells_its_reason():
    job = {"state": "failed", "error": {"code": "invalid_training_file", "message": "row 3 is bad"}}
    found = ending(a_run(status="failed", finetune=job), finetune=True)
    assert found == Ending("the fine-tune job failed: row 3 is bad (invalid_training_file)")


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_failed_job_is_waited_for_until_its_files_are_there(state: str):
    assert ending(a_run(status="fine_tuning", finetune={"state": state}), finetune=True) is None


def test_a_failed_run_tells_its_error_on_one_line():
    error = {"code": "empty_file", "message": "the file\nis empty"}
    assert ending(a_run(status="failed", error=error), finetune=False) == Ending(
        "the file is empty (empty_file)"
    )


def test_a_run_without_an_accepted_record_says_where_to_look():
    counts = {"total": 4, "done": 4, "accepted": 0, "rejected": 4}
    found = ending(a_run(status="failed", counts=counts), finetune=False)
    assert found is not None
    assert "rejected.jsonl" in found.failure


def test_a_cancelled_run_is_not_what_was_asked_for():
    found = ending(a_run(status="cancelled"), finetune=False)
    assert found is not None
    assert "cancelled" in found.failure


def test_pace_counts_the_last_seconds_only():
    pace = Pace()
    for second in range(100):
        pace.see(float(second), second if second < 50 else 50 + 10 * (second - 50))
    assert pace.per_s == pytest.approx(10)


def test_pace_is_unknown_at_first_and_after_a_step_back():
    pace = Pace()
    assert pace.per_s == 0
    pace.see(0, 10)
    pace.see(1, 20)
    pace.see(2, 5)
    assert pace.per_s == 0


def test_a_line_says_how_far_how_fast_and_how_long():
    run = a_run(status="generating", counts={"total": 500, "done": 100, "accepted": 90, "rejected": 10})
    assert line(run, 8.0) == (
        "generating · 100/500 records · accepted 90, rejected 10 · 1.23k tokens · $0.0125 · 8.0 records/s · 50 s left"
    )


def test_a_line_tells_the_job():
    job = {
        "state": "running",
        "step": 3,
        "total_steps": 30,
        "train_loss": 0.51234,
        "train_token_accuracy": 0.871,
    }
    assert line(a_run(status="fine_tuning", finetune=job), 0).endswith(
        "fine-tune running, step 3/30, loss 0.5123, token accuracy 87.1%"
    )


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (950, "950"), (12_345, "12.3k"), (4_560_000, "4.56M")])
def test_counts_are_short(count: int, text: str):
    assert short(count) == text


def test_a_deployment_says_what_it_has_cost_so_far():
    made = {"name": "plansmith-1", "ready_at": "2026-01-01T00:00:00.000Z", "usd_per_hour": 1.7}
    now = datetime(2026, 1, 1, 2, tzinfo=UTC)
    line = deployment_line({"finetune": {"deployment": made}}, now)
    assert line == "plansmith-1, ready, $1.70 an hour, $3.40 so far"
    removed = {**made, "removed_at": "2026-01-01T01:00:00.000Z"}
    assert deployment_line({"finetune": {"deployment": removed}}, now).endswith(
        "removed, $1.70 an hour, $1.70 so far"
    )
    again = {"deployment": made, "past_hosting_usd": 5.1}
    assert deployment_line({"finetune": again}, now).endswith("$8.50 so far")
    refused = {"deployment": None, "past_hosting_usd": 5.1}
    assert deployment_line({"finetune": refused}, now) == "none now, $5.10 so far"
    assert deployment_line({"finetune": None}, now) == ""
