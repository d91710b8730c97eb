"""A teacher whose calls start no faster than the deployment's quota allows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from shared.errors import ConfigurationError, PermanentError, ThrottledError, TransientError, UnwantedError
from shared.pacing.pace import Call, Pace
from shared.pacing.slots import Open, Slots
from shared.ports.clock import Clock
from shared.ports.teacher import Teacher, TeacherReply, TeacherRequest

LONGEST_CLOSED_S = 20.0
"""A service that asks for a longer wait is not waited for here: the message goes back to its queue."""
LONGEST_TURN_S = 600.0
"""Calls that would not get their turn within this time go back, too; well below the function's time limit."""
IN_LINE = "in_line"
"""Code of a call that goes back only because others are before it: the service has refused nothing."""
_BREATH_S = 5.0
"""Held this long before it goes back, so that a closed deployment does not churn the whole queue."""
_LONGEST_SLEEP_S = 1.0
_SERVED_LATELY_S = 60.0
"""A failure is the request's own when others were answered within this time before it."""
_LONGEST_LOOK_S = 2.0
"""Whether a call is still wanted is asked while all others wait in line."""
_NOW_S = 0.0005
_REFUSED_KEY_PAUSE_S = 5.0
_CHARACTERS_PER_TOKEN = 4.0
_LEARNING = 0.1


class PacedTeacher:
    """Teacher that lets each deployment's calls start one by one, evenly spaced; their answers overlap freely.

    All callers of the process share what is learned about a deployment. Without quota headers, refusals and slow
    answers nothing is held back.
    """

    def __init__(
        self, teacher: Teacher, clock: Clock, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """`seconds` must run with `clock.sleep`."""
        self._teacher = teacher
        self._clock = clock
        self._seconds = seconds
        self._lanes: dict[str, _Lane] = {}

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        """Ask in turn. ThrottledError also when the deployment is closed for more than `LONGEST_CLOSED_S`."""
        lane = self._lanes.setdefault(request.model, _Lane())
        lane.present += 1
        try:
            return await self._call(lane, request)
        finally:
            lane.present -= 1

    async def _call(self, lane: _Lane, request: TeacherRequest) -> TeacherReply:
        characters = _characters(request)
        call, opened = await self._turn(lane, request, lane.tokens(characters, request))
        lane.served += 1
        try:
            reply = await self._teacher.complete(request)
        except Exception as error:
            self._failed(lane, call, opened, error)
            raise
        except BaseException:
            lane.pace.ended(call)
            raise
        finally:
            lane.served -= 1
            lane.close()
        now = self._seconds()
        lane.pace.answered(call, reply.rate_limits, now)
        lane.slots.answered(opened, now, request.timeout_s)
        lane.learn(characters, reply)
        return reply

    def _failed(self, lane: _Lane, call: Call, opened: Open, error: Exception) -> None:
        """What a call without an answer says of the deployment."""
        now = self._seconds()
        if isinstance(error, ThrottledError):
            lane.pace.throttled(call, error.retry_after_s, now)
            return
        if isinstance(error, PermanentError):
            lane.pace.answered(call, None, now)
            return
        lane.pace.ended(call)
        if isinstance(error, ConfigurationError):
            lane.pace.pause(_REFUSED_KEY_PAUSE_S, now)
        elif isinstance(error, TransientError):
            if error.code == "timeout":
                lane.slots.timed_out(opened, now)
            last = lane.slots.answered_at
            error.is_of_request = last is not None and last >= opened.at - _SERVED_LATELY_S

    async def _turn(self, lane: _Lane, request: TeacherRequest, tokens: float) -> tuple[Call, Open]:
        """Wait for this call's start, first come first served, as long as it is wanted."""
        try:
            async with lane.line:
                await _check_wanted(request)
                await self._slot(lane, request, tokens)
                while (wait_s := lane.pace.wait_s(self._seconds())) > _NOW_S:
                    lane.check(tokens, self._seconds())
                    await self._clock.sleep(min(wait_s, _LONGEST_SLEEP_S))
                    await _check_wanted(request)
                now = self._seconds()
                return lane.pace.start(tokens, now), lane.slots.start(now)
        except ThrottledError:
            lane.served += 1  # it stands in nobody's way any more
            try:
                await self._clock.sleep(_BREATH_S)
            finally:
                lane.served -= 1
            raise

    async def _slot(self, lane: _Lane, request: TeacherRequest, tokens: float) -> None:
        """Wait until one more call may be opened."""
        while not lane.slots.is_free:
            lane.check(tokens, self._seconds())
            lane.freed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_SLEEP_S):
                    await lane.freed.wait()
            await _check_wanted(request)


class _Lane:
    """What the process knows of one deployment, and the line of calls before it."""

    def __init__(self) -> None:
        self.pace = Pace()
        self.slots = Slots()
        self.freed = asyncio.Event()
        self.line = asyncio.Lock()
        self.present = self.served = 0
        self._tokens_per_character = 1 / _CHARACTERS_PER_TOKEN
        self._learned = False

    @property
    def waiting(self) -> int:
        """Calls that have not had their turn, those that may not be open yet included."""
        return self.present - self.served

    def tokens(self, characters: int, request: TeacherRequest) -> float:
        """What the service will count for a call: the prompt, and the whole answer it may give."""
        return characters * self._tokens_per_character + request.max_completion_tokens

    def close(self) -> None:
        """A call has ended, however."""
        self.slots.end()
        self.freed.set()

    def learn(self, characters: int, reply: TeacherReply) -> None:
        """How many tokens a prompt's characters really were, the response format's share included."""
        if characters and reply.tokens.prompt:
            found = reply.tokens.prompt / characters
            share = _LEARNING if self._learned else 1.0
            self._tokens_per_character += share * (found - self._tokens_per_character)
            self._learned = True

    def check(self, tokens: float, now: float) -> None:
        """Raise ThrottledError when waiting here is no use for a call of so many `tokens`."""
        closed_s = self.pace.closed_s(now)
        if closed_s > LONGEST_CLOSED_S:
            raise ThrottledError("the deployment asked to wait", code="throttled", retry_after_s=closed_s)
        turn_s = self.waiting * self.pace.spacing_s(tokens)
        if turn_s > LONGEST_TURN_S:
            raise ThrottledError("the deployment's quota is small", code=IN_LINE, retry_after_s=turn_s)
        if self.slots.turn_s(self.waiting) > LONGEST_TURN_S:
            raise ThrottledError(
                "the deployment answers slowly, and others are in line",
                code=IN_LINE,
                retry_after_s=LONGEST_TURN_S / 2,
            )


async def _check_wanted(request: TeacherRequest) -> None:
    if request.wanted is not None and not await _is_wanted(request.wanted):
        raise UnwantedError("the call is no longer wanted", code="unwanted")


async def _is_wanted(wanted: Callable[[], Awaitable[bool]]) -> bool:
    """Where nobody can tell in time, a call is wanted: the line behind it must not stand still."""
    try:
        async with asyncio.timeout(_LONGEST_LOOK_S):
            return await wanted()
    except (TransientError, TimeoutError):
        return True


def _characters(request: TeacherRequest) -> int:
    return sum(len(content) for m in request.messages if isinstance(content := m.get("content"), str))
