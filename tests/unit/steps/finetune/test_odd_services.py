"""An evaluation through services that refuse fields, time out, throttle or answer nothing."""

from __future__ import annotations

from shared.errors import ConfigurationError, RefusedFieldError, ThrottledError, TransientError
from shared.ports.teacher import TeacherReply, TeacherRequest
from tests.unit.steps.finetune.test_evaluate_example import GOOD, Model, evaluating, report, work


class Refusing(Model):
    """Takes no seed."""

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        if "seed" not in request.without:
            raise RefusedFieldError("no seeds here", field="seed")
        return await super().complete(request)


async def test_what_the_service_refuses_is_left_out_of_the_evaluation_too() -> None:
    stack, model = await evaluating(), Refusing(student=GOOD)
    await work(stack, model)
    await stack.run_out()
    assert (await report(stack))["arms"][0]["counts"]["answered"] == 10


async def test_a_task_that_times_out_is_asked_three_times_and_its_cost_is_counted() -> None:
    late = TransientError("no answer", code="timeout", may_be_paid=True)
    stack, model = await evaluating(), Model(student=late)
    for _ in range(5):
        await work(stack, model)
    job = await stack.run_out()
    student = (await report(stack))["arms"][0]
    assert student["counts"]["failed"] == 10
    assert len(model.requests) == 30
    assert student["tokens"]["prompt"] > 30 * 10
    assert student["tokens"]["completion"] == 30 * 500
    assert job.error is not None
    assert job.error.code == "timed_out"


async def test_an_evaluation_without_one_answer_has_failed_for_its_commonest_reason() -> None:
    stack = await evaluating()
    await work(stack, Model(student=ConfigurationError("the quota is used up", code="insufficient_quota")))
    job = await stack.run_out()
    assert job.error is not None
    assert job.error.code == "insufficient_quota"


async def test_a_task_does_not_come_back_for_ever() -> None:
    stack = await evaluating()
    model = Model(student=ThrottledError("slow down", code="throttled", retry_after_s=1800))
    for _ in range(60):
        if not await work(stack, model):
            break
        await stack.clock.sleep(1800)
    assert 10 * 48 <= len(model.requests) <= 10 * 50
