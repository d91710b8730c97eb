"""Carries out one `Action` on a fine-tune job: the effect, then what its answer makes of the job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import replace

from shared import names
from shared.content_types import content_type
from shared.errors import PermanentError, PlansmithError, TransientError
from shared.finetune import figures, reactions
from shared.finetune.checkpoints import choose as choose_checkpoint
from shared.finetune.decisions import Action
from shared.finetune.deployment import deployment_request
from shared.finetune.event_log import merged
from shared.finetune.job import Job, Problem
from shared.finetune.measure import money
from shared.finetune.request import job_request
from shared.finetune.results import MAX_RESULT_BYTES, checkpoints_json, metrics_csv, plain
from shared.finetune.service import ENDED, JobEvent
from shared.finetune.transitions import State
from shared.runs import paths
from shared.steps.deps import Deps
from shared.steps.finetune import evaluation as finetune_evaluation
from shared.steps.finetune import report as finetune_report

OUTPUTS = ("events.jsonl", "metrics.csv", "checkpoints.json")
"""Files beside `job.json`."""

_SAME_NAME = 3
_MAX_RUNNING_RESULT = 4 << 20
"""Bytes of a result file that are read while a job still runs: some 50,000 steps."""


async def perform(action: Action, job: Job, deps: Deps) -> Job:
    """The job after `action`.

    Raises PlansmithError when a call failed, ConflictError when another instance has written meanwhile.
    """
    return await _ACTIONS[action](job, deps)


async def _claim(job: Job, deps: Deps) -> Job:
    return reactions.claimed(job, deps.clock.now(), me=deps.me, settings=deps.settings.finetune)


async def _abandon(job: Job, deps: Deps) -> Job:
    return reactions.abandoned(job, deps.clock.now())


async def _look_for_file(job: Job, deps: Deps) -> Job:
    part = reactions.next_upload(job)
    assert part is not None, "an uploading job lacks a file"
    found = await deps.service.find_file(job.files[part].name)
    if found is None:
        return reactions.waiting(job, deps.clock.now(), deps.settings.finetune)
    return reactions.uploaded(job, part, found, deps.clock.now())


async def _upload_file(job: Job, deps: Deps) -> Job:
    part = reactions.next_upload(job)
    assert part is not None, "an uploading job lacks a file"
    file = job.files[part]
    found = await deps.service.find_file(file.name)
    if found is None:
        chunks = deps.store.stream(names.DATASETS, paths.dataset(job.run_id, file.path))
        found = await deps.service.upload_file(file.name, chunks)
    return reactions.uploaded(job, part, found, deps.clock.now())


async def _check_files(job: Job, deps: Deps) -> Job:
    seen = {}
    for part, file in job.files.items():
        if file.status != "processed":
            found = await deps.service.get_file(file.id)
            if found is None:
                raise TransientError(f"the service does not know the {part} file", code="file_not_found")
            seen[part] = found
    return reactions.files_seen(job, seen, deps.clock.now(), deps.settings.finetune)


async def _look_for_job(job: Job, deps: Deps) -> Job:
    found = await deps.service.find_job(job.files["train"].id, job.suffix)
    if found is None:
        return reactions.waiting(job, deps.clock.now(), deps.settings.finetune)
    return reactions.job_seen(job, found, deps.clock.now(), deps.settings.finetune)


async def _create_job(job: Job, deps: Deps) -> Job:
    found = await deps.service.find_job(job.files["train"].id, job.suffix)
    if found is None and job.cancel_requested:
        return reactions.abandoned(job, deps.clock.now())
    if found is None:
        found = await deps.service.create_job(job_request(job))
    return reactions.job_seen(job, found, deps.clock.now(), deps.settings.finetune)


async def _cancel_job(job: Job, deps: Deps) -> Job:
    await deps.service.cancel_job(job.job_id)
    return job.kept(deps.clock.now(), cancel_sent=True)


async def _pause_job(job: Job, deps: Deps) -> Job:
    await deps.service.pause_job(job.job_id)
    return job.kept(deps.clock.now(), wanted="")


async def _resume_job(job: Job, deps: Deps) -> Job:
    await deps.service.resume_job(job.job_id)
    return job.kept(deps.clock.now(), wanted="")


async def _follow_job(job: Job, deps: Deps) -> Job:
    seen = await deps.service.get_job(job.job_id)
    if seen is None:
        raise TransientError(f"the service does not know the job {job.job_id}", code="job_not_found")
    if seen.status == "succeeded" and not seen.fine_tuned_model:
        raise TransientError("the job has succeeded, but its model has no name yet", code="model_not_named")
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


async def _collect(job: Job, deps: Deps) -> Job:
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


async def _delete_files(job: Job, deps: Deps) -> Job:
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


async def _delete_job(job: Job, deps: Deps) -> Job:
    await deps.service.delete_job(job.job_id)
    return reactions.chore_done(job, Action.DELETE_JOB, deps.clock.now())


async def _copy_results(job: Job, deps: Deps) -> Job:
    done = reactions.chore_done(job, Action.COPY_RESULTS, deps.clock.now())
    for name in OUTPUTS:
        blob = await deps.store.read(names.RUNS, paths.finetune(job.run_id, name))
        if blob is not None:
            await _publish(job, name, blob.data, deps)
    await _publish(job, "job.json", done.to_json(), deps)
    return done


async def _copy_all(job: Job, deps: Deps) -> Job:
    done = reactions.chore_done(job, Action.COPY_ALL, deps.clock.now())
    await finetune_evaluation.copy_evaluation(job, deps.store)
    await _publish(job, "job.json", done.to_json(), deps)
    return done


async def _write_report(job: Job, deps: Deps) -> Job:
    await finetune_report.write(job, deps)
    return reactions.chore_done(job, Action.WRITE_REPORT, deps.clock.now())


async def _write_whole_report(job: Job, deps: Deps) -> Job:
    await finetune_report.write(job, deps)
    return reactions.chore_done(job, Action.WRITE_WHOLE_REPORT, deps.clock.now())


async def _publish(job: Job, name: str, data: bytes, deps: Deps) -> None:
    await deps.store.write(
        names.DATASETS, paths.finetune(job.run_id, name), data, content_type=content_type(name)
    )


async def _announce(job: Job, deps: Deps) -> Job:
    kind = "finetune.succeeded" if job.state == State.SUCCEEDED else "finetune.failed"
    data = {
        "state": str(job.state),
        "model": job.model,
        "job_id": job.job_id,
        "fine_tuned_model": job.fine_tuned_model,
        "trained_tokens": job.trained_tokens,
        "error": {"code": job.error.code, "message": job.error.message} if job.error else None,
        "job": f"{names.DATASETS}/{paths.job(job.run_id)}",
    }
    await deps.outbox.tell(kind, job.run_id, data, part=_which(job))
    return reactions.chore_done(job, Action.ANNOUNCE, deps.clock.now())


def _which(job: Job) -> str:
    """What tells a run's jobs apart."""
    return job.job_id or job.created_at


