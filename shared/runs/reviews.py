"""What people decided about rows, as a process reads it: the log of a run's review, read on at each look."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from copy import replace
from dataclasses import dataclass, field
from hashlib import sha256

from shared import names, stored
from shared.dataset.review.decisions import Act, Decision, KeptDecisions
from shared.dataset.review.state import Review
from shared.errors import PermanentError
from shared.ports.storage import BlobStore, RecordLog
from shared.runs import paths

_REMEMBERED_RUNS = 4
_MOST_LINE = 256 * 1024
"""Bytes of a line; what is longer is kept beside the log, and the line names it."""


@dataclass
class Reviews:
    """The reviews of runs. A review that was given out grows with later looks; nothing is ever taken from it."""

    store: BlobStore
    log: RecordLog
    _runs: OrderedDict[str, Review] = field(default_factory=OrderedDict)
    _looking: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def of(self, run: str) -> Review:
        """All that was decided before this call; one read, of what is new."""
        async with self._looking.setdefault(run, asyncio.Lock()):
            review = self._runs.setdefault(run, Review())
            self._runs.move_to_end(run)
            await self._read_on(run, review)
            while len(self._runs) > _REMEMBERED_RUNS:
                self._looking.pop(self._runs.popitem(last=False)[0], None)
        return review

    async def until(self, run: str, offset: int) -> Review:
        """What the log's first `offset` bytes say: what a revision is made of."""
        review = Review()
        data = (await self.log.read(paths.reviews(run)))[:offset]
        await self._take(run, review, data)
        return review

    async def append(self, run: str, act: Act, *, offset: int) -> None:
        """Add an act where the log still has `offset` bytes. ConflictError where others were quicker."""
        if offset == 0:
            await self.log.create(paths.reviews(run))
        line = act.to_line()
        if len(line) > _MOST_LINE:
            kept = KeptDecisions(act.decisions).to_json()
            name = f"{act.id}-{sha256(kept).hexdigest()[:16]}"
            await self.store.write(names.RUNS, paths.kept_decisions(run, name), kept)
            line = replace(act, decisions=(), kept_in=name).to_line()
        await self.log.append_at(paths.reviews(run), line, offset=offset)

    async def _read_on(self, run: str, review: Review) -> None:
        await self._take(run, review, await self.log.read(paths.reviews(run), offset=review.offset))

    async def _take(self, run: str, review: Review, data: bytes) -> None:
        for line in data[: data.rfind(b"\n") + 1].split(b"\n")[:-1]:
            act = stored.read_line(Act, line)
            end = review.offset + len(line) + 1
            if act is not None:
                review.take(act, await self._decisions(run, act), end=end)
            review.offset = end

    async def _decisions(self, run: str, act: Act) -> Sequence[Decision]:
        if not act.kept_in:
            return act.decisions
        blob = await self.store.read(names.RUNS, paths.kept_decisions(run, act.kept_in))
        if blob is None:
            raise PermanentError(f"the decisions of {act.id} are missing", code="unreadable")
        return KeptDecisions.from_json(blob.data).decisions
