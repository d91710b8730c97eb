"""A teacher that answers from a list: texts, replies or errors, in order."""

from __future__ import annotations

from collections.abc import Sequence

from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.tokens import Tokens

TOKENS = Tokens(prompt=100, cached=80, completion=20)


def reply(text: str = "", *, finish_reason: str = "stop", refusal: str = "") -> TeacherReply:
    """An answer that cost `TOKENS`."""
    return TeacherReply(text, finish_reason, refusal, TOKENS, "teacher-1", 5)


class ScriptedTeacher:
    """Gives its answers in order and keeps the requests; a call too many fails the test."""

    def __init__(self, *answers: str | TeacherReply | Exception) -> None:
        self._answers: Sequence[str | TeacherReply | Exception] = answers
        self.requests: list[TeacherRequest] = []

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        """The next answer."""
        self.requests.append(request)
        answer = self._answers[len(self.requests) - 1]
        if isinstance(answer, Exception):
            raise answer
        return reply(answer) if isinstance(answer, str) else answer
