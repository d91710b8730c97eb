"""What is done at the service for a fine-tune job: its files, the job, and what it leaves behind."""

from __future__ import annotations

from contextlib import suppress
from copy import replace

from shared import names
from shared.content_types import content_type
from shared.errors import PermanentError, PlansmithError, TransientError
from shared.finetune import claims, figures, reactions
from shared.finetune.checkpoints import choose as choose_checkpoint
from shared.finetune.decisions import Action
from shared.finetune.event_log import merged
from shared.finetune.job import Job, Problem
from shared.finetune.request import job_request
from shared.finetune.results import MAX_RESULT_BYTES, checkpoints_json, metrics_csv, plain
from shared.finetune.service import ENDED, JobEvent
from shared.finetune.transitions import State
from shared.runs import paths
from shared.steps.deps import Deps

_SAME_NAME = 3
_MAX_RUNNING_RESULT = 4 << 20
"""Bytes of a result file that are read while a job still runs: some 50,000 steps."""


async def look_for_file(job: Job, deps: Deps) -> Job:
    part = claims.next_upload(job)
    assert part is not None, "an uploading job lacks a file"
    found = await deps.service.find_file(job.files[part].name)
    if found is None:
        return reactions.waiting(job, deps.clock.now(), deps.settings.finetune)
    return reactions.uploaded(job, part, found, deps.clock.now(), settings=deps.settings.finetune)


async def upload_file(job: Job, deps: Deps) -> Job:
    part = claims.next_upload(job)
    assert part is not None, "an uploading job lacks a file"
    file = job.files[part]
    found = await deps.service.find_file(file.name)
    if found is None:
        chunks = deps.store.stream(names.DATASETS, paths.dataset(job.run_id, file.path))
        timeout_s = claims.upload_s(file, deps.settings.finetune)
        found = await deps.service.upload_file(file.name, chunks, timeout_s=timeout_s)
    return reactions.uploaded(job, part, found, deps.clock.now(), settings=deps.settings.finetune, me=deps.me)


async def check_files(job: Job, deps: Deps) -> Job:
    seen = {}
    for part, file in job.files.items():
        if file.status != "processed":
            found = await deps.service.get_file(file.id)
            if found is None:
                raise TransientError(f"the service does not know the {part} file", code="file_not_found")
            seen[part] = found
    return reactions.files_seen(job, seen, deps.clock.now(), deps.settings.finetune)


async def look_for_job(job: Job, deps: Deps) -> Job:
    found = await deps.service.find_job(job.files["train"].id, job.suffix)
    if found is None:
        return reactions.waiting(job, deps.clock.now(), deps.settings.finetune)
    return reactions.job_seen(job, found, deps.clock.now(), deps.settings.finetune)


async def create_job(job: Job, deps: Deps) -> Job:
    found = await deps.service.find_job(job.files["train"].id, job.suffix)
    if found is None and job.cancel_requested:
        return reactions.abandoned(job, deps.clock.now())
    if found is None:
        found = await deps.service.create_job(job_request(job))
    return reactions.job_seen(job, found, deps.clock.now(), deps.settings.finetune)


async def cancel_job(job: Job, deps: Deps) -> Job:
    await deps.service.cancel_job(job.job_id)
    return job.kept(deps.clock.now(), cancel_sent=True)


async def pause_job(job: Job, deps: Deps) -> Job:
    await deps.service.pause_job(job.job_id)
    return job.kept(deps.clock.now(), wanted="")


async def resume_job(job: Job, deps: Deps) -> Job:
    await deps.service.resume_job(job.job_id)
    return job.kept(deps.clock.now(), wanted="")


async def follow_job(job: Job, deps: Deps) -> Job:
    seen = await deps.service.get_job(job.job_id)
    if seen is None:
        raise TransientError(f"the service does not know the job {job.job_id}", code="job_not_found")
    if seen.status == "succeeded" and not seen.fine_tuned_model:
        raise TransientError("the job has succeeded, but its model has no name yet", code="model_not_named")
    events: list[JobEvent] = []
    with suppress(
        PermanentError
    ):  # a service without events still trains; what is missing is told at the end
        events = await _save_events(job, deps)
    newest = dict(figures.from_events(events))
    if "step" in newest and seen.result_files and seen.status not in ENDED:
        newest = {**await _running_figures(seen.result_files[0], deps), **newest}
    last = events[0].id if events else ""
    return reactions.job_seen(
        job, seen, deps.clock.now(), deps.settings.finetune, last_event=last, newest=newest
    )


