"""Work on one thing is done by one at a time, and later ones hear of it."""

from __future__ import annotations

import asyncio

import pytest

from shared.steps.one_at_a_time import OneAtATime


async def test_the_second_waits_for_the_first_and_hears_of_it() -> None:
    gate, order = OneAtATime(), []

    async def work(name: str) -> None:
        async with gate.entered("key") as before:
            order.append((name, before))
            await asyncio.sleep(0)
            order.append((name, "done"))

    await asyncio.gather(work("first"), work("second"))
    assert order == [("first", False), ("first", "done"), ("second", True), ("second", "done")]


async def test_different_things_do_not_wait_for_one_another() -> None:
    gate, both = OneAtATime(), asyncio.Barrier(2)

    async def work(key: str) -> None:
        async with gate.entered(key):
            await both.wait()

    await asyncio.wait_for(asyncio.gather(work("a"), work("b")), 5)


async def test_a_failure_lets_the_next_one_in() -> None:
    gate = OneAtATime()
    with pytest.raises(RuntimeError):
        async with gate.entered("key"):
            raise RuntimeError
    async with gate.entered("key") as before:
        assert before
