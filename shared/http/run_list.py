"""The runs as they are listed: what is known of one is read again when something has happened to it."""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from shared import names, stored
from shared.errors import BadRequestError
from shared.http.run_view import STATUSES
from shared.http.status import Look, StatusReader
from shared.ports.clock import Clock
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.store import Runs

_REMEMBERED_RUNS = 1_000
_AT_ONCE = 8
_TRUSTED_S = 60.0
"""An open run is looked at as a whole so often, in case a crash kept a change from being noted."""
_MAX_REFUSED = 50
_CROWDED_REST_S = 0.25
"""How long a run that several ask for is left alone after a look, so that the next one serves more of them."""
_CURSOR = re.compile(r"\d{1,20}_[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class _Known:
    """A run as it was seen last, `mark` what the listings said of it then."""

    look: Look
    mark: tuple[str, bool, bool]
    seen_at: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of the list.

    Attributes:
        limit: runs at most.
        cursor: `next` of the page before, None for the first.
        status: runs with this status only.
        text: runs whose id has this in it only.
    """

    limit: int
    cursor: str | None = None
    status: str | None = None
    text: str | None = None

    def check(self) -> None:
        """Raise BadRequestError for what is not accepted."""
        if self.cursor and _CURSOR.fullmatch(self.cursor) is None:
            raise BadRequestError("this installation never gave that cursor", code="bad_cursor")
        if self.status and self.status not in STATUSES:
            raise BadRequestError(f"'status' must be one of {', '.join(STATUSES)}", code="bad_filter")

    def may_have(self, entry: tuple[int, str]) -> bool:
        """Whether a run of that start and id can be on the page."""
        if self.text and self.text.lower() not in entry[1]:
            return False
        if not self.cursor:
            return True
        at, run = self.cursor.split("_", 1)
        return entry < (int(at), run)


def _cursor(last: tuple[int, str]) -> str:
    return f"{last[0]}_{last[1]}"


@dataclass
class RunList:
    """Lists runs for many pages that ask every few seconds.

    A look takes four listings, one read for each run that still generates or trains, and none for any other
    that nothing has happened to. Looks at the same time share what they read.
    """

    store: BlobStore
    runs: Runs
    reader: StatusReader
    clock: Clock
    _known: OrderedDict[str, _Known] = field(default_factory=OrderedDict)
    _refused: dict[str, tuple[str, Any]] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _shared: dict[str, asyncio.Task[dict[str, Any] | None]] = field(default_factory=dict)
    _under_way: dict[str, asyncio.Lock] = field(default_factory=dict)
    _asking: dict[str, int] = field(default_factory=dict)
    _rests_until: dict[str, float] = field(default_factory=dict)

    async def one(self, run: str) -> dict[str, Any] | None:
        """The run as `GET /api/runs/{run}` shows it, None if there is no such run.

        A run that was seen lately takes five operations of storage at most. Whoever asks while a look is under way
        shares the next one, so that many open pages cost one look at a time and nobody gets an older answer than
        a look of their own would give. A run that several ask for is looked at four times a second at most.
        """
        waiting = self._shared.get(run)
        if waiting is None:
            waiting = asyncio.create_task(self._look_in_turn(run))
            self._shared[run] = waiting
        self._asking[run] = self._asking.get(run, 0) + 1
        return await asyncio.shield(waiting)

    async def _look_in_turn(self, run: str) -> dict[str, Any] | None:
        lock = self._under_way.setdefault(run, asyncio.Lock())
        try:
            async with lock:
                await asyncio.sleep(max(0.0, self._rests_until.pop(run, 0.0) - time.monotonic()))
                self._shared.pop(run, None)  # who asks from now on wants a later look
                is_crowded = self._asking.pop(run, 1) > 1
                look = await self._look(run, await self._mark(run), trusted_s=_TRUSTED_S, waits=True)
                if is_crowded:
                    self._rests_until[run] = time.monotonic() + _CROWDED_REST_S
                return look
        finally:
            if not lock.locked():
                self._under_way.pop(run, None)

    async def _mark(self, run: str) -> tuple[str, bool, bool]:
        changed, is_open, is_tuned = await asyncio.gather(
            *(
                self.store.properties(names.RUNS, path(run))
                for path in (paths.changed_mark, paths.open_mark, paths.finetune_mark)
            )
        )
        return changed.etag if changed else "", is_open is not None, is_tuned is not None

    async def page(self, wanted: Wanted) -> tuple[list[dict[str, Any]], str | None]:
        """The runs as `GET /api/runs/{run}` shows them, the latest started first, and the next page's cursor.

        BadRequestError `bad_cursor` or `bad_filter`.
        """
        wanted.check()
        async with self._looking:
            listed = [entry for entry in await self.runs.by_start() if wanted.may_have(entry)]
            marks = await self._marks([run for _, run in listed])
            found: list[dict[str, Any]] = []
            place = 0
            while place < len(listed) and len(found) < wanted.limit:
                part = listed[place : place + wanted.limit - len(found)]
                place += len(part)
                views = await self._views([run for _, run in part], marks)
                found += [view for view in views if view and wanted.status in (None, view["status"])]
        more = place < len(listed) and place > 0
        return found, _cursor(listed[place - 1]) if more else None

    async def _views(
        self, listed: list[str], marks: dict[str, tuple[str, bool, bool]]
    ) -> list[dict[str, Any] | None]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def look(run: str) -> dict[str, Any] | None:
            async with gate:
                return await self._look(run, marks[run])

        return await asyncio.gather(*map(look, listed))

    async def _marks(self, listed: list[str]) -> dict[str, tuple[str, bool, bool]]:
        """What listings say of each run: its last noted change, whether it is open, whether it is fine-tuned."""
        changes = {
            info.path.removeprefix(paths.CHANGED): info.etag async for info in self._under(paths.CHANGED)
        }
        still_open = {info.path.removeprefix(paths.OPEN) async for info in self._under(paths.OPEN)}
        tuned = {info.path.removeprefix(paths.FINETUNES) async for info in self._under(paths.FINETUNES)}
        return {run: (changes.get(run, ""), run in still_open, run in tuned) for run in listed}

    def _under(self, prefix: str) -> Any:
        return self.store.list(names.RUNS, prefix)

    async def _look(
        self,
        run: str,
        mark: tuple[str, bool, bool],
        *,
        trusted_s: float = math.inf,
        waits: bool = False,
    ) -> dict[str, Any] | None:
        """The run; one that has ended is trusted for `trusted_s`; `waits` reads anew what it waits for."""
        now = self.clock.now().timestamp()
        known = self._known.get(run)
        _, is_open, is_tuned = mark
        age_s = now - known.seen_at if known else 0.0
        if known is None or known.mark != mark or age_s > (_TRUSTED_S if is_open else trusted_s):
            look, seen_at = await self.reader.look(run, known.look if known else None), now
        elif is_open or is_tuned:
            look, seen_at = await self.reader.look_on(known.look, waits=waits), known.seen_at
        else:
            return known.look.view
        if look is None:
            return None
        self._known[run] = _Known(look, mark, seen_at)
        self._known.move_to_end(run)
        while len(self._known) > _REMEMBERED_RUNS:
            self._known.popitem(last=False)
        return look.view

    async def refused(self) -> list[dict[str, Any]]:
        """The newest messages that belong to no run; each is read once."""
        infos = [info async for info in self._under(paths.POISON)]
        infos.sort(key=lambda info: info.modified_at, reverse=True)
        before, self._refused = self._refused, {}
        for info in infos[:_MAX_REFUSED]:
            etag, note = before.get(info.path, ("", None))
            if etag != info.etag:
                blob = await self.store.read(names.RUNS, info.path)
                if blob is None:
                    continue
                note = stored.read_line(dict[str, Any], blob.data)
                if note is None:
                    continue
            self._refused[info.path] = info.etag, note
        return [note for _, note in self._refused.values()]
