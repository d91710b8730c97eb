"""Ports that tell telemetry what goes through them, and change nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared import names, telemetry
from shared.dataset import prices
from shared.errors import ThrottledError
from shared.ports.storage import Queue
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest


class TellingQueue:
    """A queue; every event sent to other systems is told to the log, too."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    async def send(self, queue: str, body: Mapping[str, Any], *, delay_s: float = 0) -> None:
        await self._queue.send(queue, body, delay_s=delay_s)
        if queue == names.RUN_EVENTS:
            kind = str(body.get("type", "")).removeprefix("plansmith.")
            telemetry.run_event(kind, str(body.get("subject", "")), body.get("data") or {})

    async def depth(self, queue: str) -> int:
        return await self._queue.depth(queue)


class TellingTeacher:
    """A teacher; tokens, list price and refusals of every call are counted."""

    def __init__(self, teacher: Teacher) -> None:
        self._teacher = teacher

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        try:
            reply = await self._teacher.complete(request)
        except ThrottledError:
            telemetry.throttled(request.model)
            raise
        model = reply.model or request.model
        telemetry.answered(model, reply.tokens, prices.cost(reply.tokens, model))
        return reply
