"""What other systems are told of runs: each event is stored before it is sent, and noted when it was.

An event has one id and one body from its first writing on, whoever sends it and however often. One whose sender died
lies below `_outbox/` until `reconcile` has sent it; a receiver that gets it twice tells by its id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared import names, telemetry
from shared.contracts.events import RunEvent, run_event
from shared.contracts.messages import DeliverEvent
from shared.errors import ConflictError, PermanentError
from shared.ports.clock import Clock
from shared.ports.storage import BlobInfo, BlobStore, Queue
from shared.runs import paths

STARTED = "run.started"


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends events about runs to other systems, each with the effect of being sent once.

    Attributes:
        has_webhook: whether events go to the installation's webhook as well as to `run-events`.
    """

    store: BlobStore
    queue: Queue
    clock: Clock
    has_webhook: bool = False

    async def tell(self, kind: str, run: str, data: Mapping[str, Any], *, part: str = "") -> None:
        """Send the event `plansmith.<kind>` about a run, unless it was sent; `part` tells several of one kind apart."""
        name = _name(kind, part)
        if await self.store.properties(names.RUNS, paths.event(run, name)) is None:
            await self._send(run, name, await self._kept(kind, run, data, part))

    async def prepare(self, kind: str, run: str, data: Mapping[str, Any]) -> None:
        """Keep an event for a change that is about to be stored: `tell` sends it, or `send_left` if that dies."""
        if await self.store.properties(names.RUNS, paths.event(run, kind)) is None:
            await self._kept(kind, run, data, "")

    async def read(self, run: str, name: str) -> RunEvent | None:
        """An event that was sent or is about to be; None if there is no such event."""
        for path in (paths.event(run, name), paths.unsent_event(run, name)):
            blob = await self.store.read(names.RUNS, path)
            if blob is not None:
                return RunEvent.decode(blob.data)
        return None

    async def send_left(self, quiet: timedelta) -> None:
        """Send what was kept and has been neither sent nor touched for as long as `quiet`."""
        left = [info async for info in self.store.list(names.RUNS, paths.OUTBOX)]
        for info in left:
            run, _, file = info.path.removeprefix(paths.OUTBOX).partition("/")
            if names.is_run_id(run) and self.clock.now() - info.modified_at > quiet:
                try:
                    await self._send_left(run, file.removesuffix(".json"), info)
                except PermanentError as error:  # the events after it are still to be sent
                    telemetry.reconcile_failed(run, error.code)

    async def _send_left(self, run: str, name: str, info: BlobInfo) -> None:
        is_told = await self.store.properties(names.RUNS, paths.event(run, name)) is not None
        is_void = name == STARTED and await self.store.properties(names.RUNS, paths.spec(run)) is None
        blob = await self.store.read(names.RUNS, info.path)
        if is_told or is_void or blob is None:  # a run that never came to be has not started
            await self.store.delete(names.RUNS, info.path)
        else:
            await self._send(run, name, RunEvent.decode(blob.data))

    async def _kept(self, kind: str, run: str, data: Mapping[str, Any], part: str) -> RunEvent:
        """The event as stored by the first process that came to it."""
        event = run_event(kind, run, data, self.clock.now(), part=part)
        path = paths.unsent_event(run, _name(kind, part))
        try:
            await self.store.write(names.RUNS, path, event.encode(), if_absent=True)
        except ConflictError:
            blob = await self.store.read(names.RUNS, path)
            return RunEvent.decode(blob.data) if blob else event
        return event

    async def _send(self, run: str, name: str, event: RunEvent) -> None:
        await self.queue.send(event)
        if self.has_webhook:
            await self.queue.send(DeliverEvent(run, name))
        await self.store.write(names.RUNS, paths.event(run, name), event.encode())
        await self.store.delete(names.RUNS, paths.unsent_event(run, name))


def _name(kind: str, part: str) -> str:
    """The event's file name in its run's folder."""
    return f"{kind}.{re.sub(r'[^A-Za-z0-9-]', '-', part)[:80]}" if part else kind
