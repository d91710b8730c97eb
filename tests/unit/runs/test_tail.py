"""Reading a growing log: whole lines alone, each once, whoever else reads at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.adapters.memory.storage import MemoryLog, MemoryStorage
from shared.runs.tail import Tail, lines
from tests.builders.slow_log import SlowLog


@pytest.fixture
async def log() -> SlowLog:
    slow = SlowLog(MemoryLog(MemoryStorage()))
    await slow.create("r/log")
    return slow


async def test_looks_at_the_same_time_take_each_line_once(log: SlowLog) -> None:
    taken: list[int] = []
    tail = Tail("r/log", int, taken.append)
    for number in range(8):
        await log.append("r/log", b"%d\n" % number)
        await asyncio.gather(*(tail.read_on(log) for _ in range(number + 1)))
    assert taken == list(range(8))


async def test_a_look_that_began_earlier_and_ends_later_takes_nothing_twice(log: SlowLog) -> None:
    taken: list[int] = []
    tail = Tail("r/log", int, taken.append)
    await log.append("r/log", b"1\n")
    log.hold_next()
    late = asyncio.create_task(tail.read_on(log))
    await log.until_held()
    await log.append("r/log", b"2\n")
    await tail.read_on(log)
    log.let_go()
    await late
    assert taken == [1, 2]


async def test_a_line_counts_once_it_is_whole(log: SlowLog) -> None:
    taken: list[int] = []
    tail = Tail("r/log", int, taken.append)
    for part, expected in ((b"1", []), (b"2\n3", [12]), (b"4\n", [12, 34])):
        await log.append("r/log", part)
        await tail.read_on(log)
        assert taken == expected
    assert tail.offset == len(b"12\n34\n")


async def test_a_line_that_cannot_be_read_counts_as_if_it_were_not_there(log: SlowLog) -> None:
    taken: list[int] = []
    tail = Tail("r/log", int, taken.append)
    await log.append("r/log", b'1\n"two"\n\xff{\n\n3\n')
    await tail.read_on(log)
    assert taken == [1, 3]


async def test_a_look_at_no_log_takes_nothing(log: SlowLog) -> None:
    tail = Tail("r/none", int, lambda line: pytest.fail(f"took {line!r}"))
    await tail.read_on(log)
    assert tail.offset == 0


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize("text", [b"", b"a", b"a\n", b"a\n\nbc\n", b"ab\ncd"])
async def test_lines_do_not_depend_on_the_chunks(text: bytes, size: int) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(text), size):
            yield text[start : start + size]

    assert [line async for line in lines(chunks())] == text.splitlines(keepends=True)
