"""Webhook calls as the service signs them; what signs is the emulator's own code, which the SDK's check accepts."""

from __future__ import annotations

import base64
from datetime import datetime

import orjson

from local.openai_emulator.webhooks import signed_headers

SECRET = "whsec_" + base64.b64encode(b"obviously-fake-webhook-secret").decode()


def a_call(
    job_id: str,
    *,
    at: datetime,
    kind: str = "fine_tuning.job.succeeded",
    webhook_id: str = "evt_1",
    secret: str = SECRET,
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a call about `job_id`."""
    event = {"id": webhook_id, "object": "event", "created_at": int(at.timestamp()), "type": kind}
    body = orjson.dumps(event | {"data": {"id": job_id}})
    return signed_headers(webhook_id, body, secret, int(at.timestamp())), body
