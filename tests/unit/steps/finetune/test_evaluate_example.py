"""Measuring a fine-tuned model on the test rows, beside whatever else plans them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import jsonschema_rs
import orjson
import pytest

from shared import names
from shared.contracts import schema
from shared.contracts.messages import Evaluate
from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.steps.finetune.evaluate_example import evaluate_example
from shared.tokens import Tokens
from tests.builders.finetune import CATALOG, PLAN, RUN, FineTuneStack

SETTINGS = FineTuneSettings(model_is_deployment=True)
STUDENT = "gpt-4.1-nano-2025-04-14.ft-0001-plansmith-23456789"


class Model:
    """Answers by deployment; an error instead of a text is raised."""

    def __init__(self, **answers: str | PlansmithError) -> None:
        self.answers = answers
        self.requests: list[TeacherRequest] = []
        self.tokens = Tokens(100, 0, 50)

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        self.requests.append(request)
        await asyncio.sleep(0)
        with_catalog = "## APIs" in request.messages[0]["content"]
        arm = {"base": "base_with_catalog" if with_catalog else "baseline", "teacher": "teacher"}
        answer = self.answers[arm.get(request.model, "student")]
        if isinstance(answer, PlansmithError):
            raise answer
        return TeacherReply(answer, "stop", tokens=self.tokens, model=request.model, latency_ms=10)


GOOD = orjson.dumps(PLAN).decode()
WRONG_API = orjson.dumps({**PLAN, "steps": [{**PLAN["steps"][0], "api": "no_such_api"}]}).decode()


async def evaluating(stack: FineTuneStack | None = None, **evaluate: Any) -> FineTuneStack:
    """A stack whose evaluation has begun; the student's arm alone unless others are asked for."""
    stack = stack or FineTuneStack(settings=SETTINGS)
    await stack.publish(evaluate={"enabled": True, "arms": ["student"], **evaluate})
    await stack.start()
    for _ in range(10):
        await stack.tick(seconds=600)
        if (await stack.job()).state == State.EVALUATING:
            break
    await stack.tick(seconds=600)
    return stack


async def work(stack: FineTuneStack, model: Model, *, most: int = 1000) -> int:
    """Deliver what is queued; returns how many messages that were."""
    bodies = stack.queue.take(names.EVALUATE)
    deps = stack.deps(teacher=model)
    for body in bodies[:most]:
        await evaluate_example(Evaluate.decode(orjson.dumps(body)), deps)
    return len(bodies)


async def report(stack: FineTuneStack) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await stack.text(names.DATASETS, "evaluation.json"))
    jsonschema_rs.validate(schema("evaluation"), found)
    return found


def values(part: dict[str, Any]) -> dict[str, float]:
    return {name: metric["value"] for name, metric in part["metrics"].items()}


ALL = ["student", "base", "base_with_catalog", "teacher_with_catalog"]


async def test_every_arm_plans_every_test_task() -> None:
    stack = await evaluating(baseline="base", arms=ALL)
    model = Model(
        student=GOOD,
        baseline="I cannot.",
        base_with_catalog=f"Sure!\n```json\n{WRONG_API}\n```",
        teacher=GOOD,
    )
    assert await work(stack, model) == 40
    job = await stack.run_out()
    found = await report(stack)
    arms = {part["arm"]: part for part in found["arms"]}
    assert job.state == State.COMPLETE
    assert list(arms) == ALL
    assert (arms["student"]["deployment"], arms["teacher_with_catalog"]["deployment"]) == (STUDENT, "teacher")
    assert {value for value in values(arms["student"]).values() if value is not None} == {1.0}
    assert values(arms["base"])["valid_json"] == 0.0
    wrong = values(arms["base_with_catalog"])
    assert (wrong["shape"], wrong["executable"], wrong["api_f1"], wrong["exact_plan"]) == (1.0, 0.0, 0.0, 0.0)
    assert arms["base_with_catalog"]["faults"] == {"unknown_api": 10}
    against = {pair["against"]: pair for pair in found["comparisons"]}
    assert against["base"]["shape_only"]["verdict"] == "better"
    assert against["base"]["planning"]["n"] == 0
    assert against["base_with_catalog"]["metrics"]["exact_plan"]["value"] == 1.0
    assert against["teacher_with_catalog"]["metrics"]["exact_plan"]["verdict"] == "cannot_tell"
    assert "cannot be told apart from teacher with the catalog" in found["verdict"]
    assert stack.events() == ["plansmith.finetune.succeeded", "plansmith.evaluation.completed"]
    lines = (await stack.text(names.DATASETS, "evaluation/tasks.jsonl")).splitlines()
    assert [list(json.loads(line)["arms"]) for line in lines] == [ALL] * 10


