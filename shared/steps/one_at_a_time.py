"""Keeps one process from working on the same index twice at once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

_REMEMBERED = 16_384
"""Keys remembered after their work, a few MB; the oldest is forgotten first."""


class OneAtATime:
    """Messages for the same thing wait for one another, and the later ones hear that they are not the first.

    A queue may deliver a message again while its first delivery still runs (the lock lapsed in an outage), and
    another system may send one message many times: neither is to pay for an answer that is under way.
    """

    def __init__(self) -> None:
        self._working: dict[Hashable, asyncio.Lock] = {}
        self._waiting: dict[Hashable, int] = {}
        self._begun: OrderedDict[Hashable, None] = OrderedDict()

    @asynccontextmanager
    async def entered(self, key: Hashable) -> AsyncIterator[bool]:
        """Work on `key` alone; gives whether this process has begun work on it before."""
        lock = self._working.setdefault(key, asyncio.Lock())
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with lock:
                before = key in self._begun
                self._begun[key] = None
                if len(self._begun) > _REMEMBERED:
                    self._begun.popitem(last=False)
                yield before
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._working[key]
