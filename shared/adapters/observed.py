"""Ports that tell telemetry what goes through them, and change nothing of it."""

from __future__ import annotations

from shared import telemetry
from shared.contracts.events import RunEvent
from shared.contracts.messages import Message
from shared.dataset import prices
from shared.errors import ThrottledError
from shared.ports.storage import Queue
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest


class ObservedQueue:
    """A queue; every event sent to other systems is told to the log, too."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    async def send(self, message: Message, *, delay_s: float = 0) -> None:
        await self._queue.send(message, delay_s=delay_s)
        if isinstance(message, RunEvent):
            telemetry.run_event(message.type.removeprefix("plansmith."), message.subject, message.data)

    async def depth(self, queue: str) -> int:
        return await self._queue.depth(queue)


class ObservedTeacher:
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
