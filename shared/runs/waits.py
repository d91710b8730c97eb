"""What a run waits for, told where `status` reads it: a throttle, an outage, a slow answer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from msgspec import Struct

from shared import names, stored, telemetry
from shared.errors import PlansmithError, ThrottledError, TransientError
from shared.ports.clock import Clock
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.notes import Pause
from shared.scrub.text import scrub_text
from shared.times import stamp

SLOW_S = 15.0
"""An answer that takes longer is told of."""
_WRITE_EVERY_S = 2.0
_WARN_EVERY_S = 60.0
_STALE_S = 90.0
"""A note that nobody has renewed for so long, and whose next try is as long ago, is not believed any more."""


def what(error: TransientError) -> str:
    """`throttled`, `timed_out`, `unreachable`; or `failing` for a service that answers with errors."""
    if isinstance(error, ThrottledError):
        return "throttled"
    return {"timeout": "timed_out", "connection": "unreachable"}.get(error.code, "failing")


class Waiting(Struct, frozen=True):
    """The note as stored; `at` is when it was renewed."""

    what: str = "unknown"
    since: str = ""
    last_error: dict[str, str] | None = None
    indices: int = 0
    next_try_at: str | None = None
    at: str = ""


@dataclass
class _Waiting:
    """What one run of this process waits for; `indices` with the time of their next try."""

    what: str
    since: datetime
    last_error: dict[str, str] | None = None
    indices: dict[int, datetime | None] = field(default_factory=dict)
    written_at: datetime | None = None
    warned_at: datetime | None = None

    def forget_what_went_elsewhere(self, now: datetime) -> None:
        """Forget indices whose next try is long past: another process has received them."""
        gone = [index for index, at in self.indices.items() if at and now - at > timedelta(seconds=_STALE_S)]
        for index in gone:
            del self.indices[index]

    def to_json(self, now: datetime) -> bytes:
        tries = [at for at in self.indices.values() if at is not None]
        note = Waiting(
            what=self.what,
            since=stamp(self.since),
            last_error=self.last_error,
            indices=len(self.indices),
            next_try_at=stamp(min(tries)) if tries else None,
            at=stamp(now),
        )
        return orjson.dumps(stored.plain(note))


@dataclass
class Waits:
    """Notes of this process, written to `runs/{run}/waiting.json` at most every two seconds."""

    store: BlobStore
    clock: Clock
    _runs: dict[str, _Waiting] = field(default_factory=dict)
    """What is noted, by run; a run that waits for nothing is not among them."""

    async def tell(self, run_id: str, index: int, error: TransientError, wait_s: float) -> None:
        """An index waits `wait_s` seconds because of `error`. What cannot be stored now is told next time."""
        told = {"code": error.code, "message": scrub_text(error.message)}
        with suppress(TransientError):
            await self._note(run_id, index, what(error), told, self.clock.now() + timedelta(seconds=wait_s))

    async def over(self, run_id: str, index: int) -> None:
        """An index waits no more."""
        waiting = self._runs.get(run_id)
        if waiting is None or waiting.indices.pop(index, ...) is ...:
            return
        if not waiting.indices:
            del self._runs[run_id]
            if waiting.written_at is not None:
                with suppress(TransientError):  # it is stale in a while
                    await self.store.delete(names.RUNS, paths.waiting(run_id))

    async def tell_slow(self, run_id: str, index: int) -> None:
        """The answer for an index takes long."""
        with suppress(TransientError):
            await self._note(run_id, index, "answer", None, None)

    async def _note(
        self, run_id: str, index: int, what: str, error: dict[str, str] | None, next_try: datetime | None
    ) -> None:
        now = self.clock.now()
        waiting = self._runs.get(run_id)
        if waiting is None:
            waiting = self._runs[run_id] = _Waiting(what, await self._since(run_id, what, now))
        elif error is not None and waiting.what != what:
            waiting.what, waiting.since = what, now
        waiting.last_error = error or waiting.last_error
        waiting.indices[index] = next_try
        waiting.forget_what_went_elsewhere(now)
        self._warn(run_id, waiting, now)
        if waiting.written_at is None or (now - waiting.written_at).total_seconds() >= _WRITE_EVERY_S:
            waiting.written_at = now
            await self.store.write(names.RUNS, paths.waiting(run_id), waiting.to_json(now))

    async def _since(self, run_id: str, what: str, now: datetime) -> datetime:
        """When another process, or this one before its last answer, began to wait for the same."""
        known = await read_waiting(self.store, run_id, now)
        return datetime.fromisoformat(known["since"]) if known and known["what"] == what else now

    def _warn(self, run_id: str, waiting: _Waiting, now: datetime) -> None:
        if waiting.warned_at is None or (now - waiting.warned_at).total_seconds() >= _WARN_EVERY_S:
            waiting.warned_at = now
            code = waiting.last_error["code"] if waiting.last_error else ""
            telemetry.waiting(run_id, waiting.what, code, len(waiting.indices))


async def read_waiting(store: BlobStore, run_id: str, now: datetime) -> dict[str, Any] | None:
    """`{"what", "since", "last_error", "indices", "next_try_at"}`; None if no fresh note says that the run waits."""
    blob = await store.read(names.RUNS, paths.waiting(run_id))
    if blob is None:
        return None
    note = stored.read_line(Waiting, blob.data)
    alive_at = max(note.at, note.next_try_at or "") if note else ""
    if note is None or not alive_at or now - datetime.fromisoformat(alive_at) >= timedelta(seconds=_STALE_S):
        return None
    return {name: value for name, value in stored.plain(note).items() if name != "at"}


def paused_note(note: Pause, indices: int) -> dict[str, Any]:
    """What a paused run waits for, in the same words."""
    return {
        "what": "paused",
        "since": note.at,
        "last_error": {"code": note.code, "message": note.message},
        "indices": indices,
        "next_try_at": None,
    }


def reason(error: PlansmithError) -> str:
    """Why an index is rejected that has waited long enough."""
    return what(error) if isinstance(error, TransientError) and what(error) != "failing" else error.code
