"""A call about a job brings its next look forward, once, and decides nothing."""

from __future__ import annotations

from datetime import timedelta

import orjson

from shared import names
from shared.adapters.memory.finetune import MemoryFineTune
from shared.contracts.messages import FineTune
from shared.finetune.transitions import State
from shared.finetune.webhook import Event
from shared.runs import paths
from shared.steps.finetune.hearing import hear
from shared.steps.finetune.start_finetune import start_finetune
from tests.builders.finetune import RUN, FineTuneStack, started

TRAINING = ("running",) * 3 + ("succeeded",)


async def _training(statuses: tuple[str, ...] = TRAINING) -> FineTuneStack:
    stack = await started(stack=FineTuneStack(service=MemoryFineTune(job_statuses=statuses)))
    while (await stack.job()).state != State.RUNNING or not (await stack.job()).next_check_at:
        await stack.tick(seconds=20)
    return stack


async def _deliver(stack: FineTuneStack) -> None:
    for body in stack.queue.take(names.FINE_TUNE):
        await start_finetune(FineTune.decode(orjson.dumps(body)), stack.deps())


async def test_the_job_is_looked_at_at_once_and_the_service_is_believed() -> None:
    stack = await _training()
    before = await stack.job()
    for number in range(len(TRAINING)):
        if (await stack.job()).state != State.RUNNING:
            break
        assert await hear(Event(f"evt_{number}", before.job_id), stack.deps()) == "nudged"
        await _deliver(stack)  # no time has passed
    assert (await stack.job()).state == State.COMPLETE


async def test_a_call_that_says_succeeded_ends_no_job_that_runs() -> None:
    stack = await _training(("running",))
    assert await hear(Event("evt_1", (await stack.job()).job_id), stack.deps()) == "nudged"
    await _deliver(stack)
    assert (await stack.job()).state == State.RUNNING


async def test_a_call_is_acted_on_once_whichever_instance_hears_it() -> None:
    stack = await _training()
    event = Event("evt_1", (await stack.job()).job_id)
    assert [await hear(event, stack.deps()) for _ in range(3)] == ["nudged", "known", "known"]
    assert len(stack.queue.take(names.FINE_TUNE)) == 1


async def test_jobs_of_others_and_jobs_that_have_ended_are_left_alone() -> None:
    stack = await _training()
    assert await hear(Event("evt_1", "ftjob-of-others"), stack.deps()) == "not_ours"
    assert await hear(Event("evt_2", ""), stack.deps()) == "not_ours"
    ended = await stack.run_out()
    assert await hear(Event("evt_3", ended.job_id), stack.deps()) == "not_ours"
    assert stack.queue.take(names.FINE_TUNE) == []


async def test_what_is_remembered_is_forgotten_when_its_time_would_be_refused() -> None:
    stack = await _training()
    for number in range(5):
        await hear(Event(f"evt_{number}", "ftjob-of-others"), stack.deps())
        await stack.clock.sleep(timedelta(minutes=6).total_seconds())
    kept = [info async for info in stack.store.list(names.RUNS, paths.WEBHOOKS)]
    assert 1 <= len(kept) <= 3


async def test_a_nudge_opens_no_job() -> None:
    stack = FineTuneStack()
    await stack.publish()
    await start_finetune(FineTune(RUN, nudge=True), stack.deps())
    assert await stack.store.read(names.RUNS, paths.job(RUN)) is None
