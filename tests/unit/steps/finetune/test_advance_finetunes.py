"""A fine-tune job on its way, with a service that fails, instances that race and processes that die."""

from __future__ import annotations

import asyncio
import json
from copy import replace
from typing import Any

import pytest

from shared import names
from shared.adapters.memory.finetune import MemoryFineTune
from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError, TransientError
from shared.finetune.transitions import State
from shared.runs import paths
from shared.steps.finetune.wishes import cancel_finetune
from tests.builders.finetune import (
    RUN,
    CrashError,
    CrashPlan,
    FailingFineTune,
    FineTuneStack,
    a_stack_with_everything,
    started,
)


async def test_a_job_goes_its_way_and_leaves_its_files_beside_the_dataset() -> None:
    stack = await started(n_epochs=3)
    job = await stack.run_out()
    assert [entry["state"] for entry in job.history] == [
        "requested",
        "uploading",
        "processing",
        "creating",
        "running",
        "collecting",
        "succeeded",
        "complete",
    ]
    assert job.fine_tuned_model == "gpt-4.1-nano-2025-04-14.ft-0001-plansmith-23456789"
    assert stack.events() == ["plansmith.finetune.succeeded"]
    for name in ("job.json", "events.jsonl", "metrics.csv", "checkpoints.json"):
        assert await stack.text(names.DATASETS, f"finetune/{name}")
    assert json.loads(await stack.text(names.DATASETS, "finetune/job.json"))["state"] == "complete"


async def test_a_dataset_without_validation_rows_is_trained_on_alone() -> None:
    stack = FineTuneStack()
    await stack.publish(validation=0)
    await stack.start()
    assert (await stack.run_out()).state == State.COMPLETE
    assert stack.service.created[0].validation_file == ""


async def test_what_is_immediately_possible_happens_in_one_tick() -> None:
    stack = await started(stack=FineTuneStack(service=MemoryFineTune(("processed",), ("succeeded",))))
    await stack.tick()
    assert (await stack.job()).state == State.COMPLETE
    assert not await stack.is_open()


async def test_a_job_that_waits_is_left_alone_until_its_next_check() -> None:
    stack = await started()
    await stack.tick()
    before = await stack.store.read(names.RUNS, paths.job(RUN))
    await stack.tick(seconds=1)
    after = await stack.store.read(names.RUNS, paths.job(RUN))
    assert before is not None and after is not None
    assert before.etag == after.etag


@pytest.mark.parametrize("status", ["queued", "pausing", "paused", "resuming", "something_new"])
async def test_an_unknown_status_is_waited_out_and_shown(status: str) -> None:
    stack = await started(stack=FineTuneStack(service=MemoryFineTune(job_statuses=("pending", status))))
    for _ in range(5):
        await stack.tick(seconds=600)
    job = await stack.job()
    assert (job.state, job.status) == (State.RUNNING, status)


async def test_a_failed_job_says_why() -> None:
    service = MemoryFineTune(job_statuses=("pending", "failed"))
    job = await (stack := await started(stack=FineTuneStack(service=service))).run_out()
    assert job.state == State.FAILED
    assert job.error is not None
    assert "RAI" in job.error.message
    assert stack.events() == ["plansmith.finetune.failed"]
    assert service.files == {}


async def test_a_rejected_file_fails_the_job_with_the_services_reason() -> None:
    job = await (await started(stack=FineTuneStack(service=MemoryFineTune(("pending", "error"))))).run_out()
    assert job.state == State.FAILED
    assert job.error is not None
    assert (job.error.code, "line 1 is no JSON" in job.error.message) == ("file_rejected", True)


async def test_a_file_that_is_never_processed_fails_the_job_in_time() -> None:
    stack = await started(stack=FineTuneStack(service=MemoryFineTune(("pending",))))
    job = await stack.run_out()
    assert job.error is not None
    assert job.error.code == "file_not_processed"
    assert not stack.service.created


