"""What every FineTuneService and every Deployments does, the real ones and those in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from shared.errors import PermanentError, TransientError
from shared.finetune.deployment import DeploymentRequest
from shared.finetune.results import metrics_csv
from shared.finetune.service import ENDED, JobRequest, ServiceFile, ServiceJob
from shared.ports.finetune import Deployments, FineTuneService
from tests.builders.finetune import chat_row

MODEL = "gpt-4.1-nano-2025-04-14"
SUFFIX = "plansmith-23456789"


async def until[T](
    look: Callable[[], Awaitable[T]], good: Callable[[T], bool], *, within_s: float = 30.0
) -> T:
    """What `look` finds as soon as it is good."""
    async with asyncio.timeout(within_s):
        while not good(found := await look()):
            await asyncio.sleep(0.02)
    return found


async def rows(count: int = 12) -> AsyncIterator[bytes]:
    for number in range(count):
        yield chat_row(task=f"show me order A-{number} of shop {number * 7}")


async def processed(service: FineTuneService, name: str, count: int = 12) -> ServiceFile:
    file = await service.upload_file(name, rows(count), timeout_s=60)

    async def look() -> ServiceFile:
        found = await service.get_file(file.id)
        assert found is not None
        return found

    return await until(look, lambda found: found.status not in ("pending", "uploaded", "running"))


async def request_of(service: FineTuneService, **changes: str) -> JobRequest:
    train = await processed(service, "train.jsonl")
    validation = await processed(service, "validation.jsonl", 3)
    fields = {
        "model": MODEL,
        "training_file": train.id,
        "validation_file": validation.id,
        "suffix": SUFFIX,
        "method": "supervised",
        "training_type": "GlobalStandard",
    } | changes
    return JobRequest(**fields, seed=7, hyperparameters={"n_epochs": 2})


async def ended(service: FineTuneService, job: ServiceJob) -> ServiceJob:
    async def look() -> ServiceJob:
        found = await service.get_job(job.id)
        assert found is not None
        return found

    return await until(look, lambda found: found.status in ENDED)


class FineTuneServiceContract:
    """Subclasses give the fixture `service`."""

    async def test_a_base_model_is_in_the_list_and_an_unknown_one_is_not(
        self, service: FineTuneService
    ) -> None:
        assert await service.listed_model("no-such-model") is None
        found = await service.listed_model(MODEL)
        assert found is None or (found.training_ends, found.inference_ends) == ("", "")

    async def test_an_uploaded_file_is_found_by_its_name(self, service: FineTuneService) -> None:
        file = await service.upload_file("mine.jsonl", rows(), timeout_s=60)
        found = await service.find_file("mine.jsonl")
        assert found is not None
        assert (found.id, found.name) == (file.id, "mine.jsonl")
        assert await service.find_file("other.jsonl") is None

    async def test_an_upload_that_takes_longer_than_it_may_ends_with_nothing_there(
        self, service: FineTuneService
    ) -> None:
        async def slow() -> AsyncIterator[bytes]:
            async for row in rows():
                await asyncio.sleep(0.05)
                yield row

        with pytest.raises(TransientError) as caught:
            await service.upload_file("slow.jsonl", slow(), timeout_s=0.2)
        assert caught.value.code == "timeout"
        assert await service.find_file("slow.jsonl") is None

    async def test_a_file_gets_processed(self, service: FineTuneService) -> None:
        assert (await processed(service, "mine.jsonl")).status == "processed"

    async def test_a_file_is_read_back_byte_for_byte(self, service: FineTuneService) -> None:
        file = await service.upload_file("mine.jsonl", rows(), timeout_s=60)
        assert await service.read_file(file.id, max_bytes=1 << 20) == b"".join([row async for row in rows()])

    async def test_a_file_larger_than_asked_is_refused(self, service: FineTuneService) -> None:
        file = await service.upload_file("mine.jsonl", rows(), timeout_s=60)
        with pytest.raises(PermanentError) as caught:
            await service.read_file(file.id, max_bytes=10)
        assert caught.value.code == "too_large"

    async def test_a_deleted_file_is_gone_and_deleting_it_again_is_nothing(
        self, service: FineTuneService
    ) -> None:
        file = await processed(service, "mine.jsonl")
        await service.delete_file(file.id)
        await service.delete_file(file.id)
        assert await service.get_file(file.id) is None
        assert await service.find_file("mine.jsonl") is None
        with pytest.raises(PermanentError) as caught:
            await service.read_file(file.id, max_bytes=1 << 20)
        assert caught.value.code == "not_found"

    async def test_a_job_is_found_by_its_training_file(self, service: FineTuneService) -> None:
        request = await request_of(service)
        assert await service.find_job(request.training_file, SUFFIX) is None
        job = await service.create_job(request)
        found = await service.find_job(request.training_file, SUFFIX)
        assert found is not None
        assert found.id == job.id
        assert await service.find_job(request.validation_file, SUFFIX) is None

    async def test_a_job_trains_to_a_model_with_its_results(self, service: FineTuneService) -> None:
        request = await request_of(service)
        job = await ended(service, await service.create_job(request))
        assert (job.status, job.training_file, job.error_message) == ("succeeded", request.training_file, "")
        assert job.fine_tuned_model.startswith(f"{MODEL}.ft-")
        assert job.fine_tuned_model.endswith(SUFFIX)
        assert job.hyperparameters["n_epochs"] == 2
        assert job.trained_tokens
        metrics = metrics_csv(await service.read_file(job.result_files[0], max_bytes=1 << 20)).decode()
        assert len(metrics.splitlines()) > 1
        checkpoints = await service.list_checkpoints(job.id)
        assert all(checkpoint.model.startswith(MODEL) for checkpoint in checkpoints)
        assert checkpoints[0].metrics["train_loss"] > 0

    async def test_events_come_newest_first_and_only_those_asked_for(self, service: FineTuneService) -> None:
        job = await ended(service, await service.create_job(await request_of(service)))
        events = await service.list_events(job.id, until="", limit=1000)
        assert len({event.id for event in events}) == len(events) > 2
        assert [event.created_at for event in events] == sorted((e.created_at for e in events), reverse=True)
        assert "enqueued" in events[-1].message
        assert await service.list_events(job.id, until=events[2].id, limit=1000) == events[:2]
        assert await service.list_events(job.id, until="", limit=1) == events[:1]
        assert await service.list_events(job.id, until=events[0].id, limit=1000) == []

    async def test_a_job_can_be_cancelled_and_again(self, service: FineTuneService) -> None:
        job = await service.create_job(await request_of(service))
        await service.cancel_job(job.id)
        assert (await ended(service, job)).status == "cancelled"
        await service.cancel_job(job.id)

    async def test_a_job_that_has_ended_can_be_deleted_and_again(self, service: FineTuneService) -> None:
        job = await service.create_job(await request_of(service))
        with pytest.raises(PermanentError):
            await service.delete_job(job.id)
        await service.cancel_job(job.id)
        await ended(service, job)
        await service.delete_job(job.id)
        assert await service.get_job(job.id) is None
        await service.delete_job(job.id)

    async def test_an_unknown_file_or_job_is_none(self, service: FineTuneService) -> None:
        assert await service.get_file("file-0000000000000000000000000000dead") is None
        assert await service.get_job("ftjob-0000000000000000000000000000dead") is None

    async def test_a_file_that_is_not_there_cannot_be_trained_on(self, service: FineTuneService) -> None:
        request = await request_of(service, training_file="file-0000000000000000000000000000dead")
        with pytest.raises(PermanentError):
            await service.create_job(request)


class DeploymentsContract:
    """Subclasses give the fixtures `deployments` and `model` (a trained one)."""

    def _request(self, model: str) -> DeploymentRequest:
        return DeploymentRequest("student", model, "OpenAI", "GlobalStandard", 10)

    async def test_a_deployment_gets_ready(self, deployments: Deployments, model: str) -> None:
        status = await deployments.put_deployment(self._request(model))
        assert status.name == "student"

        async def look() -> str:
            found = await deployments.get_deployment("student")
            assert found is not None
            return found.state

        assert await until(look, lambda state: state == "Succeeded") == "Succeeded"

    async def test_asking_twice_is_asking_once(self, deployments: Deployments, model: str) -> None:
        await deployments.put_deployment(self._request(model))
        await deployments.put_deployment(self._request(model))
        assert await deployments.get_deployment("student") is not None

    async def test_a_deleted_deployment_is_gone_and_deleting_it_again_is_nothing(
        self, deployments: Deployments, model: str
    ) -> None:
        await deployments.put_deployment(self._request(model))
        await deployments.delete_deployment("student")
        await deployments.delete_deployment("student")
        assert await deployments.get_deployment("student") is None
