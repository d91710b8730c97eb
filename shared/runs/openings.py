"""How a run begins: a few calls at once until its first answer, so that a service that refuses all costs little."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest

MOST_REFUSALS = 5
"""After so many refusals of one kind, and no answer, a run makes no more calls."""
_REMEMBERED_RUNS = 64


class _Listening:
    """A teacher; the opening is told of every answer."""

    def __init__(self, teacher: Teacher, opening: Opening) -> None:
        self._teacher, self._opening = teacher, opening

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        reply = await self._teacher.complete(request)
        await self._opening.was_answered()
        return reply


@dataclass
class Opening:
    """One run in this process.

    Attributes:
        answered: whether it ever got an answer.
        refused: calls that the service would not take, by kind.
    """

    answered: bool = False
    refused: Counter[str] = field(default_factory=Counter)
    _open: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """A place for one index; before the first answer there are few."""
        async with self._changed:
            await self._changed.wait_for(self._has_place)
            self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            await self._tell()

    def listening_to(self, teacher: Teacher) -> Teacher:
        """The teacher, whose answers open the run."""
        return _Listening(teacher, self)

    async def was_answered(self) -> None:
        """The service answered: it may be asked freely."""
        if not self.answered:
            self.answered = True
            await self._tell()

    async def was_refused(self, code: str) -> bool:
        """The service did not take a call; whether that is enough of this kind."""
        if self.answered:
            return False
        self.refused[code] += 1
        await self._tell()
        return self.refused[code] >= MOST_REFUSALS

    def _has_place(self) -> bool:
        worst = max(self.refused.values(), default=0)
        return self.answered or self._open < max(1, MOST_REFUSALS - worst)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


class Openings:
    """The openings of the runs that this process works on."""

    def __init__(self) -> None:
        self._runs: OrderedDict[str, Opening] = OrderedDict()

    @asynccontextmanager
    async def entered(self, run_id: str) -> AsyncIterator[Opening]:
        """A place for one index of a run; before the run's first answer there are few."""
        opening = self.of(run_id)
        async with opening.entered():
            yield opening

    def of(self, run_id: str) -> Opening:
        """The run's opening."""
        opening = self._runs.setdefault(run_id, Opening())
        self._runs.move_to_end(run_id)
        while len(self._runs) > _REMEMBERED_RUNS:
            self._runs.popitem(last=False)
        return opening
