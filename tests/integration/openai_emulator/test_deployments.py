"""Deployments through the resource manager's REST, and chats to them."""

from __future__ import annotations

from typing import Any

import aiohttp
import openai
import pytest

from tests.builders.emulator import client_of, until
from tests.builders.openai_service import serving

ACCOUNT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a/deployments"
BODY = {
    "sku": {"name": "GlobalStandard", "capacity": 50},
    "properties": {"model": {"format": "OpenAI", "name": "gpt-4.1-nano-2025-04-14", "version": "1"}},
}


async def call(server, verb, name="", body=None):
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer fake-key"}) as session,
        session.request(verb, f"{server.url}{ACCOUNT}{name}?api-version=2025-09-01", json=body) as answer,
    ):
        return answer.status, (await answer.json() if answer.content_type == "application/json" else None)


async def test_a_deployment_is_made_and_answers_once_it_has_succeeded():
    async with (
        serving(deployment_s=0.3, deployment_not_found_calls=2) as server,
        client_of(server.url) as client,
    ):
        status, made = await call(server, "PUT", "/mine", BODY)
        assert status == 201
        assert made["properties"]["provisioningState"] == "Accepted"
        assert made["sku"] == BODY["sku"]

        async def succeeded():
            return (await call(server, "GET", "/mine"))[1]["properties"]["provisioningState"] == "Succeeded"

        await until(succeeded)
        messages: list[Any] = [{"role": "user", "content": "x"}]
        for _ in range(2):
            with pytest.raises(openai.NotFoundError) as caught:
                await client.chat.completions.create(model="mine", messages=messages)
            assert caught.value.code == "DeploymentNotFound"
        await client.chat.completions.create(model="mine", messages=messages)
        assert [one["name"] for one in (await call(server, "GET"))[1]["value"]] == ["mine"]
        assert (await call(server, "PUT", "/mine", BODY))[0] == 200
        assert (await call(server, "DELETE", "/mine"))[0] == 200
        assert (await call(server, "DELETE", "/mine"))[0] == 204
        assert (await call(server, "GET", "/mine"))[0] == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sku": {"name": "Huge"}}, "InvalidResourceProperties"),
        ({"sku": {"name": "Standard", "capacity": 0}}, "InvalidCapacity"),
        ({"properties": {}}, "InvalidResourceProperties"),
        ({"properties": {"model": {"format": "OpenAI", "name": "unknown"}}}, "DeploymentModelNotSupported"),
    ],
)
async def test_a_bad_deployment_is_refused(change, code):
    async with serving() as server:
        status, body = await call(server, "PUT", "/mine", BODY | change)
    assert (status, body["error"]["code"]) == (400, code)
