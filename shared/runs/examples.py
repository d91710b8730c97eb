"""The test tasks that evaluations measure on, as a process reads them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from shared import names, stored
from shared.errors import PermanentError
from shared.finetune.measured_tasks import MeasuredTask
from shared.ports.storage import BlobStore
from shared.runs import paths

_CACHED_RUNS = 4


@dataclass
class Examples:
    """The measured tasks of runs, read once a process; a run has at most a few hundred."""

    store: BlobStore
    _rows: OrderedDict[str, list[bytes]] = field(default_factory=OrderedDict)

    async def task(self, run_id: str, index: int) -> MeasuredTask:
        """The task with that number. PermanentError `unknown_example`."""
        if run_id not in self._rows:
            blob = await self.store.read(names.RUNS, paths.tasks(run_id))
            self._rows[run_id] = blob.data.splitlines() if blob else []
            while len(self._rows) > _CACHED_RUNS:
                self._rows.popitem(last=False)
        rows = self._rows[run_id]
        if index >= len(rows):
            self._rows.pop(run_id)
            raise PermanentError(f"run {run_id} has no example {index}", code="unknown_example")
        return stored.read(MeasuredTask, rows[index], "a test task")
