"""How a run stands, as one process knows it: whether calls may be made for it, how many at once, and in what way."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from shared import names, stored
from shared.errors import ConflictError
from shared.ports.clock import Clock
from shared.ports.storage import BlobStore
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest
from shared.runs import paths
from shared.runs.notes import Pause, Stop, note_change, read_pause
from shared.runs.waits import SLOW_S, Waits
from shared.teacher.ask_options import STRICTEST, Way
from shared.times import stamp

LOOK_S = 1.0
"""How long a process may not know that a run was stopped or paused, or goes on."""
_WAYS_LOOK_S = 60.0
"""A process that has not heard of a refused field learns it from its own refusal."""
MOST_REFUSALS = 5
"""After so many refusals of one kind, and no answer, a run makes no more calls."""


@dataclass(slots=True)
class _Look:
    """What was seen of a run: when, why it was stopped if it was, and whether it is paused. A stop stays."""

    at: float = -math.inf
    stopped: str | None = None
    is_paused: bool = False


class Turn(NamedTuple):
    """An index may ask: in what way, and whom."""

    way: Way
    teacher: Teacher


@dataclass
class Standing:
    """One run in this process; what others do to it is read again once it may have changed.

    `runs/{run}/stop.json` is there once it was stopped for good, `paused.json` as long as it waits for a person, and
    `ways/{deployment}.json` once a deployment refused a form or a field.

    Attributes:
        answered: whether it ever got an answer here; before the first one few calls are open.
        refused: calls that the service would not take, by kind.
    """

    run_id: str
    store: BlobStore
    clock: Clock
    waits: Waits
    answered: bool = False
    refused: Counter[str] = field(default_factory=Counter)
    _present: int = 0
    _open: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _seen: _Look = field(default_factory=_Look)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ways: dict[str, tuple[float, Way]] = field(default_factory=dict)
    _timers: dict[int, asyncio.TimerHandle] = field(default_factory=dict)
    _telling: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    @property
    def is_in_use(self) -> bool:
        """Whether an index of the run is asked for, or waits for its turn."""
        return self._present > 0

    @asynccontextmanager
    async def asking(self, teacher: Teacher, deployment: str, index: int) -> AsyncIterator[Turn | None]:
        """A place for one index: how `deployment` is asked, or None where calls are no longer wanted.

        The first answer of its teacher opens the run. Others are told of an answer that takes long.
        """
        self._present += 1
        try:
            async with self._place():
                now = self.clock.now().timestamp()
                if not await self._is_wanted(now):
                    yield None
                    return
                way = await self._way(deployment, now)
                self._set_timer(index)
                yield Turn(way, teacher if self.answered else _Listening(teacher, self))
        finally:
            self._present -= 1
            if index in self._timers:
                self._timers.pop(index).cancel()
            if index in self._telling:
                self._telling.pop(index).cancel()

    def _set_timer(self, index: int) -> None:
        self._timers[index] = asyncio.get_running_loop().call_later(SLOW_S, self._is_slow, index)

    def _is_slow(self, index: int) -> None:
        telling = self._telling.get(index)
        if telling is None or telling.done():
            self._telling[index] = asyncio.create_task(self.waits.tell_slow(self.run_id, index))
        self._set_timer(index)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(self._has_place)
            self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            await self._tell()

    def _has_place(self) -> bool:
        worst = max(self.refused.values(), default=0)
        return self.answered or self._open < max(1, MOST_REFUSALS - worst)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def was_answered(self) -> None:
        """Note that the service answered: it may be asked freely."""
        if not self.answered:
            self.answered = True
            await self._tell()

    async def was_refused(self, code: str) -> bool:
        """Note that the service did not take a call; whether there are enough of this kind to stop."""
        if self.answered:
            return False
        self.refused[code] += 1
        await self._tell()
        return self.refused[code] >= MOST_REFUSALS

    async def is_wanted(self) -> bool:
        """Whether calls may still be made: the run is neither stopped nor paused; at most `LOOK_S` old."""
        return await self._is_wanted(self.clock.now().timestamp())

    async def _is_wanted(self, now: float) -> bool:
        await self._look(now)
        return self._seen.stopped is None and not self._seen.is_paused

    async def stop_reason(self) -> str | None:
        """Why the run was stopped (`cancelled`, `budget`, a failure's code), None if not; at most `LOOK_S` old."""
        await self._look(self.clock.now().timestamp())
        return self._seen.stopped

    async def _look(self, now: float) -> None:
        if now - self._seen.at <= LOOK_S:
            return
        async with self._looking:  # a hundred records ask at once: one of them looks for all
            if now - self._seen.at <= LOOK_S:
                return
            blob = await self.store.read(names.RUNS, paths.stop(self.run_id))
            if blob is not None:
                reason = stored.read(Stop, blob.data, "a run's stop.json").reason
                self._seen = _Look(math.inf, reason)
            else:
                self._seen = _Look(now, None, await read_pause(self.run_id, self.store) is not None)

    async def stop(self, reason: str, message: str) -> None:
        """Make no more calls, for good; the first reason stays."""
        note = Stop(reason, message, stamp(self.clock.now()))
        async with self._looking:  # a look that is half-way would bring back what it saw before
            is_new = await self._write_once(paths.stop(self.run_id), note)
            self._seen = _Look()
        if is_new:
            await note_change(self.run_id, self.store)

    async def pause(self, code: str, message: str) -> bool:
        """Make no more calls until the run is resumed; whether this call paused it."""
        note = Pause(code, message, stamp(self.clock.now()))
        async with self._looking:
            is_new = await self._write_once(paths.paused(self.run_id), note)
            self._seen = _Look()
        if is_new:
            await note_change(self.run_id, self.store)
        return is_new

    async def is_paused_now(self) -> bool:
        """Whether the run is paused at this moment: who drops a message must know."""
        self._seen.is_paused = is_paused = await read_pause(self.run_id, self.store) is not None
        return is_paused

    async def end_pause(self) -> None:
        """Take the pause away, because the run goes on or is cancelled."""
        async with self._looking:
            await self.store.delete(names.RUNS, paths.paused(self.run_id))
            self._seen = _Look()
        await note_change(self.run_id, self.store)

    async def _write_once(self, path: str, note: Stop | Pause) -> bool:
        try:
            await self.store.write(names.RUNS, path, orjson.dumps(stored.plain(note)), if_absent=True)
        except ConflictError:
            return False
        return True

    async def way(self, deployment: str) -> Way:
        """How a deployment is asked for this run; at most a minute old."""
        return await self._way(deployment, self.clock.now().timestamp())

    async def _way(self, deployment: str, now: float) -> Way:
        read_at, known = self._ways.get(deployment, _UNREAD)
        if now - read_at > _WAYS_LOOK_S:
            async with self._looking:
                read_at, known = self._ways.get(deployment, _UNREAD)
                if now - read_at > _WAYS_LOOK_S:
                    blob = await self.store.read(names.RUNS, paths.way(self.run_id, deployment))
                    known = known.joined(Way.from_json(blob.data)) if blob else known
                    self._ways[deployment] = (now, known)
        return known

    async def learn_way(self, deployment: str, asked: Way, refused: str) -> Way | None:
        """The way after a field of `asked` was refused, stored for all; None where no other is left."""
        after = asked.after(refused)
        if after is None:
            return None
        known = await self.way(deployment)
        way = known.joined(after)
        if way != known:
            await self.store.write(names.RUNS, paths.way(self.run_id, deployment), way.to_json())
            self._ways[deployment] = (self.clock.now().timestamp(), way)
        return way


_UNREAD = (-math.inf, STRICTEST)


class _Listening:
    """A teacher; the run is told of every answer."""

    def __init__(self, teacher: Teacher, standing: Standing) -> None:
        self._teacher, self._standing = teacher, standing

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        reply = await self._teacher.complete(request)
        await self._standing.was_answered()
        return reply