async def _running_figures(result_file: str, deps: Deps) -> figures.Figures:
    """What the result file of a running job tells besides its events.

    It is only to be looked at: one that cannot be had now changes nothing.
    """
    try:
        data = plain(await deps.service.read_file(result_file, max_bytes=_MAX_RUNNING_RESULT))
    except (PlansmithError, ValueError):
        return {}
    return figures.from_metrics(metrics_csv(figures.newest_rows(data)))


async def _save_events(job: Job, deps: Deps) -> list[JobEvent]:
    """Keep what is new and return it, newest first."""
    limit = deps.settings.finetune.max_events
    events = await deps.service.list_events(job.job_id, until=job.last_event, limit=limit)
    if not events:
        return []
    path = paths.finetune(job.run_id, "events.jsonl")
    kept = await deps.store.read(names.RUNS, path)
    data = merged(kept.data if kept else b"", events)
    if kept is None or data != kept.data:
        await deps.store.write(
            names.RUNS,
            path,
            data,
            if_absent=kept is None,
            if_match=kept.etag if kept else None,
            content_type=content_type(path),
        )
    return events


async def collect(job: Job, deps: Deps) -> Job:
    """Save what the training has left; what the service refuses for good becomes a warning."""
    warnings: list[Problem] = []
    for part, collect in (
        ("events", _collect_events),
        ("metrics", _collect_metrics),
        ("checkpoints", _collect_checkpoints),
    ):
        try:
            job = await collect(job, deps)
        except PermanentError as exc:
            warnings.append(Problem(exc.code, f"the {part} cannot be had: {exc.message}"))
    ended = reactions.collected(job, deps.clock.now())
    if job.status == "succeeded":
        ended = replace(ended, warnings=(*ended.warnings, *warnings))
    return ended


async def _collect_events(job: Job, deps: Deps) -> Job:
    events = await _save_events(job, deps)
    known = reactions.measured(job, figures.from_events(events))
    return replace(known, last_event=events[0].id) if events else known


async def _collect_metrics(job: Job, deps: Deps) -> Job:
    if not job.result_files:
        return job
    found = await deps.service.read_file(job.result_files[0], max_bytes=MAX_RESULT_BYTES)
    try:
        data = metrics_csv(plain(found))
    except ValueError as exc:
        raise PermanentError(f"the result file cannot be read: {exc}", code="bad_result_file") from exc
    await _save(job, "metrics.csv", data, deps)
    return reactions.measured(job, figures.from_metrics(data))


async def _collect_checkpoints(job: Job, deps: Deps) -> Job:
    checkpoints = await deps.service.list_checkpoints(job.job_id)
    if checkpoints:
        await _save(job, "checkpoints.json", checkpoints_json(checkpoints), deps)
    return replace(job, checkpoint=choose_checkpoint(checkpoints, job.options["checkpoint"]))


async def _save(job: Job, name: str, data: bytes, deps: Deps) -> None:
    await deps.store.write(
        names.RUNS, paths.finetune(job.run_id, name), data, content_type=content_type(name)
    )


async def delete_files(job: Job, deps: Deps) -> Job:
    """Free the service's quota (100 files); also of uploads that a crash repeated, or that nobody could note any more.

    Files are ours by their name, which holds run and content.
    Files of a job that may still run are left alone.
    """
    if not job.job_id or job.status in ENDED:
        begun = any(step["state"] == State.UPLOADING for step in job.history)
        for file in job.files.values():
            if file.id:
                await deps.service.delete_file(file.id)
            for _ in range(_SAME_NAME):
                other = await deps.service.find_file(file.name) if begun or file.id else None
                if other is None:
                    break
                await deps.service.delete_file(other.id)
        for result in job.result_files:
            await deps.service.delete_file(result)
    return reactions.chore_done(job, Action.DELETE_FILES, deps.clock.now())


async def delete_job(job: Job, deps: Deps) -> Job:
    await deps.service.delete_job(job.job_id)
    return reactions.chore_done(job, Action.DELETE_JOB, deps.clock.now())
