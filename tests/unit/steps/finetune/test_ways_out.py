"""A job has a way out of every place: lost answers, refusals, wishes in a bad moment, an app that stood still."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from shared import names
from shared.adapters.memory.finetune import MemoryDeployments, MemoryFineTune
from shared.contracts.messages import Evaluate, FineTune
from shared.errors import BadRequestError, ConfigurationError, PermanentError, TransientError
from shared.finetune.job import Problem
from shared.finetune.transitions import State
from shared.runs import paths
from shared.steps.deletion import what_goes
from shared.steps.finetune.advance_finetunes import advance_finetunes
from shared.steps.finetune.evaluate_example import evaluate_example
from shared.steps.finetune.start_finetune import give_up, start_finetune, what_would_be_lost
from shared.steps.finetune.wishes import ask, cancel_finetune
from shared.steps.record_poison import record_poison
from tests.builders.finetune import PLAN, RUN, CrashPlan, FailingFineTune, FineTuneStack, chat_row, started
from tests.unit.steps.finetune.test_evaluate_example import GOOD, Model, evaluating, report, work

_DAY_S = 24 * 3600
LOST = TransientError("no answer", code="timeout")


class Unheard(MemoryDeployments):
    """Takes what it is asked for, but its answers get lost until `heard`."""

    heard = False
    removed = 0

    async def put_deployment(self, request: Any) -> Any:
        status = await super().put_deployment(request)
        if not self.heard:
            raise LOST
        return status

    async def delete_deployment(self, name: str) -> None:
        self.removed += 1
        await super().delete_deployment(name)


async def test_a_deployment_whose_answer_never_came_is_removed_when_it_is_given_up() -> None:
    deployments = Unheard()
    stack = await started(stack=FineTuneStack(deployments=deployments), deploy={"enabled": True})
    job = await stack.run_out(ticks=200)
    assert (job.state, job.error.code if job.error else "") == (State.COMPLETE, "deployment_failed")
    assert (await deployments.get_deployment("plansmith-0123456789"), deployments.removed) == (None, 1)


async def test_a_deployment_that_was_refused_is_not_looked_for() -> None:
    class Refusing(Unheard):
        async def put_deployment(self, request: Any) -> Any:
            raise PermanentError("no capacity", code="InsufficientQuota")

    deployments = Refusing()
    job = await (
        await started(stack=FineTuneStack(deployments=deployments), deploy={"enabled": True})
    ).run_out()
    assert (job.deployment, deployments.removed) == (None, 0)


async def test_a_deployment_has_its_own_time_after_an_outage() -> None:
    deployments = Unheard()
    stack = await started(stack=FineTuneStack(deployments=deployments), deploy={"enabled": True})
    for _ in range(30):
        await stack.tick(seconds=600)
    deployments.heard = True
    assert (await stack.run_out()).is_deployed


async def test_a_deployment_that_could_not_be_removed_is_not_forgotten_and_can_be_removed_later() -> None:
    class Locked(Unheard):
        is_locked = True

        async def delete_deployment(self, name: str) -> None:
            if self.is_locked:
                raise PermanentError("it is locked", code="locked")
            await super().delete_deployment(name)

    deployments = Locked(("Failed",))
    deployments.heard = True
    stack = await started(stack=FineTuneStack(deployments=deployments), deploy={"enabled": True})
    assert (await stack.run_out()).is_unready
    lost = await what_would_be_lost(FineTune(RUN, again=1), stack.deps())
    assert lost is not None and lost.code == "still_deployed"
    assert "never became ready" in lost.message and f"`plansmith undeploy {RUN}`" in lost.message
    with pytest.raises(BadRequestError, match="undeploy it first"):
        (await what_goes(RUN, stack.store)).check("complete")
    deployments.is_locked = False
    await ask(RUN, "undeploy", stack.deps())
    job = await stack.run_out()
    assert (job.deployment is not None and job.deployment.state, deployments.removed) == ("Removed", 1)


async def test_a_cancellation_that_the_service_forgot_can_be_asked_for_again() -> None:
    class Forgetful(MemoryFineTune):
        asked = 0

        async def cancel_job(self, job_id: str) -> None:
            self.asked += 1
            if self.asked > 1:
                await super().cancel_job(job_id)

    stack = await started(stack=FineTuneStack(service=Forgetful(job_statuses=("running",))))
    for _ in range(4):
        await stack.tick(seconds=600)
    for ends in (False, True):
        assert await cancel_finetune(RUN, stack.deps())
        for _ in range(3):
            await stack.tick(seconds=600)
        assert ((await stack.job()).state == State.CANCELLED) == ends


async def test_events_that_are_refused_end_no_training() -> None:
    class WithoutEvents(MemoryFineTune):
        async def list_events(self, job_id: str, **asked: Any) -> Any:
            raise PermanentError("there is no such path", code="not_found")

    job = await (await started(stack=FineTuneStack(service=WithoutEvents()))).run_out()
    assert job.state == State.COMPLETE
    assert [warning.message for warning in job.warnings] == [
        "the events cannot be had: there is no such path"
    ]


async def test_a_refused_look_at_a_training_that_is_paid_is_repeated() -> None:
    service = FailingFineTune({"get_job": [PermanentError("odd", code="bad_request")] * 3})
    job = await (await started(stack=FineTuneStack(service=service))).run_out()
    assert (job.state, job.error) == (State.COMPLETE, None)


async def test_an_app_that_stood_still_for_days_gives_nothing_up_for_one_failure_before_and_one_after() -> (
    None
):
    service = FailingFineTune({"get_job": [LOST, LOST]})
    stack = await started(stack=FineTuneStack(service=service))
    await stack.tick(seconds=600)
    assert (await stack.job()).failing_since
    await stack.tick(seconds=3 * _DAY_S)
    assert (await stack.run_out()).state == State.COMPLETE


async def test_a_wish_in_the_moment_in_which_the_job_is_closed_is_carried_out() -> None:
    stack = FineTuneStack(deployments=MemoryDeployments())
    await stack.publish()
    await stack.start()

    class Wishing(CrashPlan):
        """Somebody asks right before the job's mark goes."""

        def around(self, name: str, method: Any) -> Any:
            async def call(*args: Any, **kwargs: Any) -> Any:
                if args[1:] == (paths.finetune_mark(RUN),) and name == "delete":
                    await ask(RUN, "deploy", stack.deps())
                return await method(*args, **kwargs)

            return call

    for _ in range(10):
        await stack.tick(Wishing(), seconds=600)
        if (await stack.job()).wanted:
            break
    assert (await stack.run_out()).is_deployed


