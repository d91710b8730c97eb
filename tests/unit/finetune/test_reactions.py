"""What an answer, or a failure, makes of a fine-tune job."""

from __future__ import annotations

from copy import replace
from datetime import timedelta

import pytest

from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError, TransientError
from shared.finetune import claims, hosting, reactions, troubles
from shared.finetune.decisions import Action
from shared.finetune.job import Claim, Job, JobDeployment, TrainingFile
from shared.finetune.service import ServiceFile, ServiceJob
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.times import later, moment, stamp
from tests.builders.finetune import NOW, job

SETTINGS = FineTuneSettings()
CLAIM = Claim("me", stamp(NOW))


def after_s(seconds: float) -> str:
    return stamp(NOW - timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("state", "job_id", "error", "failing_s", "expected"),
    [
        (State.CREATING, "", TransientError("x"), 0, State.CREATING),
        (State.CREATING, "", TransientError("x"), 86_399, State.CREATING),
        (State.CREATING, "", TransientError("x"), 86_400, State.FAILED),
        (State.CREATING, "", ConfigurationError("x", code="forbidden"), 899, State.CREATING),
        (State.CREATING, "", ConfigurationError("x", code="forbidden"), 900, State.FAILED),
        (State.RUNNING, "ftjob-1", ConfigurationError("x", code="unauthorized"), 80_000, State.RUNNING),
        (State.RUNNING, "ftjob-1", TransientError("x", code="job_not_found"), 100, State.RUNNING),
        (State.RUNNING, "ftjob-1", TransientError("x", code="job_not_found"), 1000, State.FAILED),
        (State.RUNNING, "ftjob-1", PermanentError("x"), 0, State.RUNNING),
        (State.RUNNING, "ftjob-1", PermanentError("x"), 86_400, State.FAILED),
        (State.PROCESSING, "", ConfigurationError("x", code="missing_setting"), 0, State.FAILED),
    ],
)
def test_patience_depends_on_the_error_and_on_what_is_at_stake(
    state: State, job_id: str, error: PlansmithError, failing_s: float, expected: State
) -> None:
    failing = job(state, job_id=job_id, failing_since=after_s(failing_s) if failing_s else "")
    assert troubles.failed_call(failing, Action.FOLLOW_JOB, error, NOW, SETTINGS).state == expected


@pytest.mark.parametrize(
    ("error", "failing_s", "wait_s"),
    [
        (TransientError("x"), 0, 15),
        (TransientError("x"), 200, 50),
        (TransientError("x"), 9000, 120),
        (ThrottledError("x", retry_after_s=2), 0, 2),
        (ThrottledError("x", retry_after_s=86400), 0, 86400),
    ],
)
def test_the_pause_is_what_the_service_asks_or_grows(
    error: PlansmithError, failing_s: float, wait_s: float
) -> None:
    failing = job(State.RUNNING, failing_since=after_s(failing_s) if failing_s else "")
    found = troubles.failed_call(failing, Action.FOLLOW_JOB, error, NOW, SETTINGS)
    assert (moment(found.next_check_at) - NOW).total_seconds() == wait_s


@pytest.mark.parametrize(
    ("size", "claim_s"),
    [(1 << 20, 60 + 16 + 120), (16 << 20, 60 + 256 + 120), (512 << 20, 1500 + 120), (0, 1500 + 120)],
)
def test_a_claim_on_an_upload_lasts_as_long_as_its_file_takes_on_a_slow_line(size: int, claim_s: int) -> None:
    files = {"train": TrainingFile("sft/train.jsonl", "train.jsonl", 40, bytes=size)}
    claim = claims.claimed(job(State.REQUESTED, files=files), NOW, me="me", settings=SETTINGS).claim
    assert claim == Claim("me", later(NOW, claim_s))


def test_who_has_uploaded_a_file_has_a_fresh_claim_for_the_next_and_who_has_only_looked_has_none() -> None:
    uploading = job(State.UPLOADING, claim=CLAIM)
    there = ServiceFile("file-1", "train.jsonl", "pending")
    mine = reactions.uploaded(uploading, "train", there, NOW, settings=SETTINGS, me="me")
    assert mine.claim == Claim("me", later(NOW, 1500 + 120))
    seen = reactions.uploaded(uploading, "train", there, NOW, settings=SETTINGS)
    assert seen.claim is None


@pytest.mark.parametrize(
    ("state", "action", "call_s"),
    [(State.CREATING, Action.CREATE_JOB, 180), (State.UPLOADING, Action.UPLOAD_FILE, 1500 + 120)],
)
def test_after_a_time_out_its_holder_has_a_claim_that_outlives_the_next_try(
    state: State, action: Action, call_s: float
) -> None:
    found = troubles.failed_call(job(state, claim=CLAIM), action, TransientError("x"), NOW, SETTINGS)
    assert found.claim == Claim(CLAIM.by, later(moment(found.next_check_at), call_s))


def test_a_failed_look_of_others_keeps_no_claim_longer_and_a_throttle_ends_it() -> None:
    creating = job(State.CREATING, claim=CLAIM)
    look = troubles.failed_call(creating, Action.LOOK_FOR_JOB, TransientError("x"), NOW, SETTINGS)
    throttle = troubles.failed_call(creating, Action.CREATE_JOB, ThrottledError("x"), NOW, SETTINGS)
    assert (look.claim, throttle.claim) == (CLAIM, None)


