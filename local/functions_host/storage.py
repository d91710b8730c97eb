"""A storage account as a connection string names it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from local.azurite import connection_string
from local.functions_host.errors import HostError


@dataclass(frozen=True, slots=True)
class StorageAccount:
    """Where an account is and how to sign for it. Equal connection strings give equal accounts.

    Attributes:
        name: account name.
        key: decoded account key.
        queue_url, blob_url: service endpoints without a trailing slash.
        connection_string: for an SDK, with `UseDevelopmentStorage` written out.
    """

    name: str
    key: bytes = field(repr=False)
    queue_url: str
    blob_url: str
    connection_string: str = field(repr=False)


def parse_connection_string(text: str, setting: str) -> StorageAccount:
    """The account of a connection string with an account key.

    Raises:
        HostError: anything else, naming `setting`, never the string.
    """
    parts = _split(text)
    if parts.get("usedevelopmentstorage", "").lower() == "true":
        text = connection_string()
        parts = _split(text)
    name, key = parts.get("accountname"), parts.get("accountkey")
    if not name or not key:
        raise HostError(
            f"{setting} must be a connection string with AccountName and AccountKey, or UseDevelopmentStorage=true"
        )
    try:
        decoded = base64.b64decode(key, validate=True)
    except binascii.Error as exc:
        raise HostError(f"{setting}: AccountKey is not base64") from exc
    return StorageAccount(
        name, decoded, _endpoint(parts, name, "queue"), _endpoint(parts, name, "blob"), text
    )


def _split(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _endpoint(parts: dict[str, str], name: str, service: str) -> str:
    given = parts.get(f"{service}endpoint")
    if given:
        return given.rstrip("/")
    protocol = parts.get("defaultendpointsprotocol", "https")
    suffix = parts.get("endpointsuffix", "core.windows.net")
    return f"{protocol}://{name}.{service}.{suffix}"
