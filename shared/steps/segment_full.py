"""Notices that a segment may be full, with as few looks at the log as that takes."""

from __future__ import annotations

import asyncio

from shared.contracts.messages import Aggregate
from shared.ports.storage import Queue, RecordLog

GATHER_S = 0.05


class SegmentFull:
    """Appenders of one process share looks at a segment's log.

    A look begins only after the appends of all who wait for it have ended, so the last appender of a
    segment, in whichever process it runs, always takes part in a look that sees the whole segment.
    """

    def __init__(self, log: RecordLog, queue: Queue, *, gather_s: float = GATHER_S) -> None:
        self._log = log
        self._queue = queue
        self._gather_s = gather_s
        self._looks: dict[str, asyncio.Task[None]] = {}

    async def notice(self, run_id: str, segment: int, size: int, *, log: str) -> None:
        """Send `aggregate` if `log`, the segment's, holds at least `size` lines. Call after your own append."""
        look = self._looks.get(log)
        if look is None:
            look = asyncio.create_task(self._look(Aggregate(run_id, segment), size, log))
            self._looks[log] = look
        await asyncio.shield(look)

    async def _look(self, message: Aggregate, size: int, log: str) -> None:
        try:
            await asyncio.sleep(self._gather_s)
        finally:
            # Who appends from here on needs a look of its own.
            self._looks.pop(log, None)
        if await self._log.count(log) >= size:
            await self._queue.send(message)
