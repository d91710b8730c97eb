"""A tuned deployment costs by the hour: removed as asked, told apart when the service removed it, made again."""

from __future__ import annotations

from typing import Any

import pytest

from shared import names
from shared.adapters.memory.finetune import MemoryDeployments, MemoryFineTune
from shared.errors import BadRequestError, ConfigurationError, PermanentError
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.steps.finetune.trying import try_plan
from shared.steps.finetune.wishes import ask
from shared.tokens import Tokens
from tests.builders.finetune import PLAN, RUN, FineTuneStack
from tests.unit.steps.finetune.test_evaluate_example import GOOD, report, work
from tests.unit.steps.finetune.test_evaluate_example import Model as Answers


async def deployed(**deploy: Any) -> FineTuneStack:
    stack = FineTuneStack(deployments=MemoryDeployments())
    await stack.publish(model="gpt-4.1-mini", deploy={"enabled": True, **deploy})
    await stack.start()
    await stack.run_out()
    return stack


class Model:
    """Answers with a text, or raises an error."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer
        self.requests: list[TeacherRequest] = []

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return TeacherReply(
            self.answer, "stop", tokens=Tokens(100, 0, 50), model="gpt-4.1-mini", latency_ms=7
        )


async def tried(
    stack: FineTuneStack, model: Model, task: str = "show me order A-1", arm: str = "student"
) -> Any:
    return await try_plan(RUN, task, arm, stack.deps(teacher=model))


async def refused(stack: FineTuneStack, model: Model, **asked: Any) -> BadRequestError:
    with pytest.raises(BadRequestError) as caught:
        await tried(stack, model, **asked)
    return caught.value


async def test_a_deployment_knows_what_it_costs_by_the_hour() -> None:
    stack = await deployed()
    job = await stack.job()
    assert job.deployment is not None and job.deployment.usd_per_hour == 1.7
    await stack.clock.sleep(7200)
    assert job.hosting_usd(stack.clock.now()) >= 3.4


async def test_a_deployment_is_removed_when_everything_is_over_if_that_is_asked() -> None:
    stack = await deployed(remove_after_evaluation=True)
    job = await stack.job()
    assert job.deployment is not None and job.deployment.removed_at
    assert stack.deployments is not None
    assert await stack.deployments.get_deployment(job.deployment.name) is None
    cost = job.hosting_usd(stack.clock.now())
    await stack.clock.sleep(7200)
    assert job.hosting_usd(stack.clock.now()) == cost


async def test_a_model_that_is_served_by_its_name_stays_to_be_tried() -> None:
    stack = FineTuneStack(settings=FineTuneSettings(model_is_deployment=True))
    await stack.publish(model="gpt-4.1-mini", deploy={"enabled": True, "remove_after_evaluation": True})
    await stack.start()
    assert (await stack.run_out()).is_deployed
    assert (await tried(stack, Model("{}")))["plan"] is not None


async def test_a_deployment_is_removed_and_made_again_on_request() -> None:
    stack = await deployed()
    await ask(RUN, "undeploy", stack.deps())
    job = await stack.run_out()
    assert job.deployment is not None and job.deployment.state == "Removed" and job.wanted == ""
    error = await refused(stack, Model("{}"))
    assert error.code == "not_deployed"
    assert "was removed as asked" in error.message
    assert f"`plansmith deploy {RUN}` makes it again" in error.message
    await ask(RUN, "deploy", stack.deps())
    job = await stack.run_out()
    assert (job.state, job.is_deployed, job.wanted) == (State.COMPLETE, True, "")


async def test_one_that_was_never_made_is_told_apart_and_can_be_made() -> None:
    stack = FineTuneStack(deployments=MemoryDeployments())
    await stack.publish(model="gpt-4.1-mini")
    await stack.start()
    await stack.run_out()
    assert "was never deployed" in (await refused(stack, Model("{}"))).message
    await ask(RUN, "deploy", stack.deps())
    assert (await stack.run_out()).is_deployed


async def test_one_that_the_service_has_deleted_is_told_apart_and_kept_as_gone() -> None:
    stack = await deployed()
    gone = Model(ConfigurationError("The API deployment does not exist.", code="deployment_not_found"))
    error = await refused(stack, gone)
    assert error.code == "deployment_gone"
    assert "deletes one that was not called for 15 days, and a Developer one after 24 hours" in error.message
    job = await stack.job()
    assert job.deployment is not None and job.deployment.gone_at and not job.is_deployed
    await ask(RUN, "deploy", stack.deps())
    job = await stack.run_out()
    assert job.is_deployed and job.deployment is not None and job.deployment.gone_at == ""


async def test_a_developer_deployment_says_that_it_lasts_a_day() -> None:
    stack = await deployed(sku="DeveloperTier")
    told = {warning.code: warning.message for warning in (await stack.job()).warnings}
    assert "removes a Developer deployment 24 hours after it was made" in told["developer_tier"]


async def test_no_quota_leaves_the_model_and_says_what_can_be_done() -> None:
    class Full(MemoryDeployments):
        async def put_deployment(self, request: Any) -> Any:
            raise PermanentError("This operation require 50 new capacity in quota", code="InsufficientQuota")

    stack = FineTuneStack(deployments=Full())
    await stack.publish(model="gpt-4.1-mini", deploy={"enabled": True}, evaluate={"enabled": True})
    await stack.start()
    job = await stack.run_out()
    assert (job.state, job.error.code) == (State.COMPLETE, "deployment_failed")
    assert "no quota left for the deployment: lower finetune.deploy.capacity" in job.error.message
    assert job.fine_tuned_model


async def test_a_model_that_is_deployed_later_is_measured_then_and_all_is_told_anew() -> None:
    class FullAtFirst(MemoryDeployments):
        is_full = True

        async def put_deployment(self, request: Any) -> Any:
            if self.is_full:
                raise PermanentError("No capacity in quota", code="InsufficientQuota")
            return await super().put_deployment(request)

    deployments = FullAtFirst()
    stack = FineTuneStack(deployments=deployments)
    await stack.publish(
        model="gpt-4.1-mini",
        deploy={"enabled": True, "remove_after_evaluation": True},
        evaluate={"enabled": True, "arms": ["student"]},
    )
    await stack.start()
    job = await stack.run_out()
    assert (
        job.error
        and f"`plansmith deploy {RUN}` deploys it later, and then it is measured" in job.error.message
    )
    deployments.is_full = False
    await ask(RUN, "deploy", stack.deps())
    while (await stack.job()).state != State.EVALUATING:
        await stack.tick(seconds=600)
    await stack.tick(seconds=600)
    await work(stack, Answers(student=GOOD))
    job = await stack.run_out()
    assert (job.state, job.error) == (State.COMPLETE, None)
    assert job.deployment is not None and job.deployment.removed_at
    assert "exact" in (await report(stack))["verdict"]
    assert "On 10 unseen tasks" in await stack.text(names.DATASETS, "report.html")


async def test_what_cannot_be_asked_is_refused_with_the_reason() -> None:
    stack = await deployed()
    for wish, reason in (
        ("deploy", "is deployed"),
        ("pause", "only a running one"),
        ("resume", "only a paused"),
    ):
        with pytest.raises(BadRequestError, match=reason):
            await ask(RUN, wish, stack.deps())
    with pytest.raises(BadRequestError, match="no fine-tune job"):
        await ask("hub-9999999999", "deploy", stack.deps())


async def test_a_running_job_is_paused_and_goes_on() -> None:
    stack = FineTuneStack(service=MemoryFineTune(("processed",), ("running",) * 9 + ("succeeded",)))
    await stack.publish()
    await stack.start()
    for _ in range(12):
        await stack.tick(seconds=600)
        if (await stack.job()).status == "running":
            break
    await ask(RUN, "pause", stack.deps())
    for _ in range(3):
        await stack.tick(seconds=600)
    assert (await stack.job()).status == "paused"
    await ask(RUN, "resume", stack.deps())
    assert (await stack.run_out()).state == State.COMPLETE


async def test_a_tried_task_comes_back_with_plan_dry_run_tokens_and_price() -> None:
    stack = await deployed()
    import orjson

    model = Model(orjson.dumps(PLAN).decode())
    answer = await tried(stack, model)
    assert (answer["valid"], answer["findings"]) == (True, [])
    assert answer["dry_run"] == [{"step": 1, "api": "get_order", "arguments": {"id": "A-1"}, "problem": ""}]
    assert answer["tokens"] == {"prompt": 100, "cached": 0, "completion": 50}
    assert answer["usd"] == pytest.approx((100 * 0.4 + 50 * 1.6) / 1e6)
    assert model.requests[0].messages[1]["content"].endswith("\n\nInput: show me order A-1")


async def test_a_plan_that_is_wrong_says_where() -> None:
    stack = await deployed()
    answer = await tried(stack, Model('{"steps": [{"api": "get_ordr", "arguments": {"id": "A-1"}}]}'))
    assert not answer["valid"]
    assert answer["findings"][0]["code"] == "unknown_api"
    assert "cannot be called" in answer["dry_run"][0]["problem"]
    assert (await tried(stack, Model("I cannot.")))["plan"] is None


async def test_a_call_that_the_api_would_refuse_does_not_run_in_the_dry_run() -> None:
    stack = await deployed()
    answer = await tried(stack, Model('{"steps": [{"api": "get_order", "arguments": {}}]}'))
    assert answer["findings"][0]["code"] == "missing_argument"
    assert answer["dry_run"][0]["problem"] == "would be refused: 'get_order' needs 'id' (string)"


async def test_a_value_that_nobody_named_is_a_warning_and_refuses_nothing() -> None:
    stack = await deployed()
    answer = await tried(stack, Model('{"steps": [{"api": "get_order", "arguments": {"id": "Z-999"}}]}'))
    assert (answer["valid"], answer["findings"]) == (True, [])
    (warning,) = answer["warnings"]
    assert (warning["code"], warning["severity"], warning["step"]) == ("ungrounded_value", "warning", 1)
    assert '"Z-999" comes from nowhere' in warning["message"]


async def test_a_task_is_tried_with_the_catalog_too() -> None:
    stack = await deployed()
    model = Model("{}")
    answer = await tried(stack, model, arm="teacher_with_catalog")
    assert answer["deployment"] == "teacher"
    assert "get_order" in model.requests[0].messages[0]["content"]
    error = await refused(stack, model, arm="base")
    assert "finetune.evaluate.baseline" in error.message


async def test_odd_tasks_and_arms_are_refused() -> None:
    stack = await deployed()
    assert (await refused(stack, Model("{}"), task="  ")).code == "bad_task"
    assert (await refused(stack, Model("{}"), arm="oracle")).code == "bad_arm"


async def test_without_a_student_other_arms_are_offered() -> None:
    stack = FineTuneStack(settings=FineTuneSettings(model_is_deployment=True))
    await stack.publish()
    error = await refused(stack, Model("{}"))
    assert (
        "it has no fine-tune; --arm base_with_catalog|teacher_with_catalog asks another model"
        in error.message
    )
