"""Clients of a storage account, by connection string or by identity, and what their errors mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

from shared.errors import ConfigurationError, ConflictError, PermanentError, TransientError
from shared.settings import Connection

if TYPE_CHECKING:
    from azure.storage.blob.aio import BlobServiceClient
    from azure.storage.queue.aio import QueueServiceClient

# Outages of up to about two minutes (1 + 2 + 4 + … s) end inside one call, so that an answer already
# paid for is not thrown away because it could not be written down.
_PATIENCE: dict[str, Any] = {
    "retry_total": 7,
    "initial_backoff": 1,
    "increment_base": 2,
    "random_jitter_range": 1,
    "connection_timeout": 10,
    "read_timeout": 60,
    "logging_enable": False,
}


class NotFoundError(PermanentError):
    """The blob, container or queue that a call is about does not exist."""


def _client_options() -> dict[str, Any]:
    """Options of a service client that spare work at every call, a third of its processor time.

    The SDK would look up its tracing settings in the environment and read `~/.netrc` (for proxies that ask for a
    password) each time.
    """
    from azure.core.pipeline.transport import AioHttpTransport
    from azure.core.settings import settings

    settings.tracing_enabled = settings.tracing_enabled()
    settings.tracing_implementation = settings.tracing_implementation()
    return {**_PATIENCE, "transport": AioHttpTransport(use_env_settings=bool(getproxies()))}


def _credential(connection: Connection) -> Any:
    from azure.identity.aio import DefaultAzureCredential

    return DefaultAzureCredential(managed_identity_client_id=connection.client_id or None)


def blob_service(connection: Connection) -> BlobServiceClient:
    """The account's blob service. ConfigurationError if the connection string cannot be read."""
    from azure.storage.blob.aio import BlobServiceClient

    if not connection.connection_string:
        return BlobServiceClient(
            connection.blob_service_uri, credential=_credential(connection), **_client_options()
        )
    try:
        return BlobServiceClient.from_connection_string(connection.connection_string, **_client_options())
    except ValueError as exc:
        raise ConfigurationError(f"PLANSMITH_STORAGE: {exc}", code="bad_setting") from exc


def queue_service(connection: Connection) -> QueueServiceClient:
    """The account's queue service. ConfigurationError if the connection string cannot be read."""
    from azure.storage.queue.aio import QueueServiceClient

    if not connection.connection_string:
        return QueueServiceClient(
            connection.queue_service_uri, credential=_credential(connection), **_client_options()
        )
    try:
        return QueueServiceClient.from_connection_string(connection.connection_string, **_client_options())
    except ValueError as exc:
        raise ConfigurationError(f"PLANSMITH_STORAGE: {exc}", code="bad_setting") from exc


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Storage errors as ours; `what` is named in the message."""
    from azure.core import exceptions as sdk

    try:
        yield
    except (sdk.ResourceExistsError, sdk.ResourceModifiedError) as exc:
        raise ConflictError(f"{what}: HTTP {exc.status_code}", code="conflict") from exc
    except sdk.ResourceNotFoundError as exc:
        raise NotFoundError(f"{what}: HTTP {exc.status_code}", code="storage") from exc
    except sdk.ClientAuthenticationError as exc:
        raise ConfigurationError(f"{what}: storage refused this identity", code="forbidden") from exc
    except sdk.HttpResponseError as exc:
        status = exc.status_code or 0
        if status in (409, 412):
            raise ConflictError(f"{what}: HTTP {status}", code="conflict") from exc
        if status == 403:
            raise ConfigurationError(f"{what}: storage refused this identity", code="forbidden") from exc
        if status in (408, 429) or status >= 500 or status < 400:  # below 400 an answer that broke off
            raise TransientError(f"{what}: HTTP {status}", code="storage") from exc
        raise PermanentError(f"{what}: HTTP {status}", code="storage") from exc
    except (sdk.ServiceRequestError, sdk.ServiceResponseError) as exc:
        raise TransientError(f"{what}: storage cannot be reached", code="storage") from exc