def test_a_look_that_finds_nothing_does_not_end_a_series_of_failures() -> None:
    failing = job(State.CREATING, failing_since=after_s(50))
    assert reactions.waiting(failing, NOW, SETTINGS).failing_since == after_s(50)
    assert claims.claimed(failing, NOW, me="me", settings=SETTINGS).failing_since == after_s(50)


def test_a_call_that_succeeds_ends_a_series_of_failures() -> None:
    failing = job(State.RUNNING, failing_since=after_s(50))
    seen = reactions.job_seen(failing, ServiceJob("ftjob-1", "running"), NOW, SETTINGS)
    assert (seen.failing_since, seen.last_error) == ("", None)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("processed", "processed"), State.CREATING),
        (("processed", "pending"), State.PROCESSING),
        (("running", "uploaded"), State.PROCESSING),
        (("error", "processed"), State.FAILED),
        (("processed", "deleted"), State.FAILED),
    ],
)
def test_a_job_is_created_when_both_files_are_processed(statuses: tuple[str, str], expected: State) -> None:
    seen = {
        part: ServiceFile(part, part, status)
        for part, status in zip(("train", "validation"), statuses, strict=True)
    }
    assert reactions.files_seen(job(State.PROCESSING), seen, NOW, SETTINGS).state == expected


@pytest.mark.parametrize(
    ("status", "model", "expected"),
    [
        ("succeeded", "m.ft-1", State.SUCCEEDED),
        ("succeeded", "", State.FAILED),
        ("failed", "", State.FAILED),
        ("cancelled", "", State.CANCELLED),
    ],
)
def test_the_end_is_what_the_service_says(status: str, model: str, expected: State) -> None:
    found = reactions.collected(job(State.COLLECTING, status=status, fine_tuned_model=model), NOW)
    assert (found.state, found.finished_at) == (expected, stamp(NOW))
    assert (found.error is None) == (expected == State.SUCCEEDED)


@pytest.mark.parametrize("action", [Action.DELETE_FILES, Action.COPY_RESULTS, Action.ANNOUNCE])
def test_a_chore_that_cannot_be_done_is_a_warning(action: Action) -> None:
    found = troubles.failed_call(job(State.SUCCEEDED), action, PermanentError("x", code="c"), NOW, SETTINGS)
    assert (found.state, found.done, [w.code for w in found.warnings]) == (
        State.SUCCEEDED,
        (str(action),),
        ["c"],
    )


@pytest.mark.parametrize(
    ("state", "action", "code"),
    [
        (State.DEPLOYING, Action.PUT_DEPLOYMENT, "deployment_failed"),
        (State.DEPLOYING, Action.CHECK_DEPLOYMENT, "deployment_failed"),
        (State.DEPLOYED, Action.START_EVALUATION, "evaluation_failed"),
        (State.EVALUATING, Action.CHECK_EVALUATION, "evaluation_failed"),
    ],
)
def test_what_follows_the_training_cannot_undo_it(state: State, action: Action, code: str) -> None:
    found = troubles.failed_call(job(state), action, PermanentError("x"), NOW, SETTINGS)
    assert found.error is not None
    assert (found.state, found.error.code) == (State.COMPLETE, code)


SERVES = JobDeployment("d", "Succeeded", after_s(7200), after_s(7200), usd_per_hour=1.7)
UNREADY = JobDeployment("d", "Failed", after_s(7200))
REMOVED = JobDeployment("d", "Removed", after_s(7200), after_s(7200), after_s(3600), usd_per_hour=1.7)


def asked_again(deployment: JobDeployment | None) -> Job:
    return hosting.deploying(job(State.COMPLETE, deployment=deployment), "d", NOW)


@pytest.mark.parametrize("held", [SERVES, UNREADY])
def test_a_deployment_that_may_cost_stays_known_though_asking_for_it_again_is_refused(
    held: JobDeployment,
) -> None:
    again = asked_again(held)
    found = troubles.failed_call(again, Action.PUT_DEPLOYMENT, PermanentError("x"), NOW, SETTINGS)
    assert found.deployment == replace(held, requested_at="")
    assert (found.is_deployed, found.is_unready) == (held is SERVES, held is UNREADY)


@pytest.mark.parametrize("held", [None, REMOVED])
def test_a_deployment_that_never_came_to_be_is_forgotten(held: JobDeployment | None) -> None:
    again = asked_again(held)
    found = troubles.failed_call(again, Action.PUT_DEPLOYMENT, PermanentError("x"), NOW, SETTINGS)
    assert found.deployment is None
    assert found.hosting_usd(NOW) == (1.7 if held else 0.0)


@pytest.mark.parametrize(("held", "usd"), [(SERVES, 3.4), (UNREADY, 0.0), (REMOVED, 1.7)])
def test_what_the_deployments_of_a_job_have_cost_adds_up_when_one_is_asked_for_again(
    held: JobDeployment, usd: float
) -> None:
    asked = hosting.deployment_asked_for(asked_again(held), "Accepted", NOW, usd_per_hour=1.7)
    assert hosting.deployment_seen(asked, "Succeeded", "", NOW, SETTINGS).hosting_usd(NOW) == usd


def test_the_pause_between_looks_grows_with_the_age_up_to_a_bound() -> None:
    running = job(State.RUNNING)
    pauses = []
    for age_s in (0, 1000, 1_000_000):
        now = NOW + timedelta(seconds=age_s)
        seen = reactions.job_seen(running, ServiceJob("ftjob-1", "running"), now, SETTINGS)
        pauses.append((moment(seen.next_check_at) - now).total_seconds())
    assert pauses == [15, 20, 120]
