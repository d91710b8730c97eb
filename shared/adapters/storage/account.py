"""Clients of a storage account, by connection string or by identity, and what their errors mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

from shared.errors import ConfigurationError, ConflictError, PermanentError, PlansmithError, TransientError
from shared.settings import Connection

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
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


_PIECE_BYTES = 4 << 20
"""What one request gets of a blob: a stream that is left early has then read little more than was taken."""


def blob_service(connection: Connection) -> BlobServiceClient:
    """The account's blob service. ConfigurationError if the connection string cannot be read."""
    from azure.storage.blob.aio import BlobServiceClient

    if not connection.connection_string:
        return BlobServiceClient(
            connection.blob_service_uri,
            credential=_credential(connection),
            max_single_get_size=_PIECE_BYTES,
            **_client_options(),
        )
    try:
        return BlobServiceClient.from_connection_string(
            connection.connection_string, max_single_get_size=_PIECE_BYTES, **_client_options()
        )
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


_CONFLICTS = frozenset(
    {
        "AppendPositionConditionNotMet",
        "BlobAlreadyExists",
        "ConditionNotMet",
        "ContainerAlreadyExists",
        "QueueAlreadyExists",
        "ResourceAlreadyExists",
        "SourceConditionNotMet",
        "TargetConditionNotMet",
    }
)
_PASSING = frozenset(
    {
        "AccountBeingCreated",
        "ContainerBeingDeleted",
        "OperationTimedOut",
        "PendingCopyOperation",
        "QueueBeingDeleted",
        "ServerBusy",
    }
)
_LOCKED = frozenset({"BlobImmutableDueToPolicy", "ContainerImmutableDueToPolicy", "SnapshotsPresent"})
_OWN = {
    "BlobArchived": (
        "archived",
        "the blob is in the archive tier; rehydrate it to the hot or cool tier first",
    ),
    "BlobBeingRehydrated": (
        "archived",
        "the blob is still being rehydrated from the archive tier; try later",
    ),
    "InvalidBlobType": ("wrong_blob_type", "there is a blob of another type; delete it or use another name"),
}
"""409s that are no conflict: code and what to do (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes)."""


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Storage errors as ours; `what` is named in the message.

    A conflict is only what a condition of the call says; a lease, an archive tier or a policy is told by its own code.
    """
    import zlib

    from aiohttp import ClientPayloadError
    from azure.core import exceptions as sdk

    try:
        yield
    except sdk.ResourceNotFoundError as exc:
        raise NotFoundError(f"{what}: HTTP {exc.status_code}", code="storage") from exc
    except sdk.ClientAuthenticationError as exc:
        raise ConfigurationError(f"{what}: storage refused this identity", code="forbidden") from exc
    except (sdk.DecodeError, ClientPayloadError, zlib.error) as exc:
        raise _unreadable(what, exc) from exc
    except sdk.HttpResponseError as exc:
        raise _unreadable(what, exc) if _is_encoding(exc) else _of_answer(what, exc) from exc
    except (sdk.ServiceRequestError, sdk.ServiceResponseError) as exc:
        if _is_encoding(exc):
            raise _unreadable(what, exc) from exc
        raise TransientError(f"{what}: storage cannot be reached", code="storage") from exc


def _of_answer(what: str, exc: HttpResponseError) -> PlansmithError:
    said = getattr(exc, "error_code", None)
    status, code = exc.status_code or 0, str(getattr(said, "value", said) or "")
    if status in (409, 412):
        if code in _OWN:
            ours, words = _OWN[code]
            return PermanentError(f"{what}: {words}", code=ours)
        if code.startswith("Lease"):
            return TransientError(
                f"{what}: somebody holds a lease on the blob; it has to be released", code="leased"
            )
        if code in _LOCKED:
            return PermanentError(f"{what}: a policy or a snapshot locks the blob ({code})", code="locked")
        if code in _PASSING:
            return TransientError(f"{what}: {code}", code="storage")
        if not code or code in _CONFLICTS:
            return ConflictError(f"{what}: HTTP {status}", code="conflict")
        return PermanentError(f"{what}: {code}", code="storage")
    if status == 403:
        return ConfigurationError(f"{what}: storage refused this identity", code="forbidden")
    if status in (408, 429) or status >= 500 or status < 400:  # below 400 an answer that broke off
        return TransientError(f"{what}: HTTP {status}", code="storage")
    return PermanentError(f"{what}: HTTP {status}", code="storage")


def _is_encoding(exc: BaseException) -> bool:
    """Whether a body could not be decoded by the content encoding that the blob says it has."""
    seen: BaseException | None = exc
    while seen is not None:
        if "decode content-encoding" in str(seen).lower() or "incorrect header check" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _unreadable(what: str, exc: BaseException) -> PlansmithError:
    if not _is_encoding(exc):
        return TransientError(f"{what}: the answer broke off", code="storage")
    return PermanentError(
        f"{what}: the blob's content encoding is not what it says; upload it without one", code="bad_encoding"
    )
