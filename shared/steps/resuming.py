"""Sends what a run still lacks, once a person lets it go on or end."""

from __future__ import annotations

from shared.contracts.messages import FanOut, Publish
from shared.runs.counted import progress
from shared.steps.deps import Deps
from shared.steps.fan_out import FAN_OUTS, begun_segments, send_all


async def resume_run(run: str, deps: Deps) -> None:
    """Let a paused run go on: indices without an outcome are sent again, with what they have paid so far.

    What does not fit in one go, or is lost, is sent by `reconcile`.
    """
    await deps.runs.standing(run).end_pause()
    plan = await deps.runs.fresh_plan(run)
    counted, begun = await progress(run, deps.log), await begun_segments(run, deps.store)
    lacking = [n for n in range(plan.segments) if n not in counted][:FAN_OUTS]
    await send_all((FanOut(run, n, rest=n in begun) for n in lacking), deps.queue)
    if not lacking:
        await deps.queue.send(Publish(run))


async def cancel_paused(run: str, deps: Deps) -> None:
    """Publish what a paused run has: its other indices are skipped."""
    await deps.runs.standing(run).stop("cancelled", "cancelled by request")
    await resume_run(run, deps)