async def test_a_job_that_is_given_up_is_told_to_others() -> None:
    stack = FineTuneStack()
    await stack.publish()
    await give_up(FineTune(RUN), Problem("poison", "it failed too often"), stack.deps())
    assert (await stack.run_out()).state == State.FAILED
    assert stack.events() == ["plansmith.finetune.failed"]


async def test_a_second_evaluation_measures_its_own_tasks_in_the_same_process() -> None:
    stack = await evaluating()
    deps = stack.deps(teacher=Model(student=GOOD))
    for body in stack.queue.take(names.EVALUATE):
        await evaluate_example(Evaluate.decode(orjson.dumps(body)), deps)
    await stack.run_out()
    other = {**PLAN, "steps": [{**PLAN["steps"][0], "arguments": {"id": "B-2"}}]}
    rows = b"".join(chat_row(other, f"another task {number}") for number in range(10))
    await stack.store.write(names.DATASETS, f"{RUN}/sft/test.jsonl", rows)
    await start_finetune(FineTune(RUN, again=1), deps)
    for _ in range(40):
        await stack.clock.sleep(600)
        await advance_finetunes(deps)
        for body in stack.queue.take(names.EVALUATE):
            await evaluate_example(Evaluate.decode(orjson.dumps(body)), deps)
        if not await stack.is_open():
            break
    (student,) = (await report(stack))["arms"]
    assert student["metrics"]["exact_plan"]["value"] == 0.0


