"""Whoever follows a job may be killed between any two side effects, again and again: each is had once, and the run ends."""

from __future__ import annotations

from random import Random

import orjson
import pytest

from shared import names
from shared.adapters.memory.finetune import MemoryDeployments, MemoryFineTune
from shared.contracts.messages import Evaluate
from shared.finetune.transitions import State
from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.steps.finetune.evaluate_example import evaluate_example
from shared.tokens import Tokens
from tests.builders.finetune import PLAN, CrashError, CrashPlan, FineTuneStack
from tests.builders.lengths import cases

ARMS = ("student", "teacher_with_catalog")


class Model:
    """Plans every task."""

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        return TeacherReply(orjson.dumps(PLAN).decode(), "stop", tokens=Tokens(100, 0, 50))


async def work(stack: FineTuneStack, crash: CrashPlan, rng: Random) -> None:
    """Deliver what is queued; a message whose process dies comes back, and some come twice."""
    for body in stack.queue.take(names.EVALUATE):
        message = Evaluate.decode(orjson.dumps(body))
        try:
            for _ in range(1 + (rng.random() < 0.1)):
                await evaluate_example(message, stack.deps(crash, teacher=Model()))
        except CrashError:
            await stack.queue.send(message)


@pytest.mark.parametrize("seed", range(cases(20, 500)))
async def test_each_file_job_and_deployment_is_had_once_and_the_run_ends(seed: int) -> None:
    rng = Random(seed)
    stack = FineTuneStack(service=MemoryFineTune(), deployments=MemoryDeployments())
    await stack.publish(
        test=3,
        deploy={"enabled": True, "remove_after_evaluation": bool(seed % 2)},
        evaluate={"enabled": True, "arms": list(ARMS)},
    )
    await stack.start()
    deaths = 0
    for _ in range(400):
        dies = rng.random() < 0.9
        crash = CrashPlan(rng.randrange(12), rng.random() < 0.5) if dies else CrashPlan()
        try:
            await stack.tick(crash, seconds=600)
        except (CrashError, BaseExceptionGroup):
            deaths += 1
        await work(stack, crash, rng)
        if not await stack.is_open():
            break
    job = await stack.job()
    assert deaths > 0
    assert (job.state, job.error) == (State.COMPLETE, None)
    assert (len(stack.service.created), stack.service.uploads, stack.service.files) == (1, 2, {})
    assert stack.deployments is not None
    assert len({request.name for request in stack.deployments.requests}) == 1
    assert job.is_deployed == (seed % 2 == 0)
    found = orjson.loads(await stack.text(names.DATASETS, "evaluation.json"))
    assert [(part["arm"], part["counts"]["answered"]) for part in found["arms"]] == [(arm, 3) for arm in ARMS]
    assert set(stack.events()) == {"plansmith.finetune.succeeded", "plansmith.evaluation.completed"}