async def test_too_few_examples_fail_before_anything_is_uploaded() -> None:
    stack = FineTuneStack()
    await stack.publish(train=9)
    await stack.start()
    job = await stack.run_out()
    assert job.error is not None
    assert (job.state, job.error.code, stack.service.uploads) == (State.FAILED, "too_few_examples", 0)
    assert stack.events() == ["plansmith.finetune.failed"]


@pytest.mark.parametrize("method", ["upload_file", "create_job", "get_job", "read_file", "delete_file"])
@pytest.mark.parametrize(
    "error",
    [ThrottledError("busy", retry_after_s=5), TransientError("down"), TransientError("slow", code="timeout")],
)
async def test_a_passing_failure_delays_but_does_not_harm(method: str, error: PlansmithError) -> None:
    service = FailingFineTune({method: [error, error]})
    job = await (await started(stack=FineTuneStack(service=service))).run_out()
    assert job.state == State.COMPLETE
    assert len(service.created) == 1
    assert job.failing_since == ""


async def test_a_wait_that_the_service_asks_for_is_kept() -> None:
    service = FailingFineTune({"create_job": [ThrottledError("busy", retry_after_s=86400)]})
    stack = await started(stack=FineTuneStack(service=service))
    for _ in range(10):
        await stack.tick(seconds=3600)
    assert not service.created
    job = await stack.job()
    assert job.last_error is not None
    assert job.state == State.CREATING
    assert (await stack.run_out(seconds=3600)).state == State.COMPLETE


async def test_an_outage_longer_than_the_budget_fails_the_job() -> None:
    service = FailingFineTune({"create_job": [TransientError("down", code="service_error")]}, forever=True)
    job = await (await started(stack=FineTuneStack(service=service))).run_out(ticks=400)
    assert job.state == State.FAILED
    assert job.error is not None
    assert job.error.code == "service_error"


async def test_a_refused_credential_has_minutes_before_a_job_exists() -> None:
    refused = ConfigurationError("no role", code="forbidden")
    service = FailingFineTune({"upload_file": [refused]}, forever=True)
    job = await (await started(stack=FineTuneStack(service=service))).run_out(seconds=60)
    assert job.error is not None
    assert (job.state, job.error.code) == (State.FAILED, "forbidden")


async def test_a_paid_job_survives_hours_of_refused_credentials() -> None:
    refused = ConfigurationError("key rotated", code="unauthorized")
    service = FailingFineTune({"get_job": [refused] * 30})
    job = await (await started(stack=FineTuneStack(service=service))).run_out()
    assert job.state == State.COMPLETE


@pytest.mark.parametrize(
    "error",
    [PermanentError("no such model", code="bad_request"), ConfigurationError("off", code="missing_setting")],
)
async def test_what_cannot_get_better_fails_at_once(error: PlansmithError) -> None:
    service = FailingFineTune({"create_job": [error]}, forever=True)
    stack = await started(stack=FineTuneStack(service=service))
    for _ in range(2):
        await stack.tick(seconds=30)
    job = await stack.job()
    assert (job.state, job.error.code if job.error else "") == (State.FAILED, error.code)
    assert not await stack.is_open()


async def test_a_timed_out_creation_that_took_place_is_adopted() -> None:
    class Slow(MemoryFineTune):
        async def create_job(self, request: Any) -> Any:
            await super().create_job(request)
            raise TransientError("no answer in time", code="timeout")

    service = Slow()
    assert (await (await started(stack=FineTuneStack(service=service))).run_out()).state == State.COMPLETE
    assert len(service.created) == 1


async def test_a_job_that_a_timed_out_creation_makes_late_is_not_made_twice() -> None:
    """The service may finish a creation after the client has given up, but before the claim runs out."""

    class Late(MemoryFineTune):
        late: Any = None

        async def create_job(self, request: Any) -> Any:
            self.late = request
            raise TransientError("no answer in time", code="timeout")

        async def find_job(self, training_file: str, suffix: str) -> Any:
            found = await super().find_job(training_file, suffix)
            if self.late is not None and found is None:
                await super().create_job(self.late)
            return found

    service = Late()
    assert (
        await (await started(stack=FineTuneStack(service=service))).run_out(seconds=20)
    ).state == State.COMPLETE
    assert len(service.created) == 1


