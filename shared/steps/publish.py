"""Writes a run's dataset once all its segments are in; or plans more records where some were rejected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson

from shared import names, stored
from shared.contracts.messages import FineTune, Publish
from shared.dataset.failure import failure_of
from shared.dataset.manifest import Counts
from shared.dataset.publication import Decision, Publication
from shared.dataset.topup import top_up
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.context import RunContext
from shared.runs.notes import Published
from shared.runs.plan import RunPlan, Wave
from shared.steps.dataset_files import (
    new_publication,
    published_counts,
    segment_outcomes,
    write_files,
    write_manifest,
)
from shared.steps.deps import Deps
from shared.steps.fan_out import FAN_OUTS, begun_segments, send_unbegun
from shared.steps.review.writing import publish_revision


async def publish(message: Publish, deps: Deps) -> None:
    """Publish the run, top it up, or publish a revision; a second call writes the same bytes or nothing."""
    if message.revision:
        await publish_revision(message.run_id, message.revision, deps)
        return
    run = message.run_id
    counts = await published_counts(run, deps.store)
    if counts is None:
        counts = await _published(run, deps)
    elif await deps.store.read(names.RUNS, paths.published(run)) is not None:
        await deps.runs.close(run)
        return
    if counts is not None:
        await _announce(await deps.runs.context(run), counts, deps)


async def _published(run: str, deps: Deps) -> Counts | None:
    """The counts of the dataset, now that it is written; None where the run goes on, or has failed."""
    if await deps.runs.failure(run) is not None:
        return None
    context, plan = await deps.runs.context(run), await deps.runs.fresh_plan(run)
    publication = await _observed(context, plan, deps)
    if publication is None:
        # Whoever planned one more wave may have died before it was begun.
        await send_unbegun(run, plan, await begun_segments(run, deps.store), deps.queue, limit=FAN_OUTS)
        return None
    decision = await asyncio.to_thread(publication.decide)
    if await _topped_up(context, plan, publication, decision, deps):
        return None
    outcomes = _outcomes(run, plan, deps.store)
    written = await write_files(
        publication, outcomes, deps.store, folder=paths.dataset(run), listed=paths.rows(run)
    )
    if await deps.runs.failure(run) is not None:
        return None  # it failed while its files were written, and others were told so
    return await write_manifest(run, publication.manifest(written), deps.store)


async def _observed(context: RunContext, plan: RunPlan, deps: Deps) -> Publication | None:
    """A publication that has seen all outcomes; None while a segment is missing."""
    publication = await new_publication(context, deps)
    for segment in range(plan.segments):
        is_there = False
        async for outcome in segment_outcomes(context.spec.run_id, segment, deps.store):
            publication.observe(outcome)
            is_there = True
        if not is_there:
            return None
    return publication


async def _outcomes(run: str, plan: RunPlan, store: BlobStore) -> AsyncIterator[dict[str, Any]]:
    for segment in range(plan.segments):
        async for outcome in segment_outcomes(run, segment, store):
            yield outcome


async def _topped_up(
    context: RunContext, plan: RunPlan, publication: Publication, decision: Decision, deps: Deps
) -> bool:
    """Whether more indices were planned, because too few of those so far were accepted."""
    run = context.spec.run_id
    last = plan.waves[-1]
    more = top_up(
        decision,
        context.spec.options,
        plan.planned,
        waves=len(plan.waves),
        previous_planned=last.first,
        previous_accepted=last.accepted_before,
    )
    if more == 0 or await deps.runs.standing(run).stop_reason() is not None:
        return False
    wave = Wave(plan.planned, more, _lacking(publication.coverage.operations_by_use()), decision.accepted)
    grown = await deps.runs.add_wave(run, plan, wave)
    await send_unbegun(run, grown, range(plan.segments), deps.queue)
    return True


def _lacking(uses: list[tuple[str, int]]) -> dict[str, float]:
    """Weights that aim a wave at operations taught less than the average one, most at those never taught."""
    mean = sum(count for _, count in uses) / max(1, len(uses))
    return {api: round(1 - count / mean, 3) for api, count in uses if count < mean}


async def _announce(context: RunContext, counts: Counts, deps: Deps) -> None:
    """Tell others, start the fine-tune, close the run; one that was cut short does all of it again."""
    run = context.spec.run_id
    data = {
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "manifest": f"{names.DATASETS}/{paths.manifest(run)}",
    }
    await deps.outbox.tell("dataset.published", run, data)
    failure = failure_of(counts)
    if failure is not None and await deps.runs.standing(run).stop_reason() != "cancelled":
        await deps.outbox.tell("run.failed", run, failure)
    if context.spec.options["finetune"]["enabled"] and counts.accepted:
        await deps.queue.send(FineTune(run))
    await deps.store.write(
        names.RUNS, paths.published(run), orjson.dumps(stored.plain(Published(deps.runs.now())))
    )
    await deps.runs.close(run)