async def test_an_evaluation_without_one_answer_is_made_again_by_a_deployment() -> None:
    stack = await evaluating()
    refused = ConfigurationError("the key was changed", code="unauthorized")
    assert await work(stack, Model(student=refused)) == 10
    job = await stack.run_out()
    assert job.error is not None and "then `plansmith deploy hub-0123456789` measures it" in job.error.message
    await ask(RUN, "deploy", stack.deps())
    for _ in range(4):
        await stack.tick(seconds=600)
    assert await work(stack, Model(student=GOOD)) == 10
    job = await stack.run_out()
    assert (job.state, job.error, job.evaluation and job.evaluation.attempt) == (State.COMPLETE, None, 2)
    (student,) = (await report(stack))["arms"]
    assert student["counts"] == {"asked": 10, "answered": 10, "failed": 0}
    assert stack.events().count("plansmith.evaluation.completed") == 2
    with pytest.raises(BadRequestError, match="the model is deployed"):
        await ask(RUN, "deploy", stack.deps())


UNAUTHORIZED = ConfigurationError("the key was changed", code="unauthorized")


async def test_an_evaluation_in_which_others_answered_and_the_student_did_not_is_made_again() -> None:
    stack = await evaluating(arms=["student", "base_with_catalog"], baseline="base")
    others = {"base_with_catalog": GOOD}
    assert await work(stack, Model(student=UNAUTHORIZED, **others)) == 20
    job = await stack.run_out()
    assert job.error is not None and "not one of 10 tasks was answered by the student" in job.error.message
    assert (job.error.code, job.is_measured) == ("unauthorized", False)
    await ask(RUN, "deploy", stack.deps())
    for _ in range(4):
        await stack.tick(seconds=600)
    await work(stack, Model(student=GOOD, **others))
    job = await stack.run_out()
    assert (job.error, job.evaluation and job.evaluation.answered) == (None, 10)


async def evaluating_again(stack: FineTuneStack) -> None:
    """An evaluation without an answer ends, and the next one begins."""
    await work(stack, Model(student=UNAUTHORIZED))
    await stack.run_out()
    await ask(RUN, "deploy", stack.deps())
    for _ in range(4):
        await stack.tick(seconds=600)


async def test_a_deployment_that_is_asked_for_again_in_vain_can_be_removed() -> None:
    class Busy(MemoryDeployments):
        is_busy = False

        async def put_deployment(self, request: Any) -> Any:
            if self.is_busy:
                raise PermanentError("the subscription is busy", code="Conflict")
            return await super().put_deployment(request)

    deployments = Busy()
    stack = FineTuneStack(deployments=deployments)
    await stack.publish(deploy={"enabled": True}, evaluate={"enabled": True, "arms": ["student"]})
    await stack.start()
    for _ in range(40):
        await stack.tick(seconds=600)
        await work(stack, Model(student=UNAUTHORIZED))
    deployments.is_busy = True
    await ask(RUN, "deploy", stack.deps())
    job = await stack.run_out()
    assert job.error is not None and "stays, and so does its deployment" in job.error.message
    assert job.hosting_usd(stack.clock.now()) > 0
    await ask(RUN, "undeploy", stack.deps())
    await stack.run_out()
    assert await deployments.get_deployment("plansmith-0123456789") is None


async def test_an_evaluation_that_was_given_up_is_gone_on_with_and_not_taken_for_one_before_it() -> None:
    class Refusing:
        """A log that cannot be counted."""

        def __init__(self, log: Any) -> None:
            self.log = log

        def __getattr__(self, name: str) -> Any:
            return getattr(self.log, name)

        async def count(self, path: str) -> int:
            raise PermanentError("storage refuses", code="bad_request")

    stack = await evaluating()
    await evaluating_again(stack)
    await work(stack, Model(student=GOOD))
    await stack.clock.sleep(600)
    await advance_finetunes(stack.deps(log=Refusing(stack.log)))
    job = await stack.run_out()
    assert job.error is not None and job.error.code == "evaluation_failed" and job.is_deployed
    assert f"stays; `plansmith deploy {RUN}` measures it" in job.error.message
    await ask(RUN, "deploy", stack.deps())
    job = await stack.run_out()
    assert job.evaluation is not None
    assert (job.error, job.evaluation.attempt, job.evaluation.answered) == (None, 2, 10)


