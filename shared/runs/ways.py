"""Remembers for each run how its deployments want to be asked; what one process learns, all hear of."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from shared import names
from shared.ports.clock import Clock
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.teacher.way import Way

_LOOK_S = 60.0
"""A process that has not heard of it learns it from its own refusal."""
_REMEMBERED = 128


@dataclass
class Ways:
    """Reads and writes `runs/{run}/ways/{deployment}.json`."""

    store: BlobStore
    clock: Clock
    _known: dict[tuple[str, str], tuple[float, Way]] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, run_id: str, deployment: str) -> Way:
        """How the deployment is asked for this run; at most a minute old."""
        if self._must_look(run_id, deployment):
            async with self._looking:  # a hundred records ask at once: one of them looks for all
                if self._must_look(run_id, deployment):
                    blob = await self.store.read(names.RUNS, paths.way(run_id, deployment))
                    found = Way.from_json(blob.data) if blob else Way()
                    self._remember(run_id, deployment, found.joined(self._way(run_id, deployment)))
        return self._way(run_id, deployment)

    def _way(self, run_id: str, deployment: str) -> Way:
        return self._known.get((run_id, deployment), (0.0, Way()))[1]

    def _must_look(self, run_id: str, deployment: str) -> bool:
        known = self._known.get((run_id, deployment))
        return known is None or self.clock.now().timestamp() - known[0] > _LOOK_S

    async def learn(self, run_id: str, deployment: str, asked: Way, refused: str) -> Way | None:
        """The way after a field of `asked` was refused, stored for all; None where no other is left."""
        after = asked.after(refused)
        if after is None:
            return None
        known = await self.of(run_id, deployment)
        way = known.joined(after)
        if way != known:
            await self.store.write(names.RUNS, paths.way(run_id, deployment), way.to_json())
            self._remember(run_id, deployment, way)
        return way

    def _remember(self, run_id: str, deployment: str, way: Way) -> None:
        self._known.pop((run_id, deployment), None)
        self._known[run_id, deployment] = (self.clock.now().timestamp(), way)
        if len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)))
