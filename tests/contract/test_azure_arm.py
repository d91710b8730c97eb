"""The adapter of the control plane keeps the contract, on the emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from local.openai_emulator.server import Server
from shared.adapters.arm.deployments import ArmAccount, AzureArmDeployments
from shared.adapters.openai.finetune import AzureOpenAIFineTune
from shared.errors import ConfigurationError, PermanentError, TransientError
from shared.finetune.deployment import DeploymentRequest
from tests.builders.openai_service import serving, settings_for
from tests.contract.finetune_contract import DeploymentsContract, ended, request_of


def account(url: str, token: str = "fake-key") -> ArmAccount:
    return ArmAccount("00000000-0000-0000-0000-000000000000", "group", "account", endpoint=url, token=token)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as running:
        yield running


@pytest.fixture
async def deployments(server: Server) -> AsyncIterator[AzureArmDeployments]:
    adapter = AzureArmDeployments(account(server.url))
    yield adapter
    await adapter.close()


@pytest.fixture
async def model(server: Server) -> str:
    service = AzureOpenAIFineTune(settings_for(server.url))
    job = await ended(service, await service.create_job(await request_of(service)))
    await service.close()
    return job.fine_tuned_model


class TestAzureArmDeployments(DeploymentsContract):
    pass


async def test_a_model_that_does_not_exist_is_refused_with_its_reason(
    deployments: AzureArmDeployments,
) -> None:
    request = DeploymentRequest("student", "no-such-model", "OpenAI", "GlobalStandard", 10)
    with pytest.raises(PermanentError, match="no-such-model"):
        await deployments.put_deployment(request)


async def test_a_refused_token_is_a_configuration_error(server: Server) -> None:
    stranger = AzureArmDeployments(account(server.url, "fake-other-token"))
    with pytest.raises(ConfigurationError) as caught:
        await stranger.get_deployment("student")
    assert caught.value.code == "unauthorized"
    await stranger.close()


async def test_a_control_plane_that_is_not_there_is_a_passing_failure(server: Server) -> None:
    adapter = AzureArmDeployments(account(server.url))
    await server._runner.cleanup()
    with pytest.raises(TransientError):
        await adapter.get_deployment("student")
    await adapter.close()
