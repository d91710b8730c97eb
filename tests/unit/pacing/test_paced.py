"""The paced teacher with a clock that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import replace

import pytest

from shared.adapters.memory.storage import MemoryClock
from shared.errors import ConfigurationError, PlansmithError, ThrottledError, TransientError, UnwantedError
from shared.pacing.paced import PacedTeacher
from shared.ports.teacher import RateLimits, TeacherReply, TeacherRequest
from shared.tokens import Tokens

_REQUEST = TeacherRequest("teacher", ({"role": "user", "content": "x" * 400},), max_completion_tokens=100)


class _Service:
    """Answers at once; notes when it was asked and how many calls were open together."""

    def __init__(self, clock: MemoryClock, answer: Callable[[int], TeacherReply | PlansmithError]) -> None:
        self._clock, self._answer = clock, answer
        self.asked_at: list[float] = []
        self.open = self.most_open = 0
        self.release = asyncio.Event()
        self.release.set()

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        self.asked_at.append(self._clock.now().timestamp())
        answer = self._answer(len(self.asked_at))
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        await self.release.wait()
        self.open -= 1
        if isinstance(answer, PlansmithError):
            raise answer
        return answer


def _reply(limits: RateLimits = RateLimits(), tokens: Tokens = Tokens()) -> TeacherReply:
    return TeacherReply("{}", "stop", tokens=tokens, rate_limits=limits)


def _paced(
    answer: Callable[[int], TeacherReply | PlansmithError],
) -> tuple[PacedTeacher, _Service, MemoryClock]:
    clock = MemoryClock()
    service = _Service(clock, answer)
    return PacedTeacher(service, clock, seconds=lambda: clock.now().timestamp()), service, clock


async def test_calls_are_spaced_by_the_quota_that_the_first_answer_told() -> None:
    teacher, service, _ = _paced(lambda _: _reply(RateLimits(limit_requests=600, remaining_requests=9)))
    await teacher.complete(_REQUEST)
    await asyncio.gather(*(teacher.complete(_REQUEST) for _ in range(20)))
    assert service.asked_at[-1] - service.asked_at[0] == pytest.approx(20 / 8, rel=0.35)


async def test_without_quota_headers_all_calls_are_open_together() -> None:
    teacher, service, _ = _paced(lambda _: _reply())
    await teacher.complete(_REQUEST)
    service.release.clear()
    calls = [asyncio.create_task(teacher.complete(_REQUEST)) for _ in range(100)]
    async with asyncio.timeout(5):
        while service.open < 100:
            await asyncio.sleep(0)
    service.release.set()
    await asyncio.gather(*calls)
    assert service.most_open == 100


async def test_a_slow_answer_holds_no_other_call_back() -> None:
    teacher, service, _ = _paced(lambda _: _reply(RateLimits(limit_requests=600, remaining_requests=9)))
    await teacher.complete(_REQUEST)
    service.release.clear()
    calls = [asyncio.create_task(teacher.complete(_REQUEST)) for _ in range(5)]
    async with asyncio.timeout(5):
        while service.open < 5:
            await asyncio.sleep(0)
    service.release.set()
    await asyncio.gather(*calls)


async def test_a_deployment_closed_for_minutes_sends_every_caller_away_without_a_call() -> None:
    teacher, service, _ = _paced(lambda _: ThrottledError("full", retry_after_s=86_400))
    for _ in range(3):
        with pytest.raises(ThrottledError) as raised:
            await teacher.complete(_REQUEST)
        assert raised.value.retry_after_s == pytest.approx(86_400, abs=60)
    assert len(service.asked_at) == 1


async def test_a_deployment_closed_for_seconds_is_waited_for() -> None:
    teacher, service, _ = _paced(lambda n: ThrottledError("full", retry_after_s=10) if n == 1 else _reply())
    with pytest.raises(ThrottledError):
        await teacher.complete(_REQUEST)
    await teacher.complete(_REQUEST)
    assert service.asked_at[1] - service.asked_at[0] >= 10


async def test_deployments_are_paced_apart() -> None:
    teacher, service, _ = _paced(lambda n: ThrottledError("full", retry_after_s=10) if n == 1 else _reply())
    with pytest.raises(ThrottledError):
        await teacher.complete(_REQUEST)
    other = TeacherRequest("other", _REQUEST.messages)
    await teacher.complete(other)
    assert service.asked_at[1] == service.asked_at[0]


async def test_refused_credentials_are_not_hammered() -> None:
    teacher, service, _ = _paced(lambda _: ConfigurationError("no", code="unauthorized"))
    for _ in range(3):
        with pytest.raises(ConfigurationError):
            await teacher.complete(_REQUEST)
    assert service.asked_at[2] - service.asked_at[1] >= 5


async def test_the_tokens_of_a_prompt_are_learned_from_what_was_billed() -> None:
    """400 characters that are 400 tokens: 120,000 tokens a minute then let 4 calls a second start, not 10."""
    limits = RateLimits(limit_tokens=120_000)
    teacher, service, _ = _paced(lambda _: _reply(limits, Tokens(400, 0, 10)))
    for _ in range(60):
        await teacher.complete(_REQUEST)
    lately = service.asked_at[-10:]
    assert 9 / (lately[-1] - lately[0]) == pytest.approx(4, rel=0.15)


async def test_a_cancelled_caller_leaves_the_line_to_the_others() -> None:
    teacher, service, _ = _paced(lambda _: _reply())
    service.release.clear()
    waiting = [asyncio.create_task(teacher.complete(_REQUEST)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    service.release.set()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(result, TeacherReply) for result in done] == [True, False, True]


async def test_no_more_than_a_hundred_calls_are_open_to_one_deployment() -> None:
    teacher, service, _ = _paced(lambda _: _reply())
    await teacher.complete(_REQUEST)
    service.release.clear()
    calls = [asyncio.create_task(teacher.complete(_REQUEST)) for _ in range(160)]
    for _ in range(2000):
        await asyncio.sleep(0)
    assert service.open == 100
    service.release.set()
    await asyncio.gather(*calls)


async def test_a_call_that_nobody_wants_when_its_turn_comes_is_not_made() -> None:
    teacher, service, _ = _paced(lambda _: _reply(RateLimits(limit_requests=60, remaining_requests=1)))
    wanted = True

    async def is_wanted() -> bool:
        return wanted

    request = replace(_REQUEST, wanted=is_wanted)
    await teacher.complete(request)
    waiting = [asyncio.create_task(teacher.complete(request)) for _ in range(20)]
    async with asyncio.timeout(5):
        while len(service.asked_at) < 5:
            await asyncio.sleep(0)
    wanted = False
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert len(service.asked_at) <= 6
    assert sum(isinstance(answer, UnwantedError) for answer in done) >= 14


async def test_calls_that_tokens_let_start_too_late_go_back_and_the_others_start() -> None:
    """10,000 tokens a minute and 8,000 a call: a hundred calls would take more than an hour."""
    limits = RateLimits(limit_tokens=10_000)
    teacher, _, _ = _paced(lambda _: _reply(limits))
    request = replace(_REQUEST, max_completion_tokens=8_000)
    await teacher.complete(request)
    done = await asyncio.gather(*(teacher.complete(request) for _ in range(140)), return_exceptions=True)
    assert 5 <= sum(isinstance(answer, TeacherReply) for answer in done) <= 20
    assert {type(answer) for answer in done} == {TeacherReply, ThrottledError}


@pytest.mark.parametrize("calls", [100, 140])
async def test_calls_that_may_not_be_open_yet_count_as_waiting(calls: int) -> None:
    """A call every five seconds: the turn of the 140th would come too late, that of the 100th would not."""
    teacher, _, _ = _paced(lambda _: _reply(RateLimits(limit_requests=24)))
    await teacher.complete(_REQUEST)
    done = await asyncio.gather(*(teacher.complete(_REQUEST) for _ in range(calls)), return_exceptions=True)
    assert any(isinstance(answer, ThrottledError) for answer in done) == (calls > 100)


async def test_a_call_is_made_when_nobody_can_tell_whether_it_is_wanted() -> None:
    async def is_wanted() -> bool:
        raise TransientError("the storage is away", code="connection")

    teacher, service, _ = _paced(lambda _: _reply())
    await teacher.complete(replace(_REQUEST, wanted=is_wanted))
    assert len(service.asked_at) == 1
