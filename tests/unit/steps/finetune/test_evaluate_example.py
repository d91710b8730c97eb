"""Measuring a fine-tuned model on the validation rows."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import orjson
import pytest

from shared import names
from shared.contracts import schema
from shared.contracts.messages import Evaluate
from shared.dataset.outcome import Tokens
from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.runs.store import Runs
from shared.steps.finetune.evaluate_example import EvaluatePorts, Examples, evaluate_example
from tests.builders.finetune import CATALOG, PLAN, RUN, FineTuneStack

SETTINGS = FineTuneSettings(model_is_deployment=True)
STUDENT = "gpt-4.1-nano-2025-04-14.ft-0001-plansmith-23456789"


class Model:
    """Answers by deployment; an error instead of a text is raised."""

    def __init__(self, **answers: str | PlansmithError) -> None:
        self.answers = answers
        self.requests: list[TeacherRequest] = []

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        self.requests.append(request)
        answer = self.answers["baseline" if request.model == "base" else "student"]
        if isinstance(answer, PlansmithError):
            raise answer
        return TeacherReply(answer, "stop", tokens=Tokens(100, 0, 50), latency_ms=10)


GOOD = orjson.dumps(PLAN).decode()
WRONG_API = orjson.dumps({**PLAN, "steps": [{**PLAN["steps"][0], "api": "no_such_api"}]}).decode()


async def evaluating(**evaluate: Any) -> FineTuneStack:
    stack = FineTuneStack(settings=SETTINGS)
    await stack.publish(evaluate={"enabled": True, **evaluate})
    await stack.start()
    for _ in range(10):
        await stack.tick(seconds=600)
        if (await stack.job()).state == State.EVALUATING:
            break
    await stack.tick(seconds=600)
    return stack


def ports(stack: FineTuneStack, model: Model) -> EvaluatePorts:
    runs = Runs(stack.store, stack.clock)
    return EvaluatePorts(
        stack.store, runs, stack.log, stack.queue, model, stack.clock, Examples(stack.store), stack.settings
    )


async def work(stack: FineTuneStack, model: Model, *, most: int = 1000) -> int:
    """Deliver what is queued; returns how many messages that were."""
    bodies = stack.queue.take(names.EVALUATE)
    wired = ports(stack, model)
    for body in bodies[:most]:
        await evaluate_example(Evaluate.decode(orjson.dumps(body)), ports=wired)
    return len(bodies)


async def report(stack: FineTuneStack) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await stack.text(names.DATASETS, "evaluation.json"))
    jsonschema_rs.validate(schema("evaluation"), found)
    return found


def values(part: dict[str, Any]) -> dict[str, float]:
    return {name: metric["value"] for name, metric in part["metrics"].items()}


async def test_the_student_is_measured_beside_the_base_model() -> None:
    stack = await evaluating(baseline="base")
    assert await work(stack, Model(student=GOOD, baseline=f"Sure!\n```json\n{WRONG_API}\n```")) == 20
    job = await stack.run_out()
    found = await report(stack)
    student, baseline = found["deployments"]
    assert job.state == State.COMPLETE
    assert (student["deployment"], student["role"], baseline["role"]) == (STUDENT, "student", "baseline")
    assert set(values(student).values()) == {1.0}
    assert values(baseline) == {
        "valid_json": 1.0,
        "schema_valid": 1.0,
        "clean": 0.0,
        "exact_sequence": 0.0,
        "api_f1": 0.0,
        "argument_f1": 0.0,
    }
    assert baseline["reasons"] == {"unknown_api": 10}
    assert found["difference"]["clean"]["value"] == 1.0
    assert stack.events() == ["plansmith.finetune.succeeded", "plansmith.evaluation.completed"]


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
    (student,) = (await report(stack))["deployments"]
    assert student["counts"] == {"asked": 10, "answered": 10, "failed": 0}
    assert values(student)["clean"] == 0.0


async def test_an_example_delivered_twice_is_asked_once() -> None:
    stack, model = await evaluating(), Model(student=GOOD)
    queued = list(stack.queue.sent)
    await work(stack, model)
    stack.queue.sent = queued
    await work(stack, model)
    assert len(model.requests) == 10


async def test_a_throttle_sends_the_example_back() -> None:
    stack = await evaluating()
    await work(stack, Model(student=ThrottledError("busy", retry_after_s=40)), most=1)
    ((queue, body, delay_s),) = stack.queue.sent[-1:]
    assert (queue, delay_s, body["index"]) == (names.EVALUATE, 40, 0)


async def test_a_deployment_unknown_for_some_minutes_is_waited_for() -> None:
    stack = await evaluating(baseline="base")
    unknown = Model(student=ConfigurationError("x", code="deployment_not_found"), baseline=GOOD)
    job = await stack.job()
    assert job.evaluation is not None
    fresh = await evaluating()
    fresh.clock.time = stack.clock.time
    await work(fresh, unknown, most=1)
    assert [delay for queue, _, delay in fresh.queue.sent if queue == names.EVALUATE] == [30.0]
    await fresh.clock.sleep(3600)
    message = Evaluate(RUN, STUDENT, 0, 0)
    await evaluate_example(message, ports=ports(fresh, unknown))
    log = await fresh.log.read(f"{RUN}/evaluation/{STUDENT}/log/000000.jsonl")
    assert json.loads(log)["reason"] == "deployment_not_found"


async def test_an_answer_that_cannot_be_had_counts_as_nothing() -> None:
    stack = await evaluating()
    await work(stack, Model(student=PermanentError("filtered", code="content_filter")))
    await stack.run_out()
    (student,) = (await report(stack))["deployments"]
    assert (student["counts"]["failed"], values(student)["valid_json"]) == (10, 0.0)
    assert student["reasons"] == {"content_filter": 10}


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
    assert (await report(stack))["deployments"][0]["counts"]["asked"] == 4


async def test_a_message_of_an_evaluation_that_is_over_is_dropped() -> None:
    stack, model = await evaluating(), Model(student=GOOD)
    await work(stack, model)
    await stack.run_out()
    await evaluate_example(Evaluate(RUN, STUDENT, 0, 0), ports=ports(stack, model))
    assert len(model.requests) == 10


async def test_an_example_that_does_not_exist_is_refused() -> None:
    stack = await evaluating()
    with pytest.raises(PermanentError, match="no example 99"):
        await evaluate_example(Evaluate(RUN, STUDENT, 0, 99), ports=ports(stack, Model(student=GOOD)))


async def test_at_most_so_many_rows_are_measured() -> None:
    stack = FineTuneStack(settings=FineTuneSettings(model_is_deployment=True, max_evaluation_rows=4))
    await stack.publish(evaluate={"enabled": True})
    await stack.start()
    for _ in range(8):
        await stack.tick(seconds=600)
    assert await work(stack, Model(student=GOOD)) == 4
    kept = (await stack.text(names.RUNS, "evaluation/rows.jsonl")).splitlines()
    assert [json.loads(row)["messages"][1]["content"].rsplit(" ", 1)[1] for row in kept] == [
        "0",
        "2",
        "5",
        "7",
    ]


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


async def test_an_evaluation_without_validation_rows_says_so() -> None:
    stack = FineTuneStack(settings=SETTINGS)
    await stack.publish(validation=0, evaluate={"enabled": True})
    await stack.start()
    job = await stack.run_out()
    assert job.error is not None
    assert (job.state, job.error.code) == (State.COMPLETE, "evaluation_failed")


def test_the_reference_of_these_tests_is_a_clean_plan() -> None:
    from shared.plan.validate import PlanValidator

    assert PlanValidator(CATALOG).plan_errors(PLAN) == []
