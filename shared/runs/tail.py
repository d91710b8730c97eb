"""Reads what grows or is long line by line: whole lines alone, each once, however many read at the same time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from shared import stored
from shared.ports.storage import RecordLog


class Tail[Line]:
    """How far a log was read; `take` gets each of its lines once, in order.

    A line that cannot be read as `kind` counts as if it were not there.

    Looks may overlap. What was appended never changes, so a look that comes back after another one skips what that
    one has taken; the offset moves nowhere else, and nothing is awaited between its move and the taking.
    """

    def __init__(self, path: str, kind: type[Line], take: Callable[[Line], None]) -> None:
        self.path = path
        self._kind = kind
        self._take = take
        self._offset = 0

    @property
    def offset(self) -> int:
        """Bytes taken so far; the log's next line begins there."""
        return self._offset

    async def read_on(self, log: RecordLog) -> None:
        """Take what is new, at least all that was appended before this call; a line without its end stays."""
        start = self._offset
        data = await log.read(self.path, offset=start)
        fresh = data[self._offset - start : data.rfind(b"\n") + 1]
        self._offset += len(fresh)
        for line in stored.read_lines(self._kind, fresh):
            self._take(line)


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines of a blob that comes in chunks, newline included; the last one may lack it."""
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line + b"\n"
    if rest:
        yield rest
