"""Work on one thing is done by one at a time, later ones hear of it, and each finds what it needs of its run."""

from __future__ import annotations

import asyncio

import pytest

from shared.adapters.memory.storage import MemoryClock, MemoryStorage
from shared.contracts.messages import GenerateRecord
from shared.errors import PermanentError
from shared.runs import paths
from shared.runs.at_work import AtWork
from shared.runs.store import Runs
from tests.builders.pipeline import Pipeline


def at_work() -> AtWork:
    return AtWork(Runs(MemoryStorage(), MemoryClock()))


async def test_the_second_waits_for_the_first_and_hears_of_it() -> None:
    gate = at_work()
    order: list[tuple[str, object]] = []

    async def work(name: str) -> None:
        async with gate.alone("key", 3) as before:
            order.append((name, before))
            await asyncio.sleep(0)
            order.append((name, "done"))

    await asyncio.gather(work("first"), work("second"))
    assert order == [("first", False), ("first", "done"), ("second", True), ("second", "done")]


async def test_different_things_do_not_wait_for_one_another() -> None:
    gate, both = at_work(), asyncio.Barrier(2)

    async def work(group: str, member: int) -> None:
        async with gate.alone(group, member):
            await both.wait()

    await asyncio.wait_for(asyncio.gather(work("a", 1), work("b", 1)), 5)
    await asyncio.wait_for(asyncio.gather(work("a", 2), work("a", 3)), 5)


async def test_a_failure_lets_the_next_one_in() -> None:
    gate = at_work()
    with pytest.raises(RuntimeError):
        async with gate.alone("key", 3):
            raise RuntimeError
    async with gate.alone("key", 3) as before:
        assert before


async def test_what_was_begun_is_remembered_for_a_million_records_in_little_memory() -> None:
    gate = at_work()
    for index in range(0, 1_000_000, 97):
        async with gate.alone(("run", index // 256), index % 256) as before:
            assert not before
    async with gate.alone(("run", 0), 0) as before:
        assert before
    assert not gate._working and not gate._waiting
    assert len(gate._begun) <= 1_000_000 // 256 + 1


async def test_who_works_on_an_index_is_given_what_it_needs_of_its_run() -> None:
    pipeline = Pipeline()
    run = await pipeline.start(samples=5)
    deps, message = pipeline.app.deps, GenerateRecord(run, 0, 3)
    async with deps.at_work.on(message) as work:
        assert (work.message, work.log, work.segment.indices) == (message, paths.log(run, 0), range(5))
        assert work.context is await deps.runs.context(run) and work.standing is deps.runs.standing(run)
        assert not work.is_repeated
    async with deps.at_work.on(message) as again:
        assert again.is_repeated and again.segment is work.segment
    for number in range(200):
        deps.runs.standing(f"other-{number:010x}")
    assert deps.runs.standing(run) is work.standing  # as long as the run's context is known


@pytest.mark.parametrize(
    ("message", "code"),
    [(GenerateRecord("shop-0123456789", 0, 5), "unknown_index"), (GenerateRecord("shop-0123456789", 1, 5), "unknown_segment"), (GenerateRecord("none-0123456789", 0, 0), "unknown_run")],
)  # fmt: skip
async def test_what_no_run_has_cannot_be_worked_on(message: GenerateRecord, code: str) -> None:
    pipeline = Pipeline()
    await pipeline.start(samples=5)
    with pytest.raises(PermanentError) as raised:
        async with pipeline.app.deps.at_work.on(message):
            pass
    assert raised.value.code == code
