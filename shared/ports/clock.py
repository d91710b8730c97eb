"""Time, so that tests can tell it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, so that tests can tell it."""

    def now(self) -> datetime:
        """Current time, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
