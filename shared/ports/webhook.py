"""The receiver of events by HTTP that an installation may name."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Webhook(Protocol):
    """One receiver."""

    async def post(self, *, event_id: str, body: bytes, now: datetime) -> int:
        """Call it once with an event in JSON, signed; its answer's HTTP status. TransientError if no answer came."""
