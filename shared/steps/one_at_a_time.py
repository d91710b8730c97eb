"""Keeps one process from working on the same index twice at once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

_REMEMBERED = 16_384
"""Groups remembered after work in them, a few MB; the one entered longest ago is forgotten first."""


class OneAtATime:
    """Messages for the same thing wait for one another, and the later ones hear that they are not the first.

    A queue may deliver a message again while its first delivery still runs (the lock lapsed in an outage), and
    another system may send one message many times: neither is to pay for an answer that is under way or there.
    """

    def __init__(self) -> None:
        self._working: dict[Hashable, asyncio.Lock] = {}
        self._waiting: dict[Hashable, int] = {}
        self._begun: OrderedDict[Hashable, int] = OrderedDict()

    @asynccontextmanager
    async def entered(self, group: Hashable, member: int) -> AsyncIterator[bool]:
        """Work on a group's `member` alone; gives whether this process has begun work on it before.

        Members are small numbers from 0 on: what was begun is kept as one bit each.
        """
        key = (group, member)
        lock = self._working.setdefault(key, asyncio.Lock())
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with lock:
                yield self._begin(group, 1 << member)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._working[key]

    def _begin(self, group: Hashable, bit: int) -> bool:
        begun = self._begun.get(group, 0)
        self._begun[group] = begun | bit
        self._begun.move_to_end(group)
        if len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)
        return bool(begun & bit)