async def test_an_arm_with_the_catalog_is_told_rules_catalog_and_task_and_the_others_the_task_alone() -> None:
    stack, model = (
        await evaluating(baseline="base", arms=ALL),
        Model(student=GOOD, baseline=GOOD, base_with_catalog=GOOD, teacher=GOOD),
    )
    await work(stack, model)
    for request in model.requests:
        system, user = (turn["content"] for turn in request.messages)
        if user.startswith("## Task"):
            assert '"api":"get_order"' in system.replace(" ", "")
            assert "order sft/test.jsonl" in user
        else:
            assert "get_order" not in system + user
    assert sum(request.messages[1]["content"].startswith("## Task") for request in model.requests) == 20


async def test_arms_that_cannot_be_had_are_said_and_the_others_measured() -> None:
    stack = await evaluating(arms=ALL)
    assert await work(stack, Model(student=GOOD, teacher=GOOD)) == 20
    await stack.run_out()
    found = await report(stack)
    assert [part["arm"] for part in found["arms"]] == ["student", "teacher_with_catalog"]
    assert [(entry["arm"], "finetune.evaluate.baseline" in entry["why"]) for entry in found["missing"]] == [
        ("base", True),
        ("base_with_catalog", True),
    ]


async def test_an_evaluation_that_has_used_up_its_budget_ends_with_what_is_there() -> None:
    stack = FineTuneStack(settings=SETTINGS)
    await stack.publish(max_cost_usd=0.05, evaluate={"enabled": True, "arms": ["student"]})
    await stack.start()
    for _ in range(11):
        await stack.tick(seconds=600)
    dear = Model(student=GOOD)
    dear.tokens = Tokens(100_000, 0, 10_000)
    await work(stack, dear, most=4)
    job = await stack.run_out(ticks=3, seconds=20)
    assert job.state == State.COMPLETE
    assert job.warnings[-1].code == "budget"
    assert "of the $0.05 of finetune.max_cost_usd are spent" in job.warnings[-1].message
    assert (await report(stack))["arms"][0]["counts"]["asked"] == 4


async def test_the_model_is_asked_without_the_answer() -> None:
    stack, model = await evaluating(), Model(student=GOOD)
    await work(stack, model, most=1)
    (request,) = model.requests
    assert [turn["role"] for turn in request.messages] == ["system", "user"]
    assert request.model == STUDENT


@pytest.mark.parametrize(
    "answer", ["no plan today", "", "[1, 2]", '{"steps": "none"}', '{"steps": [{"api": "get_order"}]}']
)
async def test_any_answer_gives_scores(answer: str) -> None:
    stack = await evaluating()
    await work(stack, Model(student=answer))
    await stack.run_out()
    (student,) = (await report(stack))["arms"]
    assert student["counts"] == {"asked": 10, "answered": 10, "failed": 0}
    assert values(student)["executable"] == 0.0


async def test_an_example_delivered_twice_is_asked_once() -> None:
    stack, model = await evaluating(), Model(student=GOOD)
    queued = list(stack.queue.sent)
    await work(stack, model)
    stack.queue.sent = queued
    await work(stack, model)
    assert len(model.requests) == 10


async def test_an_example_delivered_while_it_is_asked_is_asked_once() -> None:
    stack, model = await evaluating(), Model(student=GOOD)
    deps = stack.deps(teacher=model)
    message = Evaluate.decode(orjson.dumps(stack.queue.take(names.EVALUATE)[0]))
    await asyncio.gather(*(evaluate_example(message, deps) for _ in range(3)))
    assert len(model.requests) == 1


async def test_a_throttle_sends_the_example_back() -> None:
    stack = await evaluating()
    await work(stack, Model(student=ThrottledError("busy", retry_after_s=40)), most=1)
    ((queue, body, delay_s),) = stack.queue.sent[-1:]
    assert (queue, delay_s, body["index"]) == (names.EVALUATE, 40, 0)


async def test_a_deployment_unknown_for_some_minutes_is_waited_for() -> None:
    stack = await evaluating()
    unknown = Model(student=ConfigurationError("x", code="deployment_not_found"), baseline=GOOD)
    job = await stack.job()
    assert job.evaluation is not None
    fresh = await evaluating()
    fresh.clock.time = stack.clock.time
    await work(fresh, unknown, most=1)
    assert [delay for queue, _, delay in fresh.queue.sent if queue == names.EVALUATE] == [30.0]
    await fresh.clock.sleep(3600)
    message = Evaluate(RUN, STUDENT, 0, 0, "student")
    await evaluate_example(message, fresh.deps(teacher=unknown))
    log = await fresh.log.read(f"{RUN}/evaluation/student/log/000000.jsonl")
    assert json.loads(log)["reason"] == "deployment_not_found"


