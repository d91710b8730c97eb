"""Writes a run's dataset once all its segments are in; or plans more records where some were rejected."""

from __future__ import annotations

from contextlib import AsyncExitStack

import orjson

from shared import names, stored
from shared.contracts.messages import FineTune, Publish
from shared.dataset.failure import failure_of
from shared.dataset.manifest import Counts, Manifest, PublishedFile
from shared.dataset.publication import Publication
from shared.dataset.topup import top_up
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.runs.context import RunContext
from shared.runs.notes import Published
from shared.runs.plan import RunPlan, Wave
from shared.runs.tail import lines
from shared.steps.dataset_files import DatasetFiles, new_publication, write_manifest
from shared.steps.deps import Deps
from shared.steps.fan_out import FAN_OUTS, begun_segments, send_unbegun
from shared.steps.review.writing import publish_revision


async def publish(message: Publish, deps: Deps) -> None:
    """Publish the run, top it up, or publish a revision; a second call writes the same bytes or nothing."""
    if message.revision:
        await publish_revision(message.run_id, message.revision, deps)
        return
    run = message.run_id
    manifest = await deps.store.read(names.DATASETS, paths.manifest(run))
    if manifest is None and await deps.runs.failure(run) is not None:
        return
    context = await deps.runs.context(run)
    if manifest is None:
        plan = await deps.runs.fresh_plan(run)
        publication = await _observe(context, plan, deps)
        if publication is None:
            # Whoever planned one more wave may have died before it was begun.
            await send_unbegun(run, plan, await begun_segments(run, deps.store), deps.queue, limit=FAN_OUTS)
            return
        if await _topped_up(context, plan, publication, deps):
            return
        written = await _write(run, plan, publication, deps.store)
        if await deps.runs.failure(run) is not None:
            return  # it failed while its files were written, and others were told so
        await write_manifest(run, publication.manifest(written), deps.store)
        manifest = await deps.store.read(names.DATASETS, paths.manifest(run))
        assert manifest is not None, "just written"
    elif await deps.store.read(names.RUNS, paths.published(run)) is not None:
        await deps.runs.close(run)
        return
    counts = stored.read(Manifest, manifest.data, "a manifest").counts
    await _announce(context, counts, deps)


async def _observe(context: RunContext, plan: RunPlan, deps: Deps) -> Publication | None:
    """All outcomes seen once, in index order; None while a segment is missing."""
    spec = context.spec
    publication = await new_publication(context, deps)
    for segment in range(plan.segments):
        seen = 0
        async for line in lines(deps.store.stream(names.RUNS, paths.segment(spec.run_id, segment))):
            publication.observe(orjson.loads(line))
            seen += 1
        if seen == 0:
            return None
    return publication


async def _topped_up(context: RunContext, plan: RunPlan, publication: Publication, deps: Deps) -> bool:
    """Whether more indices were planned, because too few of those so far were accepted."""
    run = context.spec.run_id
    decision = publication.decide()
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


async def _write(run: str, plan: RunPlan, publication: Publication, store: BlobStore) -> list[PublishedFile]:
    """All files but the manifest, each of them complete."""
    async with AsyncExitStack() as stack:
        files = DatasetFiles(paths.dataset(run), store, stack)
        for path in publication.paths():
            await files.open(path)
        entries = await stack.enter_async_context(store.open_write(names.RUNS, paths.rows(run)))
        for segment in range(plan.segments):
            listed = bytearray()
            async for line in lines(store.stream(names.RUNS, paths.segment(run, segment))):
                outcome = orjson.loads(line)
                listed += publication.entry(outcome).to_line()
                for path, row in publication.rows(outcome):
                    await files.add(path, row)
            await entries.write(bytes(listed))
        for path, data in publication.closing(files.rows):
            await files.add(path, data)
        return await files.finish(publication.described)


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
