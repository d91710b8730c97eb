"""Seconds are waited inside the call, minutes are not."""

from __future__ import annotations

import pytest

from shared.adapters.memory.storage import MemoryClock
from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError, TransientError
from shared.pacing.patience import LONGEST_WAIT_S, TOTAL_WAIT_S, TRIES, PatientTeacher
from shared.ports.teacher import TeacherReply, TeacherRequest

_REQUEST = TeacherRequest("teacher", ())


class _Failing:
    """Raises the given errors one after another, the last one for ever; an answer where None is given."""

    def __init__(self, *errors: PlansmithError | None) -> None:
        self._errors = errors
        self.calls = 0

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        error = self._errors[min(self.calls, len(self._errors) - 1)]
        self.calls += 1
        if error is not None:
            raise error
        return TeacherReply("{}", "stop")


async def _waited(service: _Failing) -> tuple[float, PlansmithError | None]:
    clock = MemoryClock()
    began = clock.now()
    try:
        await PatientTeacher(service, clock).complete(_REQUEST)
    except PlansmithError as error:
        return (clock.now() - began).total_seconds(), error
    return (clock.now() - began).total_seconds(), None


async def test_the_service_is_asked_again_after_the_wait_it_asked_for() -> None:
    assert await _waited(_Failing(ThrottledError("slow", retry_after_s=7.5), None)) == (7.5, None)


@pytest.mark.parametrize("wait_s", [LONGEST_WAIT_S + 1, 90, 86_400])
async def test_minutes_are_left_to_the_queue(wait_s: float) -> None:
    service = _Failing(ThrottledError("slow", retry_after_s=wait_s), None)
    waited_s, error = await _waited(service)
    assert waited_s == 0
    assert isinstance(error, ThrottledError)
    assert error.retry_after_s == wait_s
    assert service.calls == 1


async def test_an_outage_is_met_with_growing_waits_bounded_in_number_and_time() -> None:
    service = _Failing(TransientError("away", code="connection"))
    waited_s, error = await _waited(service)
    assert error is not None
    assert error.code == "connection"
    assert service.calls <= TRIES
    assert 20 < waited_s <= TOTAL_WAIT_S


async def test_many_short_waits_end_at_the_total() -> None:
    service = _Failing(ThrottledError("slow", retry_after_s=15))
    waited_s, error = await _waited(service)
    assert isinstance(error, ThrottledError)
    assert waited_s == 60


@pytest.mark.parametrize(
    "error",
    [PermanentError("filtered", code="content_filter"), ConfigurationError("no", code="unauthorized")],
)
async def test_what_waiting_cannot_help_is_raised_at_once(error: PlansmithError) -> None:
    service = _Failing(error, None)
    assert await _waited(service) == (0, error)
    assert service.calls == 1


async def test_one_patient_teacher_serves_many_calls_each_with_its_own_patience() -> None:
    clock = MemoryClock()
    service = _Failing(TransientError("a"), TransientError("b"), None)
    teacher = PatientTeacher(service, clock)
    await teacher.complete(_REQUEST)
    assert (await teacher.complete(_REQUEST)).finish_reason == "stop"
