"""A compact multimap from 64-bit keys to small positions: 6 bytes a slot instead of a dict's hundred."""

from __future__ import annotations

from array import array
from collections.abc import Collection

LOAD = 0.7
"""Share of slots in use before another table is begun; linear probing stays short below it."""

MAX_PER_KEY = 32
"""Positions kept for one key: what bounds the work of a lookup when many records share a key."""


class _Table:
    __slots__ = ("capacity", "free", "positions", "tags")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.free = int(capacity * LOAD)
        self.positions = array("I", [0]) * capacity
        self.tags = array("H", [0]) * capacity


class PositionIndex:
    """Positions by key, open addressing in plain arrays.

    A key is told apart by its slot and a 16-bit tag, so `gather` may return a few strangers: the caller
    verifies what it gets. Tables are never resized: a full one is followed by one twice as big.

    Args:
        expected: entries the first table has room for; more only cost a second look.
    """

    def __init__(self, expected: int = 4096) -> None:
        self._tables = [_Table(max(64, int(expected / LOAD) + 1))]

    def gather(self, keys: Collection[int]) -> set[int]:
        """Positions added under any of `keys`, rarely with strangers among them."""
        found: set[int] = set()
        for table in self._tables:
            positions, tags, capacity = table.positions, table.tags, table.capacity
            for key in keys:
                key &= 0xFFFFFFFFFFFFFFFF
                slot, tag = key % capacity, key >> 48
                while position := positions[slot]:
                    if tags[slot] == tag:
                        found.add(position - 1)
                    slot += 1
                    if slot == capacity:
                        slot = 0
        return found

    def add(self, keys: Collection[int], position: int) -> None:
        """Remember `position` (below 2**32 - 1) under each key, unless the key has 32 already in the last table."""
        if self._tables[-1].free < len(keys):
            self._tables.append(_Table(self._tables[-1].capacity * 2))
        table = self._tables[-1]
        positions, tags, capacity = table.positions, table.tags, table.capacity
        for key in keys:
            key &= 0xFFFFFFFFFFFFFFFF
            slot, tag = key % capacity, key >> 48
            same = 0
            while positions[slot] and same < MAX_PER_KEY:
                same += tags[slot] == tag
                slot += 1
                if slot == capacity:
                    slot = 0
            if same < MAX_PER_KEY:
                positions[slot], tags[slot] = position + 1, tag
                table.free -= 1
