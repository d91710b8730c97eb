"""A record log whose reads take a while, so that others may come in between."""

from __future__ import annotations

import asyncio

from shared.ports.storage import RecordLog


class SlowLog:
    """RecordLog over another one; a read gives its bytes when everybody else has had a turn, or when told to.

    Attributes:
        reads: reads so far.
    """

    def __init__(self, log: RecordLog) -> None:
        self._log = log
        self._held: list[asyncio.Event] = []
        self._read = asyncio.Event()
        self.holding = False
        self.reads = 0

    async def create(self, path: str) -> bool:
        """See RecordLog."""
        return await self._log.create(path)

    async def append(self, path: str, line: bytes) -> None:
        """See RecordLog."""
        await self._log.append(path, line)

    async def append_at(self, path: str, line: bytes, *, offset: int) -> None:
        """See RecordLog."""
        await self._log.append_at(path, line, offset=offset)

    async def count(self, path: str) -> int:
        """See RecordLog."""
        return await self._log.count(path)

    async def read(self, path: str, *, offset: int = 0) -> bytes:
        """See RecordLog."""
        self.reads += 1
        data = await self._log.read(path, offset=offset)
        if self.holding:
            self.holding = False
            gate = asyncio.Event()
            self._held.append(gate)
            self._read.set()
            await gate.wait()
        else:
            await asyncio.sleep(0)
        return data

    def hold_next(self) -> None:
        """The next read waits for `let_go`, with the bytes that were there when it began."""
        self.holding = True
        self._read.clear()

    async def until_held(self) -> None:
        """Wait until that read has begun."""
        await self._read.wait()

    def let_go(self) -> None:
        """End the reads that wait."""
        for gate in self._held:
            gate.set()
