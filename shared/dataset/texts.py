"""Texts kept in memory by position, compressed in blocks: a task costs a few dozen bytes, not hundreds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

BLOCK = 64
"""Texts to a block: neighbours share words, so bigger blocks pack better and cost more to open."""


class Texts:
    """An append-only list of strings without line breaks."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._open: list[str] = []
        self._last: tuple[int, list[str]] = (-1, [])

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK + len(self._open)

    def append(self, text: str) -> None:
        """Add `text` at the next position."""
        self._open.append(text)
        if len(self._open) == BLOCK:
            self._blocks.append(zlib.compress("\n".join(self._open).encode("utf-8", "surrogatepass"), 6))
            self._open = []

    def __getitem__(self, position: int) -> str:
        number, offset = divmod(position, BLOCK)
        return self._block(number)[offset]

    def __iter__(self) -> Iterator[str]:
        for number in range(len(self._blocks)):
            yield from self._block(number)
        yield from self._open

    def _block(self, number: int) -> list[str]:
        if number == len(self._blocks):
            return self._open
        if self._last[0] != number:
            text = zlib.decompress(self._blocks[number]).decode("utf-8", "surrogatepass")
            self._last = (number, text.split("\n"))
        return self._last[1]
