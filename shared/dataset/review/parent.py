"""What a revision goes on from: where its parent has each row, and with which content."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.dataset.rejection import DUPLICATE
from shared.dataset.review.content import content_hash
from shared.dataset.review.decisions import OWN_FIRST
from shared.dataset.row_index import RowEntry
from shared.dataset.selection import SIDES

_NUMBER_OF = {name: number for number, name in SIDES.items()}


@dataclass
class Parent:
    """What a revision goes on from: of each index its side, and the hash of what was published.

    Attributes:
        duplicates: indices that it left out because they repeat others.
    """

    sides: bytearray = field(default_factory=bytearray)
    hashes: array[int] = field(default_factory=lambda: array("Q"))
    own: dict[int, tuple[int, int]] = field(default_factory=dict)
    duplicates: set[int] = field(default_factory=set)

    def take(self, entry: RowEntry) -> None:
        """Take in the next entry of the parent's list."""
        side = _NUMBER_OF.get(entry.split, 0)
        content = int(entry.hash, 16) if entry.hash else 0
        if entry.reason == DUPLICATE:
            self.duplicates.add(entry.index)
        if entry.index >= OWN_FIRST:
            self.own[entry.index] = (side, content)
            return
        missing = entry.index + 1 - len(self.sides)
        self.sides.extend(bytes(missing))
        self.hashes.extend([0] * missing)
        self.sides[entry.index], self.hashes[entry.index] = side, content

    def side(self, index: int) -> int:
        """Where the parent has the index, 0 for nowhere."""
        if index >= OWN_FIRST:
            return self.own.get(index, (0, 0))[0]
        return self.sides[index] if index < len(self.sides) else 0

    def has(self, index: int, record: Mapping[str, Any]) -> bool:
        """Whether the parent has published the index with just this content."""
        content = int(content_hash(record), 16)
        if index >= OWN_FIRST:
            return self.own.get(index) == (self.side(index), content) and self.side(index) > 0
        return self.side(index) > 0 and self.hashes[index] == content
