"""The adapter of the fine-tuning service keeps the contract, on the emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from local.openai_emulator.server import Server
from shared.adapters.openai.finetune import AzureOpenAIFineTune
from shared.errors import ConfigurationError, PermanentError, TransientError
from shared.finetune.service import JobRequest
from tests.builders.openai_service import serving, settings_for
from tests.contract.finetune_contract import FineTuneServiceContract, ended, request_of, rows


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as running:
        yield running


@pytest.fixture
async def service(server: Server) -> AsyncIterator[AzureOpenAIFineTune]:
    adapter = AzureOpenAIFineTune(settings_for(server.url))
    yield adapter
    await adapter.close()


class TestAzureOpenAIFineTune(FineTuneServiceContract):
    pass


async def test_the_training_type_reaches_the_service(service: AzureOpenAIFineTune) -> None:
    """Without it the service answers, misleadingly, that the model cannot be fine-tuned."""
    job = await service.create_job(await request_of(service, training_type="developerTier"))
    assert (await ended(service, job)).status == "succeeded"


async def test_a_model_that_cannot_be_tuned_is_refused(service: AzureOpenAIFineTune) -> None:
    request = await request_of(service, model="no-such-model")
    with pytest.raises(PermanentError, match="does not support fine-tuning"):
        await service.create_job(request)


async def test_a_refused_key_is_a_configuration_error(server: Server) -> None:
    stranger = AzureOpenAIFineTune(settings_for(server.url, key="fake-other-key"))
    with pytest.raises(ConfigurationError) as caught:
        await stranger.find_file("x")
    assert caught.value.code == "unauthorized"
    await stranger.close()


async def test_a_service_that_is_not_there_is_a_passing_failure(server: Server) -> None:
    adapter = AzureOpenAIFineTune(settings_for(server.url))
    await server._runner.cleanup()
    with pytest.raises(TransientError) as caught:
        await adapter.upload_file("x.jsonl", rows(), timeout_s=60)
    assert caught.value.code == "connection"
    await adapter.close()


async def test_events_are_read_over_several_pages(service: AzureOpenAIFineTune) -> None:
    request = await request_of(service)
    job = await service.create_job(request)
    await ended(service, job)
    everything = await service.list_events(job.id, until="", limit=10_000)
    first = await service.list_events(job.id, until="", limit=len(everything) - 1)
    assert everything[:-1] == first


@pytest.mark.parametrize("answer", [{}, {"id": ""}, {"id": None, "status": "pending"}])
async def test_an_answer_without_an_id_is_no_file_and_no_job(answer: dict[str, object]) -> None:
    async def odd(request: web.Request) -> web.Response:
        return web.json_response({"data": [answer], "object": "list"} if request.method == "GET" else answer)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", odd)
    async with TestServer(app) as service:
        adapter = AzureOpenAIFineTune(settings_for(str(service.make_url("")).rstrip("/")))
        request = JobRequest("base", "file-1", "", "s", "supervised", "Standard", 0)
        for call in (adapter.upload_file("x.jsonl", rows(), timeout_s=60), adapter.create_job(request)):
            with pytest.raises(TransientError, match="has no id"):
                await call
        assert (await adapter.find_file(""), await adapter.find_job("", "")) == (None, None)
        await adapter.close()