async def test_an_answer_that_cannot_be_had_counts_as_nothing() -> None:
    stack = await evaluating()
    await work(stack, Model(student=PermanentError("filtered", code="content_filter")))
    await stack.run_out()
    (student,) = (await report(stack))["arms"]
    assert (student["counts"]["failed"], values(student)["valid_json"]) == (10, 0.0)
    assert student["faults"] == {"content_filter": 10}


async def test_messages_that_got_lost_are_sent_again() -> None:
    stack = await evaluating()
    await work(stack, Model(student=GOOD), most=4)
    await stack.tick(seconds=20)
    assert await stack.queue.depth(names.EVALUATE) == 0
    await stack.tick(seconds=2000)
    assert await work(stack, Model(student=GOOD)) == 6
    assert (await stack.run_out()).state == State.COMPLETE


async def test_an_evaluation_that_never_ends_is_reported_with_what_is_there() -> None:
    stack = await evaluating()
    await work(stack, Model(student=GOOD), most=4)
    job = await stack.run_out(ticks=200, seconds=1200)
    assert job.state == State.COMPLETE
    assert (await report(stack))["arms"][0]["counts"]["asked"] == 4


async def test_a_message_of_an_evaluation_that_is_over_is_dropped() -> None:
    stack, model = await evaluating(), Model(student=GOOD)
    await work(stack, model)
    await stack.run_out()
    await evaluate_example(Evaluate(RUN, STUDENT, 0, 0, "student"), stack.deps(teacher=model))
    assert len(model.requests) == 10


async def test_an_example_that_does_not_exist_is_refused() -> None:
    stack = await evaluating()
    with pytest.raises(PermanentError, match="no example 99"):
        await evaluate_example(
            Evaluate(RUN, STUDENT, 0, 99, "student"), stack.deps(teacher=Model(student=GOOD))
        )


async def test_at_most_so_many_rows_are_measured() -> None:
    stack = FineTuneStack(settings=FineTuneSettings(model_is_deployment=True, max_evaluation_rows=4))
    await stack.publish(evaluate={"enabled": True, "arms": ["student"]})
    await stack.start()
    for _ in range(8):
        await stack.tick(seconds=600)
    assert await work(stack, Model(student=GOOD)) == 4
    kept = (await stack.text(names.RUNS, "evaluation/test-tasks.jsonl")).splitlines()
    assert [json.loads(row)["task"].rsplit(" ", 1)[1] for row in kept] == ["0", "2", "5", "7"]


async def test_an_evaluation_without_a_deployment_says_what_to_set() -> None:
    stack = FineTuneStack()
    await stack.publish(evaluate={"enabled": True})
    await stack.start()
    job = await stack.run_out()
    assert job.error is not None
    assert (job.state, job.error.code, "finetune.deploy.enabled" in job.error.message) == (
        State.COMPLETE,
        "evaluation_failed",
        True,
    )


async def test_an_evaluation_without_test_rows_says_so() -> None:
    stack = FineTuneStack(settings=SETTINGS)
    await stack.publish(test=0, evaluate={"enabled": True})
    await stack.start()
    job = await stack.run_out()
    assert job.error is not None
    assert (job.state, job.error.code) == (State.COMPLETE, "evaluation_failed")


def test_the_reference_of_these_tests_is_a_clean_plan() -> None:
    from shared.plan.validate import PlanValidator

    assert PlanValidator(CATALOG).plan_errors(PLAN) == []


async def test_an_evaluation_that_an_older_version_began_is_opened_anew_on_what_it_had() -> None:
    stack = await evaluating()
    blob = await stack.store.read(names.RUNS, f"{RUN}/finetune/job.json")
    assert blob is not None
    old = json.loads(blob.data)
    old["evaluation"] = {"deployments": [STUDENT], "rows": [10], "seen": 3, "seen_at": old["state_since"]}
    await stack.store.write(names.RUNS, f"{RUN}/finetune/job.json", orjson.dumps(old))
    manifest = {"files": [{"path": "sft/validation.jsonl", "rows": 10}]}
    await stack.store.write(names.DATASETS, f"{RUN}/manifest.json", orjson.dumps(manifest))
    stack.queue.take(names.EVALUATE)
    model = Model(student=GOOD)
    await evaluate_example(Evaluate(RUN, STUDENT, 0, 0), stack.deps(teacher=model))
    assert model.requests == []
    for _ in range(3):
        await stack.tick(seconds=20)
    assert await work(stack, model) == 10
    await stack.run_out()
    found = await report(stack)
    assert (found["split"], found["tasks"]) == ("validation", 10)
    assert "On 10 validation tasks" in found["verdict"]
