"""Bodies and trigger metadata of queue messages, as the Functions host gives them to the worker."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal

import orjson

from local.functions_host.queue_client import ReceivedMessage
from local.functions_host.worker import Datum


def decode_body(text: str, encoding: Literal["none", "base64"]) -> str | None:
    """The body behind a stored message; None if it is not in the app's encoding."""
    if encoding == "none":
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def encode_body(text: str, encoding: Literal["none", "base64"]) -> str:
    """`text` as the app's encoding stores it."""
    return text if encoding == "none" else base64.b64encode(text.encode()).decode()


def trigger_metadata(message: ReceivedMessage, body: str) -> dict[str, Datum]:
    """Metadata of a message, with the body's own top-level keys copied over it when it is a JSON object.

    The host does the same: keys match without regard to case, scalars become strings, arrays and nulls are left out.
    """
    metadata = {
        "QueueTrigger": Datum(body, "string"),
        "Id": Datum(message.id, "string"),
        "DequeueCount": Datum(str(message.dequeue_count), "json"),
        "ExpirationTime": Datum(_json_date(message.expiration_time), "json"),
        "InsertionTime": Datum(_json_date(message.insertion_time), "json"),
        "NextVisibleTime": Datum(_json_date(message.next_visible_time), "json"),
        "PopReceipt": Datum(message.pop_receipt, "string"),
    }
    payload = _json_object(body)
    if payload:
        own_names = {name.lower(): name for name in metadata}
        for key, value in payload.items():
            datum = _datum(value)
            if datum is not None:
                metadata[own_names.get(key.lower(), key)] = datum
    return metadata


def _json_object(body: str) -> dict[str, object] | None:
    if not body.lstrip().startswith("{"):
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _datum(value: object) -> Datum | None:
    match value:
        case None | list():
            return None
        case dict():
            return Datum(orjson.dumps(value).decode(), "json")
        case bool():
            return Datum(str(value), "string")
        case _:
            return Datum(str(value), "string")


@lru_cache(maxsize=256)
def _json_date(rfc1123: str) -> str:
    date: datetime = parsedate_to_datetime(rfc1123)
    return f'"{date.isoformat()}"'
