"""Deployments of an Azure AI account through Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from shared.adapters.short import short
from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError, TransientError
from shared.finetune.deployment import DeploymentRequest
from shared.pacing.retry_after import retry_after_s
from shared.ports.finetune import DeploymentStatus

if TYPE_CHECKING:
    from azure.core import AsyncPipelineClient
    from azure.core.rest import AsyncHttpResponse, HttpRequest

API_VERSION = "2025-09-01"
"""The version that the SDK for this resource type sends by itself."""

PUBLIC_CLOUD = "https://management.azure.com"
_TIMEOUT_S = 60
_TRANSIENT_STATUSES = frozenset({408, 409, 423})


@dataclass(frozen=True, slots=True)
class ArmAccount:
    """The account that holds the deployments.

    Attributes:
        subscription, resource_group, account: where it is.
        client_id: managed identity to use, "" for the default one.
        endpoint: of Azure Resource Manager.
        token: a fixed bearer token instead of an identity, for a local control plane.
    """

    subscription: str
    resource_group: str
    account: str
    client_id: str = ""
    endpoint: str = PUBLIC_CLOUD
    token: str = ""

    @property
    def path(self) -> str:
        """Path of the account's deployments."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.CognitiveServices/accounts/{self.account}/deployments"
        )


class AzureArmDeployments:
    """Deployments on the REST interface; no call is repeated here."""

    def __init__(self, account: ArmAccount) -> None:
        self._account = account

    @cached_property
    def _client(self) -> AsyncPipelineClient[HttpRequest, AsyncHttpResponse]:
        from azure.core import AsyncPipelineClient
        from azure.core.pipeline.policies import AsyncBearerTokenCredentialPolicy, HeadersPolicy

        if self._account.token:
            policy: Any = HeadersPolicy({"Authorization": f"Bearer {self._account.token}"})
        else:
            from azure.identity.aio import DefaultAzureCredential

            credential = DefaultAzureCredential(managed_identity_client_id=self._account.client_id or None)
            policy = AsyncBearerTokenCredentialPolicy(credential, f"{PUBLIC_CLOUD}/.default")
        return AsyncPipelineClient(base_url=self._account.endpoint, policies=[policy])

    async def put_deployment(self, request: DeploymentRequest) -> DeploymentStatus:
        body = {
            "sku": {"name": request.sku, "capacity": request.capacity},
            "properties": {"model": {"format": request.model_format, "name": request.model, "version": "1"}},
        }
        return _status(request.name, await self._call("PUT", request.name, body))

    async def get_deployment(self, name: str) -> DeploymentStatus | None:
        answer = await self._call("GET", name)
        return _status(name, answer) if answer is not None else None

    async def delete_deployment(self, name: str) -> None:
        await self._call("DELETE", name)

    async def _call(
        self, verb: str, name: str, body: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any] | None:
        """The answer's object, empty if it has none; None when what is read or deleted does not exist."""
        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from azure.core.rest import HttpRequest

        url = f"{self._account.path}/{name}"
        request = HttpRequest(verb, url, params={"api-version": API_VERSION}, json=body)
        request.url = self._client.format_url(request.url)
        try:
            answer = await self._client.send_request(
                request, connection_timeout=_TIMEOUT_S, read_timeout=_TIMEOUT_S
            )
        except ClientAuthenticationError as exc:
            raise ConfigurationError(
                f"no token for the control plane: {short(exc)}", code="unauthorized"
            ) from exc
        except AzureError as exc:
            raise TransientError(
                f"the control plane cannot be reached: {short(exc)}", code="connection"
            ) from exc
        if answer.status_code == 404 and verb != "PUT":
            return None
        found = _object(answer.content)
        if answer.status_code >= 400:
            raise refusal(answer.status_code, answer.headers, found, datetime.now(UTC))
        return found

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.close()


def refusal(
    status: int, headers: Mapping[str, str], body: Mapping[str, Any], now: datetime
) -> PlansmithError:
    """Our error for an answer of the control plane with a status of 400 or more."""
    error = body.get("error")
    inner = error if isinstance(error, Mapping) else {}
    message = str(inner.get("message") or "no reason given")
    text = f"the control plane answered HTTP {status}: {short(message)}"
    wait = retry_after_s(headers, message, now)
    if status == 429:
        return ThrottledError(text, code="throttled", retry_after_s=wait)
    if status >= 500 or status in _TRANSIENT_STATUSES:
        return TransientError(text, code="service_error", retry_after_s=wait)
    if status in (401, 403):
        return ConfigurationError(text, code="unauthorized" if status == 401 else "forbidden")
    if status == 404:
        return ConfigurationError(text, code="not_found")
    return PermanentError(text, code=str(inner.get("code") or "bad_request"))


def _status(name: str, answer: Mapping[str, Any] | None) -> DeploymentStatus:
    properties = (answer or {}).get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    error = properties.get("error")
    message = error.get("message", "") if isinstance(error, Mapping) else ""
    return DeploymentStatus(
        name, str(properties.get("provisioningState") or "Accepted"), short(message) if message else ""
    )


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        value = orjson.loads(content or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
