"""Remembers for each run how its deployments want to be asked; what one process learns, all hear of."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared import names
from shared.ports.clock import Clock
from shared.ports.storage import RunStore
from shared.runs import paths
from shared.teacher.way import Way

_LOOK_S = 60.0
"""A process that has not heard of it learns it from its own refusal."""
_REMEMBERED = 128


@dataclass
class Ways:
    """Reads and writes `runs/{run}/ways/{deployment}.json`."""

    store: RunStore
    clock: Clock
    _known: dict[tuple[str, str], tuple[float, Way]] = field(default_factory=dict)

    async def of(self, run_id: str, deployment: str) -> Way:
        """How the deployment is asked for this run; at most a minute old."""
        looked_at, way = self._known.get((run_id, deployment), (None, Way()))
        now = self.clock.now().timestamp()
        if looked_at is None or now - looked_at > _LOOK_S:
            blob = await self.store.read(names.RUNS, _path(run_id, deployment))
            way = way.joined(Way.from_json(blob.data)) if blob else way
            self._remember(run_id, deployment, now, way)
        return way

    async def learn(self, run_id: str, deployment: str, asked: Way, refused: str) -> Way | None:
        """The way after a field of `asked` was refused, stored for all; None where no other is left."""
        after = asked.after(refused)
        if after is None:
            return None
        known = await self.of(run_id, deployment)
        way = known.joined(after)
        if way != known:
            await self.store.write(names.RUNS, _path(run_id, deployment), way.to_json())
            self._remember(run_id, deployment, self.clock.now().timestamp(), way)
        return way

    def _remember(self, run_id: str, deployment: str, now: float, way: Way) -> None:
        self._known.pop((run_id, deployment), None)
        self._known[run_id, deployment] = (now, way)
        if len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)))


def _path(run_id: str, deployment: str) -> str:
    return paths.way(run_id, deployment)
