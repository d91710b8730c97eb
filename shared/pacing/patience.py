"""A teacher that waits seconds inside the call; minutes are left to the queue."""

from __future__ import annotations

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from shared.errors import TransientError
from shared.pacing.paced import LONGEST_CLOSED_S
from shared.ports.clock import Clock
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest

TRIES = 8
"""Calls made for one request at most."""
LONGEST_WAIT_S = LONGEST_CLOSED_S
"""One wait at most; the service's wish for a longer one ends the call at once."""
TOTAL_WAIT_S = 60.0
"""All waits of one request together at most, pacing aside."""
_FIRST_WAIT_S = 0.5
_BACKED_OFF_S = 8.0


class PatientTeacher:
    """Teacher that repeats a call after a transient error, as long as that takes seconds.

    A call that may have been paid is never repeated here: it is an attempt. What it cannot wait for is raised as it
    came, so that the message goes back to its queue.
    """

    def __init__(self, teacher: Teacher, clock: Clock) -> None:
        self._teacher = teacher
        self._retrying = AsyncRetrying(
            sleep=clock.sleep,
            retry=retry_if_exception(_can_pass),
            wait=_wait_s,
            stop=lambda state: _TRIES_USED_UP(state) or _waited_too_long(state),
            reraise=True,
        )

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        async def tell(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            if request.told is not None and isinstance(error, TransientError):
                await request.told(error, state.upcoming_sleep)

        return await self._retrying.copy(before_sleep=tell)(self._teacher.complete, request)


_TRIES_USED_UP = stop_after_attempt(TRIES)


def _can_pass(error: BaseException) -> bool:
    return isinstance(error, TransientError) and not error.may_be_paid


def _wait_s(state: RetryCallState) -> float:
    """The service's own wish; without one 0.5, 1, 2 … 8 seconds, a fifth of it by the call's number at random."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TransientError) and error.retry_after_s is not None:
        return error.retry_after_s
    return min(_FIRST_WAIT_S * 2.0 ** (state.attempt_number - 1), _BACKED_OFF_S)


def _waited_too_long(state: RetryCallState) -> bool:
    upcoming_s = state.upcoming_sleep
    return upcoming_s > LONGEST_WAIT_S or state.idle_for + upcoming_s > TOTAL_WAIT_S
