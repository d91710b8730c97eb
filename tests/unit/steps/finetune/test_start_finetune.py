"""Opening a run's fine-tune job."""

from __future__ import annotations

import pytest

from shared import names
from shared.contracts.messages import FineTune
from shared.errors import BadRequestError
from shared.finetune.transitions import State
from shared.steps.finetune.start_finetune import start_finetune
from shared.steps.finetune.wishes import cancel_finetune
from tests.builders.finetune import RUN, FineTuneStack


async def test_a_message_opens_one_job_however_often_it_comes() -> None:
    stack = FineTuneStack()
    await stack.publish()
    await stack.start()
    first = await stack.job()
    await stack.clock.sleep(60)
    await stack.start(n_epochs=9)
    assert await stack.job() == first
    assert await stack.is_open()


async def test_a_message_may_replace_options_of_the_run() -> None:
    stack = FineTuneStack()
    await stack.publish(n_epochs=2, batch_size=4)
    await stack.start(n_epochs=5)
    job = await stack.job()
    assert (job.options["n_epochs"], job.options["batch_size"]) == (5, 4)


async def test_an_unknown_option_is_named_and_nothing_begins() -> None:
    stack = FineTuneStack()
    await stack.publish()
    with pytest.raises(BadRequestError, match=r"finetune\.epochs"):
        await stack.start(epochs=5)
    assert not await stack.is_open()


async def test_a_run_that_published_nothing_is_refused() -> None:
    stack = FineTuneStack()
    await stack.publish()
    await stack.store.delete(names.DATASETS, f"{RUN}/manifest.json")
    with pytest.raises(BadRequestError, match="published no dataset"):
        await stack.start()


@pytest.mark.parametrize("run", ["hub-9999999999", "../etc", ""])
async def test_a_run_that_is_none_is_refused(run: str) -> None:
    stack = FineTuneStack()
    with pytest.raises(BadRequestError):
        await start_finetune(FineTune(run), stack.deps())


async def test_too_few_examples_are_a_failed_job_at_once() -> None:
    stack = FineTuneStack()
    await stack.publish(train=3)
    await stack.start()
    job = await stack.job()
    assert (job.state, job.error.code if job.error else "") == (State.FAILED, "too_few_examples")


async def test_a_row_that_the_service_would_refuse_is_a_failed_job_that_names_it() -> None:
    stack = FineTuneStack()
    await stack.publish()
    blob = await stack.store.read(names.DATASETS, f"{RUN}/sft/train.jsonl")
    assert blob is not None
    lines = blob.data.splitlines(keepends=True)
    await stack.store.write(
        names.DATASETS, f"{RUN}/sft/train.jsonl", b"".join([*lines[:3], b"{}\n", *lines[3:]])
    )
    await stack.start()
    job = await stack.job()
    assert job.error is not None
    assert (job.state, job.error.code) == (State.FAILED, "bad_training_file")
    assert job.error.message.startswith("sft/train.jsonl, row 4: ")


async def test_a_mark_lost_to_a_crash_comes_back_with_the_message() -> None:
    stack = FineTuneStack()
    await stack.publish()
    await stack.start()
    await stack.store.delete(names.RUNS, f"_finetunes/{RUN}")
    await stack.start()
    assert await stack.is_open()


async def test_a_job_that_is_over_is_not_opened_again() -> None:
    stack = FineTuneStack()
    await stack.publish()
    await stack.start()
    await stack.run_out()
    await stack.start()
    assert not await stack.is_open()


async def test_there_is_nothing_to_cancel_without_a_job() -> None:
    assert not await cancel_finetune(RUN, FineTuneStack().deps())


async def test_a_job_that_has_ended_is_put_aside_whole_before_another_one_begins() -> None:
    stack = FineTuneStack()
    await stack.publish()
    await stack.start()
    first = await stack.run_out()
    assert first.state == State.COMPLETE
    again = FineTune(RUN, {"n_epochs": 5}, again=1)
    for _ in range(2):  # the queue may deliver it twice
        await start_finetune(again, stack.deps())
    second = await stack.job()
    assert (second.state, second.options["n_epochs"]) == (State.REQUESTED, 5)
    assert second.suffix != first.suffix
    kept = [info.path async for info in stack.store.list(names.RUNS, f"{RUN}/finetune/1/")]
    assert {path.rsplit("/", 1)[1] for path in kept} >= {"job.json", "events.jsonl", "metrics.csv"}
    published = [info.path async for info in stack.store.list(names.DATASETS, f"{RUN}/finetune/")]
    assert published
    assert all("/finetune/1/" in path for path in published)
    done = await stack.run_out()
    assert done.state == State.COMPLETE
    assert done.job_id not in ("", first.job_id)


async def test_a_message_without_again_leaves_an_ended_job_alone() -> None:
    stack = FineTuneStack()
    await stack.publish()
    await stack.start()
    ended = await stack.run_out()
    await stack.start(n_epochs=9)
    assert await stack.job() == ended
