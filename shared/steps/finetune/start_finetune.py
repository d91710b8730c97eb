"""Opens the fine-tune job of a published run; `advance_finetunes` takes it from there."""

from __future__ import annotations

import asyncio
import tempfile
from copy import replace

from shared import names, stored
from shared.contracts import options
from shared.contracts.messages import FineTune
from shared.dataset.checkers import Finding, check_file
from shared.errors import BadRequestError, PlansmithError
from shared.finetune import words
from shared.finetune.job import Job, Problem
from shared.finetune.models import MAX_SUFFIX, Listed
from shared.finetune.request import failed, new_job
from shared.finetune.transitions import FINAL, State
from shared.ports.storage import BlobStore
from shared.runs import paths
from shared.steps.deps import Deps
from shared.steps.finetune.advance_finetunes import advance
from shared.steps.finetune.archive import put_aside
from shared.steps.finetune.baseline import other_tasks
from shared.steps.finetune.estimating import reckoned
from shared.steps.finetune.published import read_manifest
from shared.steps.finetune.stored_job import mark_open, open_job, read_job

_IN_MEMORY_BYTES = 1 << 20


async def start_finetune(message: FineTune, deps: Deps) -> None:
    """Write the run's `job.json` and its open mark; a repeated message changes nothing.

    With `again` the job that has ended is put aside first. With `nudge` none is opened: the one that goes on is
    taken further at once.

    A training file that the service would refuse makes a job that has `failed`, with the reason.

    Raises BadRequestError: no such run, nothing published, or an option that is not accepted.
    """
    run = message.run_id
    if not names.is_run_id(run):
        raise BadRequestError(f"'{run[:80]}' is no run id", code="unknown_run")
    if message.nudge:
        await advance(run, deps)
        return
    kept = await read_job(run, deps.store)
    if kept is not None and kept.state not in FINAL:
        await mark_open(run, deps.store)
        return
    if kept is None or (message.again and await put_aside(kept, message.again, deps.store)):
        await open_job(await preview(message, deps), deps.store)


async def give_up(message: FineTune, problem: Problem, deps: Deps) -> None:
    """Make the run's job one that has failed, if there is none yet; `advance_finetunes` tells others of it.

    Raises BadRequestError: no such run, nothing published, or an option that is not accepted.
    """
    if await read_job(message.run_id, deps.store) is None:
        job = await preview(message, deps)
        if job.state == State.REQUESTED:
            job = failed(job, problem, deps.clock.now())
        await open_job(job, deps.store)


async def what_would_be_lost(message: FineTune, deps: Deps) -> BadRequestError | None:
    """Why the job that has ended is not to be put aside for the one that the message asks for; None if it may be.

    `still_deployed`: nothing would show any more what its deployment costs or may cost. `would_fail`: a trained model
    would give way to a job that fails before it begins.
    """
    ended = await read_job(message.run_id, deps.store)
    if ended is None:
        return None
    if ended.may_cost and not deps.settings.finetune.model_is_deployment:
        return BadRequestError(words.still_deployed(ended), code="still_deployed")
    if not ended.fine_tuned_model:
        return None
    problem = (await preview(message, deps)).error
    if problem is None:
        return None
    return BadRequestError(words.kept_for_nothing(problem), code="would_fail")


async def preview(message: FineTune, deps: Deps) -> Job:
    """The job that the message makes, with its estimate, or failed with what speaks against it; stores nothing.

    Raises BadRequestError: no such run, nothing published, no model, or an option that is not accepted.
    """
    run = message.run_id
    asked = await deps.runs.spec(run)
    if asked is None:
        raise BadRequestError(f"there is no run {run}", code="unknown_run")
    published = await read_manifest(run, message.revision, deps.store)
    if published is None:
        what = f"no revision {message.revision}" if message.revision else "no dataset"
        raise BadRequestError(f"run {run} has published {what}", code="not_published")
    complete = options.resolve(asked.options, {"finetune": message.options})
    model = complete["finetune"]["model"] or deps.settings.finetune.student_model
    job = new_job(
        run,
        complete["finetune"],
        stored.plain(published),
        seed=complete["seed"],
        student_model=deps.settings.finetune.student_model,
        now=deps.clock.now(),
        listed=await _listed(model, deps) if model else None,
        revision=message.revision,
        folder=paths.revision_folder(message.revision),
    )
    if message.again:  # else the service's look for what is there already would find the old job
        tail = f"-{message.again + 1}"
        job = replace(job, suffix=f"{job.suffix[: MAX_SUFFIX - len(tail)]}{tail}")
    problem = await _refused(job, deps.store) if job.state == State.REQUESTED else None
    if job.state == State.REQUESTED and problem is None:
        problem = await other_tasks(job, deps.store)
    if job.state == State.REQUESTED and problem is None:
        job, problem = await reckoned(job, asked, published, deps)
    return job if problem is None else failed(job, problem, deps.clock.now())


async def _listed(model: str, deps: Deps) -> Listed | None:
    """What the service's own list says of the model; a list that cannot be had says nothing."""
    try:
        return await deps.service.listed_model(model)
    except PlansmithError:
        return None


async def _refused(job: Job, store: BlobStore) -> Problem | None:
    """The first thing that the service would refuse in the job's files, and how many there are."""
    for part, file in job.files.items():
        findings = await _findings(paths.dataset(job.run_id, file.path), store, training=part == "train")
        if findings:
            first = findings[0]
            row = f", row {first.row}" if first.row else ""
            more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
            return Problem("bad_training_file", f"{file.path}{row}: {first.code}: {first.message}{more}")
    return None


async def _findings(path: str, store: BlobStore, *, training: bool) -> list[Finding]:
    """What is wrong with a published file, read in bounded memory and checked beside the event loop."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
        async for chunk in store.stream(names.DATASETS, path):
            spool.write(chunk)
        spool.seek(0)
        return await asyncio.to_thread(check_file, path, spool, training=training)
