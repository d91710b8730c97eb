"""The test tasks that evaluations measure on, as a process reads them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from shared import names, stored
from shared.errors import PermanentError
from shared.finetune.measured_tasks import MeasuredTask
from shared.ports.storage import BlobStore
from shared.runs import paths

_CACHED = 4


@dataclass
class Examples:
    """The measured tasks of evaluations, read once a process; one has at most a few hundred."""

    store: BlobStore
    _rows: OrderedDict[tuple[str, str], list[bytes]] = field(default_factory=OrderedDict)

    async def task(self, run_id: str, index: int, *, begun_at: str) -> MeasuredTask:
        """The task with that number of the run's evaluation that began then. PermanentError `unknown_example`."""
        evaluation = run_id, begun_at
        if evaluation not in self._rows:
            blob = await self.store.read(names.RUNS, paths.tasks(run_id))
            self._rows[evaluation] = blob.data.splitlines() if blob else []
            while len(self._rows) > _CACHED:
                self._rows.popitem(last=False)
        rows = self._rows[evaluation]
        if index >= len(rows):
            self._rows.pop(evaluation)
            raise PermanentError(f"run {run_id} has no example {index}", code="unknown_example")
        return stored.read(MeasuredTask, rows[index], "a test task")
