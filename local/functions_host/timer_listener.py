"""Runs one timer function: one host at a time, never overlapping itself, with its state in storage."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from local.functions_host.bindings import Function
from local.functions_host.blob_store import HOSTS_CONTAINER, BlobStore
from local.functions_host.errors import StorageError
from local.functions_host.execution import Executor
from local.functions_host.lease import Singleton
from local.functions_host.outage import Outage
from local.functions_host.retry import RetryPolicy
from local.functions_host.timer_schedule import Schedule
from local.functions_host.timer_status import TimerStatus, on_start, parse_status
from local.functions_host.worker import Datum

_log = logging.getLogger(__name__)
_LONGEST_SLEEP_S = 30.0
"""So that a clock that is set, or a laptop that slept, is noticed."""


@dataclass(frozen=True, slots=True)
class TimerPolicy:
    """How a timer runs.

    Attributes:
        schedule: when it is due.
        monitored: whether its state is kept, so that a tick missed while no host ran is made up for.
        run_on_startup: run at every start of a host that holds the lock.
        status_blob: name in the hosts' container.
        recovery_s: between two tries to become the host that runs it.
        retry: what happens after a failure.
    """

    schedule: Schedule
    monitored: bool
    run_on_startup: bool
    status_blob: str
    recovery_s: float
    retry: RetryPolicy


def utc_now() -> datetime:
    """The time by the machine's clock."""
    return datetime.now(UTC)


class TimerListener:
    """Waits for a timer function's due times while this host holds its lock."""

    def __init__(
        self,
        function: Function,
        policy: TimerPolicy,
        singleton: Singleton,
        store: BlobStore,
        executor: Executor,
        outage: Outage,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._function = function
        self._policy = policy
        self._singleton = singleton
        self._store = store
        self._executor = executor
        self._outage = outage
        self._now = now
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Start nothing more; `run` ends when a run in progress has."""
        self._stopping.set()

    async def run(self) -> None:
        """Be ready to take over, and tick while it is our turn, until `stop`."""
        while not self._stopping.is_set():
            if await self._singleton.acquire():
                try:
                    await self._tick_while_ours()
                finally:
                    await self._singleton.release()
            else:
                await self._pause(self._policy.recovery_s)

    async def _tick_while_ours(self) -> None:
        status, missed = on_start(await self._read_status(), self._policy.schedule, self._now())
        await self._write_status(status)
        if missed or self._policy.run_on_startup:
            status = await self._execute(status, past_due=missed)
        while await self._sleep_until(status.next):
            status = await self._execute(status, past_due=False)

    async def _execute(self, status: TimerStatus, *, past_due: bool) -> TimerStatus:
        shown = status.as_json() if self._policy.monitored else None
        started = self._now()
        await self._policy.retry.run(
            lambda retry_count: self._executor.run(
                self._function,
                timer_datum(shown, past_due=past_due),
                {},
                retry_count=retry_count,
                max_retry_count=self._policy.retry.max_count,
            ),
            self._stopping,
        )
        now = self._now()
        # Ticks that passed meanwhile are skipped.
        after = TimerStatus(started, self._policy.schedule.next_after(now), now)
        await self._write_status(after)
        return after

    async def _sleep_until(self, due: datetime) -> bool:
        """Whether it is due and still ours to run."""
        while not self._stopping.is_set() and not self._singleton.lost.is_set():
            left_s = (due - self._now()).total_seconds()
            if left_s <= 0:
                return True
            await self._pause(min(left_s, _LONGEST_SLEEP_S))
        return False

    async def _pause(self, seconds: float) -> None:
        waits = [asyncio.create_task(event.wait()) for event in (self._stopping, self._singleton.lost)]
        if self._singleton.lost.is_set():
            waits.pop().cancel()
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _read_status(self) -> TimerStatus | None:
        if not self._policy.monitored:
            return None
        try:
            blob = await self._store.read(HOSTS_CONTAINER, self._policy.status_blob)
        except StorageError as exc:
            self._outage.begin(exc)
            return None
        return parse_status(blob.data) if blob else None

    async def _write_status(self, status: TimerStatus) -> None:
        if not self._policy.monitored:
            return
        try:
            await self._store.write(self._policy.status_blob, json.dumps(status.as_json()).encode())
        except StorageError as exc:
            self._outage.begin(exc)


def timer_datum(status: dict[str, str] | None, *, past_due: bool) -> Datum:
    """What the worker gets for a timer trigger."""
    value = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": status, "IsPastDue": past_due}
    return Datum(json.dumps(value), "json")