async def test_two_instances_at_once_create_one_job() -> None:
    class Yielding(MemoryFineTune):
        """Lets the other instance in at every call."""

        async def find_file(self, name: str) -> Any:
            await asyncio.sleep(0)
            return await super().find_file(name)

        async def find_job(self, training_file: str, suffix: str) -> Any:
            found = await super().find_job(training_file, suffix)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return found

    service = Yielding()
    stack = await started(stack=FineTuneStack(service=service))
    for _ in range(30):
        await asyncio.gather(*(stack.tick() for _ in range(4)))
        await stack.clock.sleep(60)
    assert (await stack.job()).state == State.COMPLETE
    assert (len(service.created), service.uploads) == (1, 2)
    assert stack.service.files == {}


async def calls_of_a_whole_way(**finetune: Any) -> int:
    stack = await started(stack=a_stack_with_everything(), **finetune)
    plan = CrashPlan()
    for _ in range(60):
        await stack.tick(plan, seconds=600)
    assert not await stack.is_open()
    return len(plan.calls)


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_process_may_die_at_any_call_and_one_job_comes_of_it(after_effect: bool) -> None:
    finetune = {"deploy": {"enabled": True}}
    total = await calls_of_a_whole_way(**finetune)
    assert total > 40
    for nth in range(total):
        stack = await started(stack=a_stack_with_everything(), **finetune)
        plan = CrashPlan(nth, after_effect)
        died = False
        for _ in range(120):
            try:
                await stack.tick(plan, seconds=600)
            except (CrashError, BaseExceptionGroup):
                died = True
            if not await stack.is_open():
                break
        where = f"{plan.calls[nth]}, call {nth}"
        job = await stack.job()
        assert died, where
        assert (job.state, job.error, len(stack.service.created)) == (State.COMPLETE, None, 1), where
        assert set(stack.events()) == {"plansmith.finetune.succeeded"}, where
        assert stack.service.files == {}, where
        events = (await stack.text(names.DATASETS, "finetune/events.jsonl")).splitlines()
        ids = [json.loads(line)["id"] for line in events]
        assert ids == sorted(set(ids)) and len(ids) == 3, where
        assert "(Succeeded)" in await stack.text(names.DATASETS, "report.html"), where


async def test_a_job_cancelled_before_it_exists_is_never_created() -> None:
    stack = await started()
    assert await cancel_finetune(RUN, stack.deps())
    job = await stack.run_out()
    assert (job.state, stack.service.created) == (State.CANCELLED, [])


async def test_a_job_that_has_ended_cannot_be_cancelled() -> None:
    stack = await started()
    await stack.run_out()
    assert not await cancel_finetune(RUN, stack.deps())
    assert (await stack.job()).state == State.COMPLETE


async def test_one_broken_job_does_not_hold_up_the_others() -> None:
    stack = await started()
    await stack.store.write(names.RUNS, "_finetunes/aaa-0000000000", b"{}")
    await stack.store.write(names.RUNS, paths.job("aaa-0000000000"), b"no json")
    for _ in range(20):
        with pytest.raises(ExceptionGroup):
            await stack.tick(seconds=600)
    assert (await stack.job()).state == State.COMPLETE


async def test_a_mark_without_a_job_waits_for_the_job() -> None:
    stack = FineTuneStack()
    await stack.store.write(names.RUNS, f"_finetunes/{RUN}", b"{}")
    await stack.tick()
    assert await stack.is_open()


async def test_a_job_of_another_version_of_the_app_can_be_read() -> None:
    stack = await started()
    stored = json.loads(replace(await stack.job()).to_json()) | {"a_later_field": 1}
    await stack.store.write(names.RUNS, paths.job(RUN), json.dumps(stored).encode())
    assert (await stack.run_out()).state == State.COMPLETE
