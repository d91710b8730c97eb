"""Sends what a run still lacks, once a person lets it go on or end."""

from __future__ import annotations

from shared import names
from shared.ports.storage import Queue, RecordLog, RunStore
from shared.runs.store import Runs
from shared.steps.aggregate import progress
from shared.steps.fan_out import FAN_OUTS, begun_segments, send_all


async def resume_run(run: str, *, store: RunStore, runs: Runs, log: RecordLog, queue: Queue) -> None:
    """Let a paused run go on: indices without an outcome are sent again, with what they have paid so far.

    What does not fit in one go, or is lost, is sent by `reconcile`.
    """
    await runs.pauses.end(run)
    plan = await runs.fresh_plan(run)
    counted, begun = await progress(run, log), await begun_segments(run, store)
    lacking = [n for n in range(plan.segments) if n not in counted][:FAN_OUTS]
    rests = ({"run_id": run, "segment": n, **({"rest": True} if n in begun else {})} for n in lacking)
    await send_all(names.FAN_OUT, rests, queue)
    if not lacking:
        await queue.send(names.PUBLISH, {"run_id": run})


async def cancel_paused(run: str, *, store: RunStore, runs: Runs, log: RecordLog, queue: Queue) -> None:
    """Publish what a paused run has: its other indices are skipped."""
    await runs.stop(run, "cancelled", "cancelled by request")
    await resume_run(run, store=store, runs=runs, log=log, queue=queue)