async def _deploy(job: Job, deps: Deps) -> Job:
    now = deps.clock.now()
    if deps.settings.finetune.model_is_deployment:
        return reactions.deploying(job, job.chosen_model, "Succeeded", now)
    if deps.deployments is None:
        needed = "AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP and AZURE_OPENAI_ACCOUNT"
        return reactions.without_deployment(job, f"deploying needs the settings {needed}", now)
    request = deployment_request(job)
    status = await deps.deployments.put_deployment(request)
    rate = money.hosting(job.model, request.sku)
    return reactions.deploying(job, request.name, status.state, deps.clock.now(), usd_per_hour=rate)


async def _check_deployment(job: Job, deps: Deps) -> Job:
    assert job.deployment is not None, "a deploying job has a deployment"
    state, message = "Succeeded", ""
    if not deps.settings.finetune.model_is_deployment:
        assert deps.deployments is not None, "it was asked for the deployment"
        status = await deps.deployments.get_deployment(job.deployment.name)
        state, message = (status.state, status.message) if status else ("Missing", "")
    return reactions.deployment_seen(job, state, message, deps.clock.now(), deps.settings.finetune)


async def _undeploy(job: Job, deps: Deps) -> Job:
    await _delete_deployment(job, deps)
    return reactions.undeployed(job, deps.clock.now())


async def _remove_deployment(job: Job, deps: Deps) -> Job:
    now = deps.clock.now()
    if (
        deps.settings.finetune.model_is_deployment
    ):  # served by its name: there is nothing that costs by the hour
        return reactions.chore_done(job, Action.REMOVE_DEPLOYMENT, now)
    await _delete_deployment(job, deps)
    return reactions.chore_done(reactions.undeployed(job, now), Action.REMOVE_DEPLOYMENT, now)


async def _delete_deployment(job: Job, deps: Deps) -> None:
    assert job.deployment is not None, "there is something to remove"
    if deps.deployments is not None and not deps.settings.finetune.model_is_deployment:
        await deps.deployments.delete_deployment(job.deployment.name)


async def _start_evaluation(job: Job, deps: Deps) -> Job:
    return await finetune_evaluation.start(job, deps)


async def _check_evaluation(job: Job, deps: Deps) -> Job:
    return await finetune_evaluation.check(job, deps)


async def _announce_evaluation(job: Job, deps: Deps) -> Job:
    data = await finetune_evaluation.summary(job, deps.store)
    await deps.outbox.tell("evaluation.completed", job.run_id, data, part=_which(job))
    return reactions.chore_done(job, Action.ANNOUNCE_EVALUATION, deps.clock.now())


async def _complete(job: Job, deps: Deps) -> Job:
    return job.moved(State.COMPLETE, deps.clock.now())


_ACTIONS: dict[Action, Callable[[Job, Deps], Awaitable[Job]]] = {
    Action.CLAIM: _claim,
    Action.ABANDON: _abandon,
    Action.LOOK_FOR_FILE: _look_for_file,
    Action.UPLOAD_FILE: _upload_file,
    Action.CHECK_FILES: _check_files,
    Action.LOOK_FOR_JOB: _look_for_job,
    Action.CREATE_JOB: _create_job,
    Action.CANCEL_JOB: _cancel_job,
    Action.PAUSE_JOB: _pause_job,
    Action.RESUME_JOB: _resume_job,
    Action.FOLLOW_JOB: _follow_job,
    Action.COLLECT: _collect,
    Action.DELETE_FILES: _delete_files,
    Action.DELETE_JOB: _delete_job,
    Action.COPY_RESULTS: _copy_results,
    Action.ANNOUNCE: _announce,
    Action.DEPLOY: _deploy,
    Action.CHECK_DEPLOYMENT: _check_deployment,
    Action.REMOVE_DEPLOYMENT: _remove_deployment,
    Action.UNDEPLOY: _undeploy,
    Action.START_EVALUATION: _start_evaluation,
    Action.CHECK_EVALUATION: _check_evaluation,
    Action.ANNOUNCE_EVALUATION: _announce_evaluation,
    Action.COPY_ALL: _copy_all,
    Action.WRITE_REPORT: _write_report,
    Action.WRITE_WHOLE_REPORT: _write_whole_report,
    Action.COMPLETE: _complete,
}
