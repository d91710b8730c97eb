"""What a fine-tuning service calls out when a job ends: Standard Webhooks 1.0, the scheme of Azure OpenAI and OpenAI.

Source: https://github.com/standard-webhooks/standard-webhooks, `spec/standard-webhooks.md`. Nothing that a call says is
believed but which job it is about; what became of the job is asked of the service.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from shared.errors import BadRequestError, ConfigurationError
from shared.standard_webhooks import key_of, signature

TOLERANCE = timedelta(minutes=5)
"""How far the time of a call may lie from ours, as the specification suggests."""

MAX_BYTES = 64 << 10
_KIND = "fine_tuning.job."


@dataclass(frozen=True, slots=True)
class Event:
    """A call whose signature is right.

    Attributes:
        id: the same when the call is sent again.
        job_id: the fine-tune job that it is about, "" for a call about anything else.
    """

    id: str
    job_id: str


def read_webhook(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> Event:
    """The event of a call; names of `headers` are in lower case.

    Raises:
        BadRequestError: `bad_signature`, `stale_webhook` when its time is not now, `bad_webhook` for a body
            that is not an event.
        ConfigurationError: the secret cannot be read.
    """
    sent_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    wanted = signature(_key(secret), message_id=sent_id, sent_at=sent_at, body=body).encode()
    given = headers.get("webhook-signature", "").split(" ")
    if not sent_id or not any(hmac.compare_digest(each.encode(errors="replace"), wanted) for each in given):
        raise BadRequestError("the signature is not that of this installation's secret", code="bad_signature")
    if abs(now - _moment(sent_at)) > TOLERANCE:
        raise BadRequestError("the call is not of the last five minutes", code="stale_webhook")
    return Event(sent_id, _job(body))


def _key(secret: str) -> bytes:
    try:
        return key_of(secret)
    except ValueError as exc:
        raise ConfigurationError(
            "OPENAI_WEBHOOK_SECRET is not what the service gave: 'whsec_' and base64", code="bad_setting"
        ) from exc


def _moment(text: str) -> datetime:
    """Seconds since 1970 as a time; long ago for anything else."""
    return datetime.fromtimestamp(
        int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0, UTC
    )


def _job(body: bytes) -> str:
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise BadRequestError("the body is no JSON", code="bad_webhook") from exc
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise BadRequestError("an event with a 'type' is expected", code="bad_webhook")
    data = event.get("data")
    found = data.get("id") if isinstance(data, dict) and event["type"].startswith(_KIND) else None
    return found if isinstance(found, str) else ""
