"""Runs that wait for a person: the installation failed in the middle, and what is paid stays."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import orjson

from shared import names, stored
from shared.errors import ConflictError
from shared.ports.clock import Clock
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.notes import Pause

PAUSE_LOOK_S = 1.0
"""How long a process may not know that a run was paused, or goes on."""
_REMEMBERED = 64


@dataclass
class Pauses:
    """Reads and writes `runs/{run}/paused.json`, which is there as long as the run is paused."""

    store: BlobStore
    clock: Clock
    _known: dict[str, tuple[float, bool]] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def pause(self, run_id: str, code: str, message: str) -> bool:
        """Make no more calls until the run is resumed; whether this call paused it."""
        at = self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        note = orjson.dumps(stored.plain(Pause(code, message, at)))
        self._known.pop(run_id, None)
        try:
            await self.store.write(names.RUNS, paths.paused(run_id), note, if_absent=True)
        except ConflictError:
            return False
        await self._tell_lists(run_id)
        return True

    async def note(self, run_id: str) -> Pause | None:
        """Why a run is paused, as it stands now, else None."""
        blob = await self.store.read(names.RUNS, paths.paused(run_id))
        return stored.read(Pause, blob.data, f"why {run_id} is paused") if blob else None

    async def is_paused(self, run_id: str) -> bool:
        """Whether a run is paused; at most `PAUSE_LOOK_S` old."""
        if self._must_look(run_id):
            async with self._looking:  # a hundred records ask at once: one of them looks for all
                if self._must_look(run_id):
                    return await self.is_paused_now(run_id)
        return self._known[run_id][1] if run_id in self._known else await self.is_paused_now(run_id)

    def _must_look(self, run_id: str) -> bool:
        looked_at = self._known[run_id][0] if run_id in self._known else None
        return looked_at is None or self.clock.now().timestamp() - looked_at > PAUSE_LOOK_S

    async def is_paused_now(self, run_id: str) -> bool:
        """Whether a run is paused at this moment: who drops a message must know."""
        now = self.clock.now().timestamp()
        paused = await self.note(run_id) is not None
        self._known.pop(run_id, None)
        self._known[run_id] = (now, paused)
        if len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        return paused

    async def end(self, run_id: str) -> None:
        """The run goes on, or is cancelled."""
        await self.store.delete(names.RUNS, paths.paused(run_id))
        self._known.pop(run_id, None)
        await self._tell_lists(run_id)

    async def _tell_lists(self, run_id: str) -> None:
        await self.store.write(names.RUNS, paths.changed_mark(run_id), b"{}")