async def test_a_message_of_an_evaluation_before_fails_and_asks_nothing_in_the_one_after_it() -> None:
    stack = await evaluating()
    late = [body for queue, body, _ in stack.queue.sent if queue == names.EVALUATE][:2]
    await evaluating_again(stack)
    model = Model(student=GOOD)
    await record_poison(names.EVALUATE, orjson.dumps(late[0]), stack.deps())
    await evaluate_example(Evaluate.decode(orjson.dumps(late[1])), stack.deps(teacher=model))
    assert model.requests == []
    await work(stack, model)
    job = await stack.run_out()
    assert job.evaluation is not None and job.evaluation.answered == 10


async def test_an_app_that_stood_still_while_it_measured_measures_on() -> None:
    stack = await evaluating()
    await work(stack, Model(student=GOOD), most=4)
    await stack.tick(seconds=60)
    await stack.tick(seconds=3 * _DAY_S)
    assert (await stack.job()).state == State.EVALUATING
    assert await work(stack, Model(student=GOOD)) == 6
    await stack.run_out(seconds=60)
    (student,) = (await report(stack))["arms"]
    assert student["counts"]["answered"] == 10


async def test_an_evaluation_for_which_nothing_comes_any_more_is_reported_with_what_is_there() -> None:
    stack = await evaluating()
    await work(stack, Model(student=GOOD), most=4)
    for _ in range(60):
        await stack.tick(seconds=1800)
        stack.queue.take(names.EVALUATE)  # every message gets lost
    job = await stack.job()
    assert (job.state, job.evaluation and job.evaluation.seen) == (State.COMPLETE, 4)


async def test_lost_messages_are_sent_again_though_another_evaluation_keeps_the_queue_busy() -> None:
    stack = await evaluating()
    stack.queue.take(names.EVALUATE)
    other = Evaluate("other-0123456789", "student", 0, 0, arm="student")
    await stack.queue.send(other)
    for _ in range(7):
        await stack.tick(seconds=600)
    assert len(stack.queue.take(names.EVALUATE)) == 1 + 10


async def test_a_training_that_was_given_up_while_it_went_on_is_followed_on_and_not_paid_again() -> None:
    service = FailingFineTune({"get_job": [LOST]}, forever=True)
    stack = await started(stack=FineTuneStack(service=service))
    job = await stack.run_out(ticks=200)
    assert job.state == State.FAILED and job.error is not None
    assert "`plansmith resume hub-0123456789` follows it on" in job.error.message
    keeps = (await what_goes(RUN, stack.store)).keeps
    assert f"the job {job.job_id}, which may go on at the model service and be billed" in keeps
    service.errors.clear()
    await ask(RUN, "resume", stack.deps())
    job = await stack.run_out()
    assert (job.state, job.error, bool(job.fine_tuned_model)) == (State.COMPLETE, None, True)
    assert (len(service.created), service.files) == (1, {})
    assert stack.events() == ["plansmith.finetune.failed", "plansmith.finetune.succeeded"]


async def test_a_training_that_is_followed_on_and_given_up_again_is_told_again() -> None:
    service = FailingFineTune({"get_job": [LOST]}, forever=True)
    stack = await started(stack=FineTuneStack(service=service))
    await stack.run_out(ticks=200)
    await ask(RUN, "resume", stack.deps())
    assert (await stack.run_out(ticks=200)).state == State.FAILED
    assert stack.events() == ["plansmith.finetune.failed"] * 2


async def test_a_job_that_the_service_ended_is_not_followed_on() -> None:
    stack = await started(stack=FineTuneStack(service=MemoryFineTune(job_statuses=("pending", "failed"))))
    await stack.run_out()
    with pytest.raises(BadRequestError, match="the fine-tune is failed"):
        await ask(RUN, "resume", stack.deps())
