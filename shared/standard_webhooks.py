"""The signature of Standard Webhooks 1.0, of calls that come in and of those that go out; pure.

Source: https://github.com/standard-webhooks/standard-webhooks, `spec/standard-webhooks.md`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
_VERSION = "v1,"


def key_of(secret: str) -> bytes:
    """The key that a secret stands for: base64 after `whsec_`, else its own bytes. ValueError for no base64."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as exc:
        raise ValueError("no base64 after whsec_") from exc


def signature(key: bytes, *, message_id: str, sent_at: str, body: bytes) -> str:
    """What the header `webhook-signature` holds for a call: `v1,` and base64 of HMAC-SHA256.

    `message_id` and `sent_at` are the headers `webhook-id` and `webhook-timestamp` (seconds since 1970).
    """
    signed = f"{message_id}.{sent_at}.".encode(errors="replace") + body
    return _VERSION + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
