"""What each action does at the service, and what its answer makes of the job."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from shared import names
from shared.adapters.memory.finetune import MemoryDeployments, MemoryFineTune
from shared.errors import ConfigurationError, PermanentError, TransientError
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.steps.finetune.wishes import cancel_finetune
from tests.builders.finetune import (
    RUN,
    FailingFineTune,
    FineTuneStack,
    a_stack_with_everything,
    started,
)


async def _bytes(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_the_request_is_what_the_run_asked_for() -> None:
    stack = await started(n_epochs=3, batch_size=None, training_type="developerTier", model="my-base", seed=7)
    await stack.run_out()
    (request,) = stack.service.created
    assert (request.model, request.method, request.training_type, request.seed) == (
        "my-base",
        "supervised",
        "developerTier",
        7,
    )
    assert dict(request.hyperparameters) == {"n_epochs": 3}
    assert request.validation_file


async def test_uploaded_files_are_deleted_when_the_job_has_ended() -> None:
    stack = await started()
    await stack.run_out()
    assert stack.service.uploads == 2
    assert stack.service.files == {}


async def test_files_stay_where_they_are_wanted() -> None:
    stack = await started(clean_up="nothing")
    await stack.run_out()
    assert len(stack.service.files) == 2


async def test_a_file_that_nobody_could_note_is_deleted_all_the_same() -> None:
    lost = TransientError("no answer", code="timeout")
    stack = await started(stack=FineTuneStack(service=FailingFineTune({"upload_file": [lost]})))
    await stack.tick()
    assert (await stack.job()).state == State.UPLOADING
    name = (await stack.job()).files["train"].name
    await stack.service.upload_file(name, _bytes(b"{}"), timeout_s=60)  # the service had it all the same
    assert await cancel_finetune(RUN, stack.deps())
    assert (await stack.run_out()).state == State.CANCELLED
    assert stack.service.files == {}


async def test_files_of_others_are_never_touched() -> None:
    stack = await started(clean_up="all")
    kept = await stack.service.upload_file(
        "plansmith-hub-9876543210-aaaaaaaaaaaa-train.jsonl", _bytes(b"{}"), timeout_s=60
    )
    await stack.run_out()
    assert set(stack.service.files) == {kept.id}


@pytest.mark.parametrize(
    ("clean_up", "end", "left"),
    [("all", "failed", 0), ("all", "succeeded", 1), ("files", "failed", 1), ("nothing", "failed", 1)],
)
async def test_a_job_that_left_no_model_is_deleted_where_that_is_asked_for(
    clean_up: str, end: str, left: int
) -> None:
    service = MemoryFineTune(job_statuses=("pending", "running", end))
    stack = await started(stack=FineTuneStack(service=service), clean_up=clean_up)
    job = await stack.run_out()
    assert (len(service.jobs), job.warnings) == (left, ())


@pytest.mark.parametrize(
    ("method", "room"), [("upload_file", "100 files"), ("create_job", "100 fine-tune jobs")]
)
async def test_a_resource_that_is_full_is_told_with_what_to_do(method: str, room: str) -> None:
    full = ConfigurationError("The quota is used up.", code="insufficient_quota")
    stack = await started(stack=FineTuneStack(service=FailingFineTune({method: [full]}, forever=True)))
    job = await stack.run_out()
    assert job.state == State.FAILED and job.error is not None
    assert room in job.error.message and "plansmith finetune hub-0123456789 --again" in job.error.message


async def test_a_result_file_that_cannot_be_read_is_a_warning_not_a_failure() -> None:
    service = FailingFineTune({"read_file": [PermanentError("gone", code="not_found")]})
    job = await (await started(stack=FineTuneStack(service=service))).run_out()
    assert job.state == State.COMPLETE
    assert [warning.code for warning in job.warnings] == ["not_found"]


async def test_events_are_kept_once_oldest_first() -> None:
    stack = await started()
    await stack.run_out()
    messages = [
        json.loads(line)["message"]
        for line in (await stack.text(names.RUNS, "finetune/events.jsonl")).splitlines()
    ]
    assert messages == [
        "Job enqueued. Waiting for jobs ahead to complete.",
        "Job is running.",
        "Job is succeeded.",
    ]


async def test_a_cancelled_job_is_cancelled_at_the_service() -> None:
    stack = await started(stack=FineTuneStack(service=MemoryFineTune(job_statuses=("pending", "running"))))
    for _ in range(4):
        await stack.tick(seconds=600)
    assert (await stack.job()).state == State.RUNNING
    assert await cancel_finetune(RUN, stack.deps())
    job = await stack.run_out()
    assert (job.state, job.status) == (State.CANCELLED, "cancelled")
    assert stack.events() == ["plansmith.finetune.failed"]


async def test_a_trained_model_is_deployed_as_asked() -> None:
    stack = await started(
        stack=a_stack_with_everything(), deploy={"enabled": True, "sku": "DeveloperTier", "capacity": 20}
    )
    job = await stack.run_out()
    assert stack.deployments is not None
    (request,) = stack.deployments.requests
    assert (request.name, request.model, request.sku, request.capacity, request.model_format) == (
        "plansmith-0123456789",
        job.fine_tuned_model,
        "DeveloperTier",
        20,
        "OpenAI",
    )
    assert job.deployment is not None
    assert (job.state, job.deployment.state) == (State.COMPLETE, "Succeeded")


async def test_a_deployment_that_fails_leaves_the_model_and_says_why() -> None:
    stack = await started(
        stack=FineTuneStack(deployments=MemoryDeployments(("Accepted", "Failed"))), deploy={"enabled": True}
    )
    job = await stack.run_out()
    assert job.error is not None
    assert (job.state, job.error.code, job.error.message.split(".")[0]) == (
        State.COMPLETE,
        "deployment_failed",
        "no capacity",
    )
    assert job.fine_tuned_model
    assert stack.events() == ["plansmith.finetune.succeeded"]


async def test_a_deployment_that_never_ends_is_given_up_in_time() -> None:
    stack = await started(
        stack=FineTuneStack(deployments=MemoryDeployments(("Creating",))), deploy={"enabled": True}
    )
    job = await stack.run_out()
    assert job.error is not None and job.deployment is not None and stack.deployments is not None
    assert (job.state, job.error.code) == (State.COMPLETE, "deployment_failed")
    assert "was not ready within 2 hours." in job.error.message
    assert job.deployment.removed_at
    assert await stack.deployments.get_deployment(job.deployment.name) is None


async def test_a_failed_deployment_that_cannot_be_removed_is_told_as_what_may_cost() -> None:
    class Stuck(MemoryDeployments):
        async def delete_deployment(self, name: str) -> None:
            raise PermanentError("it is locked", code="locked")

    stack = await started(stack=FineTuneStack(deployments=Stuck(("Creating",))), deploy={"enabled": True})
    told = {warning.code: warning.message for warning in (await stack.run_out()).warnings}
    assert "could not be removed: it is locked. As long as it is there it may cost" in told["deployment_left"]


async def test_a_deployment_that_came_to_nothing_is_removed_at_last_when_the_control_plane_answers_again() -> (
    None
):
    class Away(MemoryDeployments):
        refused = 3

        async def delete_deployment(self, name: str) -> None:
            self.refused -= 1
            if self.refused >= 0:
                raise TransientError("the control plane is away")
            await super().delete_deployment(name)

    stack = await started(stack=FineTuneStack(deployments=Away(("Creating",))), deploy={"enabled": True})
    job = await stack.run_out()
    assert job.deployment is not None and stack.deployments is not None
    assert (job.deployment.state, job.warnings) == ("Removed", ())
    assert await stack.deployments.get_deployment(job.deployment.name) is None


async def test_deploying_without_its_settings_names_them() -> None:
    job = await (await started(deploy={"enabled": True})).run_out()
    assert job.error is not None
    assert "AZURE_RESOURCE_GROUP" in job.error.message


async def test_where_models_serve_by_name_no_deployment_is_made() -> None:
    settings = FineTuneSettings(model_is_deployment=True)
    job = await (await started(stack=FineTuneStack(settings=settings), deploy={"enabled": True})).run_out()
    assert job.deployment is not None
    assert (job.state, job.deployment.name) == (State.COMPLETE, job.fine_tuned_model)


async def test_files_of_a_job_that_may_still_run_are_left_alone() -> None:
    service = FailingFineTune({"get_job": [TransientError("down")]}, forever=True)
    job = await (await started(stack=FineTuneStack(service=service))).run_out(ticks=400)
    assert job.state == State.FAILED
    assert len(service.files) == 2
