"""Why a run makes no calls: it was stopped for good, or it is paused until a person resumes it."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field, replace

import orjson

from shared import names, stored
from shared.errors import ConflictError
from shared.ports.clock import Clock
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.notes import Pause, Stop, note_change
from shared.times import stamp

LOOK_S = 1.0
"""How long a process may not know that a run was stopped or paused, or goes on."""
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class _Look:
    """What was seen of a run: when, why it was stopped if it was, and whether it is paused. A stop stays."""

    at: float = -math.inf
    stopped: str | None = None
    is_paused: bool = False


@dataclass
class Halts:
    """Reads and writes `runs/{run}/stop.json` and, there as long as the run is paused, `runs/{run}/paused.json`."""

    store: BlobStore
    clock: Clock
    _known: dict[str, _Look] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def is_wanted(self, run_id: str) -> bool:
        """Whether calls may still be made for a run: it is neither stopped nor paused; at most `LOOK_S` old."""
        look = await self._look(run_id)
        return look.stopped is None and not look.is_paused

    async def stop_reason(self, run_id: str) -> str | None:
        """Why a run was stopped (`cancelled`, `budget`, a failure's code), None if it was not; at most `LOOK_S` old."""
        return (await self._look(run_id)).stopped

    async def _look(self, run_id: str) -> _Look:
        if self._must_look(run_id):
            async with self._looking:  # a hundred records ask at once: one of them looks for all
                if self._must_look(run_id):
                    await self._look_now(run_id)
        return self._known[run_id]

    def _must_look(self, run_id: str) -> bool:
        known = self._known.get(run_id)
        return known is None or self.clock.now().timestamp() - known.at > LOOK_S

    async def _look_now(self, run_id: str) -> None:
        now = self.clock.now().timestamp()
        blob = await self.store.read(names.RUNS, paths.stop(run_id))
        if blob is not None:
            look = _Look(math.inf, stored.read(Stop, blob.data, "a run's stop.json").reason)
        else:
            look = _Look(now, None, await self.pause_note(run_id) is not None)
        self._remember(run_id, look)

    def _remember(self, run_id: str, look: _Look) -> None:
        self._known.pop(run_id, None)  # so that it is the last to be forgotten
        self._known[run_id] = look
        if len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)))

    async def stop(self, run_id: str, reason: str, message: str) -> None:
        """Make no more calls for a run, for good; the first reason stays."""
        if await self._write_once(paths.stop(run_id), Stop(reason, message, stamp(self.clock.now()))):
            await note_change(run_id, self.store)
        self._known.pop(run_id, None)

    async def pause(self, run_id: str, code: str, message: str) -> bool:
        """Make no more calls until the run is resumed; whether this call paused it."""
        is_new = await self._write_once(paths.paused(run_id), Pause(code, message, stamp(self.clock.now())))
        self._known.pop(run_id, None)
        if is_new:
            await note_change(run_id, self.store)
        return is_new

    async def pause_note(self, run_id: str) -> Pause | None:
        """Why a run is paused, as it stands now; None if it is not."""
        blob = await self.store.read(names.RUNS, paths.paused(run_id))
        return stored.read(Pause, blob.data, f"why {run_id} is paused") if blob else None

    async def is_paused_now(self, run_id: str) -> bool:
        """Whether a run is paused at this moment: who drops a message must know."""
        is_paused = await self.pause_note(run_id) is not None
        if run_id in self._known:
            self._remember(run_id, replace(self._known[run_id], is_paused=is_paused))
        return is_paused

    async def end_pause(self, run_id: str) -> None:
        """The run goes on, or is cancelled."""
        await self.store.delete(names.RUNS, paths.paused(run_id))
        self._known.pop(run_id, None)
        await note_change(run_id, self.store)

    async def _write_once(self, path: str, note: Stop | Pause) -> bool:
        try:
            await self.store.write(names.RUNS, path, orjson.dumps(stored.plain(note)), if_absent=True)
        except ConflictError:
            return False
        return True
