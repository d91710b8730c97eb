"""Each text about a fine-tune that does not go as asked says what happened, what the app does and what one may do."""

from __future__ import annotations

from typing import Any

import pytest

from shared.adapters.memory.finetune import MemoryDeployments, MemoryFineTune
from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError, TransientError
from shared.finetune.job import Problem
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from tests.builders.finetune import RUN, FailingFineTune, FineTuneStack, started
from tests.unit.steps.finetune.test_evaluate_example import Model, evaluating, work

AGAIN = f"`plansmith finetune {RUN} --again` starts another job"
DEPLOYS = f"`plansmith deploy {RUN}` deploys it later"


def _failing(error: PlansmithError, method: str = "get_job") -> FineTuneStack:
    return FineTuneStack(service=FailingFineTune({method: [error]}, forever=True))


async def _waiting(stack: FineTuneStack, **finetune: Any) -> Problem:
    """What a job that goes on says of its newest failure."""
    await started(stack=stack, **finetune)
    for _ in range(8):
        await stack.tick(seconds=60)
    job = await stack.job()
    assert job.error is None and job.last_error is not None
    return job.last_error


async def _ended(stack: FineTuneStack, **finetune: Any) -> Problem:
    job = await (await started(stack=stack, **finetune)).run_out(ticks=400)
    assert job.error is not None
    return job.error


async def _warned(stack: FineTuneStack, code: str, *, seconds: float = 60, ticks: int = 8) -> Problem:
    """The warning of that code, of which there is one however often it was seen."""
    await started(stack=stack)
    for _ in range(ticks):
        await stack.tick(seconds=seconds)
    (found,) = [warning for warning in (await stack.job()).warnings if warning.code == code]
    return found


def _says(problem: Problem, *parts: str) -> None:
    assert [part for part in parts if part not in problem.message] == [], problem.message
    assert ".." not in problem.message and ". ." not in problem.message


@pytest.mark.parametrize("status", [500, 409, 408])
async def test_a_failing_service_is_asked_again_and_that_is_said(status: int) -> None:
    error = TransientError(f"HTTP {status}: The service is busy.", code="service_error")
    problem = await _waiting(_failing(error))
    _says(
        problem,
        f"HTTP {status}: The service is busy.",
        "It is asked again at 2026-01-01T",
        "for up to 24 hours",
        "nothing need be done",
    )


async def test_a_throttle_says_when_the_service_is_asked_again() -> None:
    problem = await _waiting(
        _failing(ThrottledError("too many requests", code="throttled", retry_after_s=90_000))
    )
    _says(problem, "too many requests. It is asked again at 2026-01-02T", "for up to 25 hours")


async def test_an_answer_that_is_lost_says_that_nothing_is_lost() -> None:
    lost = TransientError("the model service did not answer in time", code="timeout")
    _says(
        await _waiting(_failing(lost, "create_job")),
        "did not answer in time. It is asked again at",
        "nothing is lost meanwhile",
    )


async def test_a_service_that_fails_for_a_day_ends_the_job_with_what_to_do() -> None:
    problem = await _ended(_failing(TransientError("HTTP 500: broken", code="service_error"), "create_job"))
    _says(
        problem,
        "HTTP 500: broken for 24 hours without a break",
        "The app has given up; nothing was trained and nothing is billed",
        AGAIN,
    )


async def test_a_job_that_may_still_run_when_the_app_gives_up_is_named() -> None:
    problem = await _ended(_failing(TransientError("HTTP 500: broken", code="service_error")))
    _says(
        problem,
        "The app has given up; the job ftjob-0001 may go on at the service and be billed",
        "cancel it if it is not wanted",
        AGAIN,
    )


async def test_a_refused_request_says_that_nothing_was_paid() -> None:
    problem = await _ended(
        _failing(PermanentError("HTTP 400: no such model", code="bad_request"), "create_job")
    )
    _says(
        problem,
        "HTTP 400: no such model. The app has given up; nothing was trained and nothing is billed",
        AGAIN,
    )


async def test_a_job_that_tells_nothing_for_a_day_is_told() -> None:
    stack = FineTuneStack(service=MemoryFineTune(job_statuses=("pending", "running")))
    problem = await _warned(stack, "no_news", seconds=3600, ticks=40)
    _says(
        problem, "told nothing new of the job for", "it is followed on", f"`plansmith cancel {RUN}` ends it"
    )


