"""Gives a step one index to work on: alone in its process, and with all that it needs of the run."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared import names
from shared.contracts.messages import GenerateRecord
from shared.errors import PermanentError
from shared.runs.context import RunContext
from shared.runs.plan import Segment
from shared.runs.standing import Standing
from shared.runs.store import Runs

_REMEMBERED = 16_384
"""Groups remembered after work in them, a few MB; the one entered longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Work:
    """One index that a step works on.

    Attributes:
        message: that asks for it.
        segment: that holds the index.
        log: path of the segment's log.
        context: its run, with everything that a record needs.
        standing: how the run stands.
        is_repeated: whether its message was delivered or sent before, or this process has begun work on it.
    """

    message: GenerateRecord
    segment: Segment
    log: str
    context: RunContext
    standing: Standing
    is_repeated: bool


class AtWork:
    """What this process works on: messages for the same thing wait for one another, and the later ones hear of it.

    A queue may deliver a message again while its first delivery still runs (the lock lapsed in an outage), and
    another system may send one message many times: neither is to pay for an answer that is under way or there.
    """

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._working: dict[Hashable, asyncio.Lock] = {}
        self._waiting: dict[Hashable, int] = {}
        self._begun: OrderedDict[Hashable, int] = OrderedDict()

    @asynccontextmanager
    async def on(self, message: GenerateRecord) -> AsyncIterator[Work]:
        """Work on a message's index alone. PermanentError for a run, segment or index that does not exist."""
        run, number, index = message.run_id, message.segment, message.index
        async with self.alone((run, number), index % names.SEGMENT_SIZE) as begun:
            found = await self._runs.segment_context(run, number)
            if index not in found.segment.indices:
                raise PermanentError(f"segment {number} has no index {index}", code="unknown_index")
            repeated = begun or message.repeated or message.recheck
            yield Work(message, found.segment, found.log, found.run, found.standing, repeated)

    @asynccontextmanager
    async def alone(self, group: Hashable, member: int) -> AsyncIterator[bool]:
        """Work on a group's `member` alone; yields whether this process has begun work on it before.

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
