"""Carries out one `Action` on a fine-tune job: the effect, then what its answer makes of the job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from shared import names
from shared.content_types import content_type
from shared.finetune import claims, reactions
from shared.finetune.decisions import Action
from shared.finetune.job import Job
from shared.finetune.transitions import State
from shared.runs import paths
from shared.steps.deps import Deps
from shared.steps.finetune import evaluation, report
from shared.steps.finetune.deployment_actions import (
    check_deployment,
    deploy,
    put_deployment,
    remove_deployment,
    undeploy,
)
from shared.steps.finetune.evaluation_report import copy_evaluation, summary
from shared.steps.finetune.job_actions import (
    cancel_job,
    check_files,
    collect,
    create_job,
    delete_files,
    delete_job,
    follow_job,
    look_for_file,
    look_for_job,
    pause_job,
    resume_job,
    upload_file,
)

OUTPUTS = ("events.jsonl", "metrics.csv", "checkpoints.json")
"""Files beside `job.json`."""


async def perform(action: Action, job: Job, deps: Deps) -> Job:
    """The job after `action`.

    Raises PlansmithError when a call failed, ConflictError when another instance has written meanwhile.
    """
    return await _ACTIONS[action](job, deps)


async def _claim(job: Job, deps: Deps) -> Job:
    return claims.claimed(job, deps.clock.now(), me=deps.me, settings=deps.settings.finetune)


async def _abandon(job: Job, deps: Deps) -> Job:
    return reactions.abandoned(job, deps.clock.now())


async def _follow_on(job: Job, deps: Deps) -> Job:
    return reactions.followed_on(job, deps.clock.now())


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
    await copy_evaluation(job, deps.store)
    await _publish(job, "job.json", done.to_json(), deps)
    return done


async def _write_report(chore: Action, job: Job, deps: Deps) -> Job:
    await report.write(job, deps)
    return reactions.chore_done(job, chore, deps.clock.now())


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
    times = sum(entered["state"] == job.state for entered in job.history)  # followed on, it may end so again
    await deps.outbox.tell(kind, job.run_id, data, part=_part(job, times))
    return reactions.chore_done(job, Action.ANNOUNCE, deps.clock.now())


def _part(job: Job, time: int) -> str:
    """The job's id at the service, or when it was made before it has one; with a number from the second time on."""
    which = job.job_id or job.created_at
    return which if time <= 1 else f"{which}-{time}"


async def _announce_evaluation(job: Job, deps: Deps) -> Job:
    data = await summary(job, deps.store)
    attempt = job.evaluation.attempt if job.evaluation else 1
    await deps.outbox.tell("evaluation.completed", job.run_id, data, part=_part(job, attempt))
    return reactions.chore_done(job, Action.ANNOUNCE_EVALUATION, deps.clock.now())


async def _complete(job: Job, deps: Deps) -> Job:
    return job.moved(State.COMPLETE, deps.clock.now())


_ACTIONS: dict[Action, Callable[[Job, Deps], Awaitable[Job]]] = {
    Action.CLAIM: _claim,
    Action.ABANDON: _abandon,
    Action.LOOK_FOR_FILE: look_for_file,
    Action.UPLOAD_FILE: upload_file,
    Action.CHECK_FILES: check_files,
    Action.LOOK_FOR_JOB: look_for_job,
    Action.CREATE_JOB: create_job,
    Action.CANCEL_JOB: cancel_job,
    Action.PAUSE_JOB: pause_job,
    Action.RESUME_JOB: resume_job,
    Action.FOLLOW_JOB: follow_job,
    Action.FOLLOW_ON: _follow_on,
    Action.COLLECT: collect,
    Action.DELETE_FILES: delete_files,
    Action.DELETE_JOB: delete_job,
    Action.COPY_RESULTS: _copy_results,
    Action.ANNOUNCE: _announce,
    Action.DEPLOY: deploy,
    Action.PUT_DEPLOYMENT: put_deployment,
    Action.CHECK_DEPLOYMENT: check_deployment,
    Action.REMOVE_DEPLOYMENT: remove_deployment,
    Action.UNDEPLOY: undeploy,
    Action.START_EVALUATION: evaluation.start,
    Action.CHECK_EVALUATION: evaluation.check,
    Action.ANNOUNCE_EVALUATION: _announce_evaluation,
    Action.COPY_ALL: _copy_all,
    Action.WRITE_REPORT: partial(_write_report, Action.WRITE_REPORT),
    Action.WRITE_WHOLE_REPORT: partial(_write_report, Action.WRITE_WHOLE_REPORT),
    Action.COMPLETE: _complete,
}
