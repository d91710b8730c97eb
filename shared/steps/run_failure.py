"""Lets a run fail so that others certainly hear of it: record, stop, tell, close, in this order."""

from __future__ import annotations

from shared import names
from shared.contracts.events import cloud_event
from shared.errors import PlansmithError
from shared.ports.clock import Clock
from shared.ports.storage import Queue
from shared.runs.store import Runs


async def fail_run(
    run: str, error: PlansmithError, *, runs: Runs, queue: Queue, clock: Clock, name: str = ""
) -> None:
    """Record that a run has failed and why, and tell others; nothing happens if that was known.

    The run stays open until it was told, so `reconcile` finds one whose process died in between.
    """
    if await runs.fail(run, error, name=name):
        await tell_failure(run, error.code, error.message, runs=runs, queue=queue, clock=clock)


async def tell_failure(run: str, code: str, message: str, *, runs: Runs, queue: Queue, clock: Clock) -> None:
    """Stop the run, tell others of its recorded failure and close it; telling twice is the same event.

    Whoever recorded the failure may have died before it had stopped the run.
    """
    await runs.stop(run, code, message)
    data = {"code": code, "message": message}
    await queue.send(names.RUN_EVENTS, cloud_event("run.failed", run, data, clock.now()))
    await runs.close(run)
