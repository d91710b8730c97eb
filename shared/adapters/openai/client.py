"""The one OpenAI client of a process: Azure's `/openai/v1` or any compatible server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from shared.errors import ConfigurationError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from shared.settings import Settings


def base_url(settings: Settings) -> str:
    """Where the client sends its requests. ConfigurationError if no service is set."""
    if settings.openai_base_url:
        return settings.openai_base_url
    if settings.openai_endpoint:
        return f"{settings.openai_endpoint}/openai/v1/"
    raise ConfigurationError(
        "no model service is set: give AZURE_OPENAI_ENDPOINT, or OPENAI_BASE_URL and OPENAI_API_KEY",
        code="missing_setting",
    )


def openai_client(settings: Settings) -> AsyncOpenAI:
    """A client that never retries by itself: waiting is decided where the run's patience is known."""
    from openai import AsyncOpenAI, DefaultAioHttpClient

    address = base_url(settings)
    # The SDK would fall back to OPENAI_API_KEY, so the credential is always given.
    key: str | Callable[[], Awaitable[str]] = settings.openai_api_key
    if not key and settings.openai_base_url:
        key = "none"
    return AsyncOpenAI(
        base_url=address,
        api_key=key or _token_provider(settings),
        max_retries=0,
        http_client=DefaultAioHttpClient(follow_redirects=False),
    )


def _token_provider(settings: Settings) -> Callable[[], Awaitable[str]]:
    from azure.identity.aio import DefaultAzureCredential, get_bearer_token_provider

    credential = DefaultAzureCredential(
        managed_identity_client_id=settings.identity_client_id or settings.storage.client_id or None
    )
    return get_bearer_token_provider(credential, settings.openai_scope)
