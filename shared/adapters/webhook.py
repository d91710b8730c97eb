"""Calls the receiver of events by HTTP: signed, with a deadline, following no redirect."""

from __future__ import annotations

from datetime import datetime

from shared.errors import TransientError
from shared.standard_webhooks import key_of, signature
from shared.version import VERSION

_DEADLINE_S = 15.0


class HttpWebhook:
    """A receiver at an address.

    Args:
        url: where it listens.
        secret: what it checks signatures with, `whsec_` and base64.
        deadline_s: for one call.
    """

    def __init__(self, url: str, secret: str, *, deadline_s: float = _DEADLINE_S) -> None:
        self._url = url
        self._key = key_of(secret)
        self._deadline_s = deadline_s

    async def post(self, *, event_id: str, body: bytes, now: datetime) -> int:
        import aiohttp

        sent_at = str(int(now.timestamp()))
        headers = {
            "content-type": "application/cloudevents+json",
            "user-agent": f"plansmith/{VERSION}",
            "webhook-id": event_id,
            "webhook-timestamp": sent_at,
            "webhook-signature": signature(self._key, message_id=event_id, sent_at=sent_at, body=body),
        }
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(self._deadline_s)) as session,
                session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            message = f"the webhook does not answer ({type(exc).__name__})"
            raise TransientError(message, code="webhook_unreachable") from exc
