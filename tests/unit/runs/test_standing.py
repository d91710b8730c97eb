"""How a run stands in one process: who may ask, how many at once, in what way, and who hears of slow answers."""

from __future__ import annotations

import asyncio

import pytest

from shared import names
from shared.adapters.memory.storage import MemoryClock, MemoryStorage
from shared.ports.storage import Blob
from shared.runs import paths, standing
from shared.runs.standing import LOOK_S, MOST_REFUSALS, Standing
from shared.runs.store import Runs
from shared.runs.waits import read_waiting
from shared.teacher.ask_options import Way
from tests.builders.teachers import PlanningTeacher

RUN = "hub-0123456789"
ANYONE = PlanningTeacher()


@pytest.fixture
def runs() -> Runs:
    return Runs(MemoryStorage(), MemoryClock())


async def _ask(one: Standing, index: int, until: asyncio.Event, entered: list[int]) -> None:
    async with one.asking(ANYONE, "teacher", index) as turn:
        assert turn is not None
        entered.append(index)
        await until.wait()


async def _turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_before_the_first_answer_few_are_asked_for_at_once(runs: Runs) -> None:
    one, until, entered = runs.standing(RUN), asyncio.Event(), []
    async with asyncio.TaskGroup() as tasks:
        for index in range(MOST_REFUSALS + 3):
            tasks.create_task(_ask(one, index, until, entered))
        await _turns()
        assert len(entered) == MOST_REFUSALS
        await one.was_answered()
        await _turns()
        assert len(entered) == MOST_REFUSALS + 3
        until.set()


async def test_a_run_that_was_stopped_elsewhere_is_not_asked_for_once_that_may_be_known(runs: Runs) -> None:
    clock = runs.clock
    assert isinstance(clock, MemoryClock)
    one = runs.standing(RUN)
    assert await one.is_wanted()
    await Runs(runs.store, clock).standing(RUN).stop("cancelled", "by request")
    assert await one.is_wanted()
    await clock.sleep(LOOK_S + 0.1)
    async with one.asking(ANYONE, "teacher", 0) as turn:
        assert turn is None
    assert await one.stop_reason() == "cancelled"


async def test_a_stop_during_a_look_is_not_forgotten_for_what_that_look_still_saw() -> None:
    class Slow(MemoryStorage):
        reading, may_end = asyncio.Event(), asyncio.Event()

        async def read(self, container: str, path: str, *, max_bytes: int | None = None) -> Blob | None:
            found = await super().read(container, path, max_bytes=max_bytes)
            if path == paths.paused(RUN):
                self.reading.set()
                await self.may_end.wait()
            return found

    store = Slow()
    one = Runs(store, MemoryClock()).standing(RUN)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(one.is_wanted())
        await store.reading.wait()
        tasks.create_task(one.stop("budget", "used up"))
        await _turns()
        store.may_end.set()
    assert not await one.is_wanted()


async def test_a_pause_ends_and_what_it_was_for_is_gone(runs: Runs) -> None:
    one = runs.standing(RUN)
    assert await one.pause("unauthorized", "the key is wrong")
    assert not await one.pause("forbidden", "later")
    assert not await one.is_wanted() and await one.is_paused_now()
    await one.end_pause()
    assert await one.is_wanted() and not await one.is_paused_now()


async def test_what_one_process_learns_of_a_service_another_one_hears(runs: Runs) -> None:
    learned = await runs.standing(RUN).learn_way("teacher", Way(), "seed")
    assert learned == Way(without=frozenset({"seed"}))
    async with Runs(runs.store, runs.clock).standing(RUN).asking(ANYONE, "teacher", 0) as turn:
        assert turn is not None and turn.way == learned
    assert await runs.standing(RUN).learn_way("teacher", learned, "seed") is None


async def test_a_slow_answer_is_told_of_while_it_is_waited_for(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "SLOW_S", 0.01)
    one = runs.standing(RUN)
    async with asyncio.timeout(5), one.asking(ANYONE, "teacher", 7):
        while (waiting := await read_waiting(runs.store, RUN, runs.clock.now())) is None:
            await asyncio.sleep(0.001)
    assert (waiting["what"], waiting["indices"]) == ("answer", 1)
    assert not one._timers and not one._telling
    await runs.waits.over(RUN, 7)
    assert await runs.store.read(names.RUNS, paths.waiting(RUN)) is None


async def test_looks_at_other_runs_never_replace_the_standing_of_one_that_is_worked_on(runs: Runs) -> None:
    one = runs.standing(RUN)
    async with one.asking(ANYONE, "teacher", 0):
        for number in range(200):
            runs.standing(f"other-{number:010x}")
        assert runs.standing(RUN) is one
    assert len(runs._standings) <= 66
