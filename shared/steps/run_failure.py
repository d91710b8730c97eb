"""Lets a run fail so that others certainly hear of it: record, stop, tell, close, in this order."""

from __future__ import annotations

from shared.errors import PlansmithError
from shared.steps.deps import Deps


async def fail_run(run: str, error: PlansmithError, deps: Deps, *, name: str = "") -> None:
    """Record that a run has failed and why, and tell others; nothing happens if that was known.

    The run stays open until it was told, so `reconcile` finds one whose process died in between.
    """
    if await deps.runs.fail(run, error, name=name):
        await tell_failure(run, error.code, error.message, deps)


async def tell_failure(run: str, code: str, message: str, deps: Deps) -> None:
    """Stop the run, tell others of its recorded failure and close it; telling twice is the same event.

    Whoever recorded the failure may have died before it had stopped the run.
    """
    await deps.runs.standing(run).stop(code, message)
    data = {"code": code, "message": message}
    await deps.outbox.tell("run.failed", run, data)
    await deps.runs.close(run)
