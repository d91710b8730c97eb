"""Stored entries are found from any index on, and little of the file is read for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from shared import names
from shared.adapters.memory.storage import MemoryClock, MemoryLog, MemoryStorage
from shared.dataset.row_index import RowEntry
from shared.runs import paths
from shared.runs.rows import RunRows

RUN, COUNT = "shop-0123456789", 20_000


class Chunked:
    """A store that gives a blob in chunks of 64 KiB and counts them."""

    def __init__(self, store: MemoryStorage) -> None:
        self._store = store
        self.read = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def stream(self, container: str, path: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        async for whole in self._store.stream(container, path, offset=offset):
            for at in range(0, len(whole), 65_536):
                self.read += 1
                yield whole[at : at + 65_536]


async def _rows(*, growing: bool = False) -> tuple[RunRows, Chunked]:
    storage = MemoryStorage(MemoryClock())
    lines = [
        msgspec.json.encode(RowEntry(index=n, status="accepted", task="x" * (n // 20 if growing else n % 70)))
        for n in range(COUNT)
    ]
    await storage.write(names.RUNS, paths.rows(RUN), b"\n".join(lines) + b"\n")
    store = Chunked(storage)
    return RunRows(store, MemoryLog(storage)), store  # type: ignore[arg-type]


@pytest.mark.parametrize("growing", [False, True])
@pytest.mark.parametrize("first", [0, 1, 137, 9_999, COUNT - 1])
async def test_entries_begin_at_any_index(first: int, growing: bool) -> None:
    rows, _ = await _rows(growing=growing)
    found = [entry.index async for entry in rows.listed(paths.rows(RUN), first, planned=COUNT)]
    assert found == list(range(first, COUNT))


async def test_one_entry_is_found_without_reading_the_others() -> None:
    rows, store = await _rows()
    entry = await rows.entry(RUN, 15_000, COUNT)
    assert entry is not None and entry.index == 15_000
    assert store.read <= 6
    assert await rows.entry(RUN, COUNT + 5, COUNT) is None


async def test_lines_that_are_not_wanted_are_not_decoded() -> None:
    rows, _ = await _rows()
    seen: list[tuple[int, int]] = []

    def may_take(lowest: int, highest: int, lines: bytes) -> bool:
        seen.append((lowest, highest))
        assert lines.count(b"\n") == highest - lowest
        return any(index % 5_000 == 7 for index in range(lowest, highest + 1))

    found = rows.listed(paths.rows(RUN), may_take=may_take)
    assert [entry.index async for entry in found] == [7 + 5_000 * n for n in range(4)]
    assert len(seen) < COUNT / 4