async def test_news_take_the_warning_back() -> None:
    stack = FineTuneStack(service=MemoryFineTune(job_statuses=("pending", *["running"] * 40, "succeeded")))
    await _warned(stack, "no_news", seconds=3600, ticks=36)
    job = await stack.run_out(seconds=3600)
    assert (job.state, job.warnings) == (State.COMPLETE, ())


async def test_an_unknown_status_is_told_and_followed() -> None:
    stack = FineTuneStack(service=MemoryFineTune(job_statuses=("pending", "compacting")))
    problem = await _warned(stack, "unknown_status")
    _says(
        problem, "the job is 'compacting'", "followed like a running one", f"`plansmith cancel {RUN}` ends it"
    )


async def test_a_job_that_the_service_pauses_says_that_it_goes_on_by_itself() -> None:
    stack = FineTuneStack(service=MemoryFineTune(job_statuses=("pending", "running", "paused")))
    problem = await _warned(stack, "job_paused")
    _says(
        problem, "the service has paused the job", "It is followed", f"POST /api/runs/{RUN}/finetune/resume"
    )


async def test_a_rejected_file_says_why_and_what_to_do() -> None:
    problem = await _ended(FineTuneStack(service=MemoryFineTune(file_statuses=("pending", "error"))))
    assert problem.code == "file_rejected"
    _says(
        problem,
        "rejected the train file: line 1 is no JSON. Nothing was trained",
        "`plansmith validate`",
        AGAIN,
    )


async def test_files_that_are_checked_for_ever_say_so() -> None:
    problem = await _ended(FineTuneStack(service=MemoryFineTune(file_statuses=("pending",))))
    assert problem.code == "file_not_processed"
    _says(problem, "has not processed the files within 1 hour", "nothing is billed", AGAIN)


async def test_a_training_that_the_service_fails_says_that_it_is_not_billed() -> None:
    problem = await _ended(FineTuneStack(service=MemoryFineTune(job_statuses=("running", "failed"))))
    _says(
        problem,
        "The provided training data failed RAI checks. The service bills nothing for a failed job",
        AGAIN,
    )


async def test_a_deployment_that_fails_says_that_the_model_stays() -> None:
    stack = FineTuneStack(deployments=MemoryDeployments(("Accepted", "Failed")))
    _says(
        await _ended(stack, deploy={"enabled": True}), "no capacity. The model is trained and stays", DEPLOYS
    )


async def test_a_full_quota_says_how_room_is_made() -> None:
    class Full(MemoryDeployments):
        async def put_deployment(self, request: Any) -> Any:
            raise PermanentError(
                "This operation requires 50 new capacity in quota.", code="InsufficientQuota"
            )

    problem = await _ended(FineTuneStack(deployments=Full()), deploy={"enabled": True})
    _says(
        problem,
        "no quota left for the deployment: lower finetune.deploy.capacity",
        "The model is trained and stays",
        DEPLOYS,
    )


async def test_a_developer_deployment_says_that_it_lasts_a_day_and_how_it_comes_back() -> None:
    stack = await started(
        stack=FineTuneStack(deployments=MemoryDeployments()), deploy={"enabled": True, "sku": "DeveloperTier"}
    )
    (warning,) = (await stack.run_out()).warnings
    _says(
        warning,
        "removes a Developer deployment 24 hours after it was made",
        "The model stays",
        f"`plansmith deploy {RUN}`",
    )


@pytest.mark.parametrize(
    ("code", "do"),
    [
        ("deployment_not_found", f"then `plansmith deploy {RUN}` measures it"),
        ("unauthorized", "check the key, or the role of the app's identity"),
        ("content_filter", "evaluation/tasks.jsonl"),
    ],
)
async def test_an_evaluation_without_one_answer_says_why_and_what_to_do(code: str, do: str) -> None:
    settings = FineTuneSettings(model_is_deployment=True, deployment_settle_s=0.0)
    stack = await evaluating(FineTuneStack(settings=settings))
    kind = PermanentError if code == "content_filter" else ConfigurationError
    for _ in range(3):
        await work(stack, Model(student=kind("no", code=code)))
        await stack.tick(seconds=2000)
    job = await stack.run_out()
    assert job.error is not None and job.error.code == code
    _says(
        job.error,
        f"not one of 10 tasks was answered by the student; 10 for '{code}'",
        "The model is trained and stays",
        do,
    )
