"""Turns a message that the host gave up on into a visible failure of its run."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from shared import names, telemetry
from shared.contracts import bodies, messages
from shared.dataset.outcome import Outcome
from shared.errors import PermanentError
from shared.runs import paths
from shared.runs.revisions import give_up as give_up_revision
from shared.steps.deps import Deps
from shared.steps.run_failure import fail_run

_KEPT_CHARACTERS = 4096
_OF_RUNS = {
    kind.queue: kind for kind in messages.Message.__subclasses__() if "run_id" in kind.__struct_fields__
}
"""Messages that take a run further; one that has no rule of its own below fails the run when it is lost."""


async def record_poison(queue_name: str, body: bytes, deps: Deps) -> None:
    """Account for a message of `queue_name` that failed too often.

    A record or an example becomes a `failed` outcome, so that its run can still end; a fine-tune becomes a job that
    has failed, a revision one that could not be written; a lost segment or publication fails its run. Everything but
    a record is kept under `_poison/` with the reason, and so is what belongs to no run. A message whose work is done
    by now, or that is of an evaluation before the one under way, fails nothing.
    """
    reason = PermanentError(f"a message of {queue_name} failed too often; see the app's log", code="poison")
    try:
        if queue_name == names.GENERATE_RECORDS:
            await _fail_record(messages.GenerateRecord.decode(body), deps)
            return
        if queue_name == names.EVALUATE:
            await _fail_example(messages.Evaluate.decode(body), deps)
        elif queue_name == names.FINE_TUNE:
            await _fail_finetune(messages.FineTune.decode(body), reason, deps)
        elif queue_name == names.PUBLISH and (lost := messages.Publish.decode(body)).revision:
            await give_up_revision(lost.run_id, lost.revision, reason.message, deps.store)
        elif queue_name == names.DELIVER_EVENTS:
            pass  # that nobody takes an event is no failure of its run; the note below shows it
        elif queue_name in _OF_RUNS:
            run = await _unfinished(_OF_RUNS[queue_name].decode(body), deps)
            if run is not None:
                await fail_run(run, reason, deps)
    except PermanentError as error:
        await refuse(queue_name, body, error, deps)
        return
    await refuse(queue_name, body, reason, deps)


async def _fail_record(message: messages.GenerateRecord, deps: Deps) -> None:
    from shared.dataset.fold import fold

    indices = await deps.runs.indices(message.run_id, message.segment)
    if message.index not in indices:
        raise PermanentError(f"segment {message.segment} has no index {message.index}", code="unknown_index")
    path = paths.log(message.run_id, message.segment)
    await deps.log.create(path)
    if message.index in fold(await deps.log.read(path), indices).missing:
        outcome = Outcome(message.index, "failed", "poison", finished_at=deps.runs.now())
        await deps.log.append(path, outcome.to_line())
        telemetry.outcome(message.run_id, outcome)
    await deps.full.notice(message.run_id, message.segment, len(indices), log=path)


async def _fail_example(message: messages.Evaluate, deps: Deps) -> None:
    from shared.finetune.measure.outcome import ArmOutcome, folded
    from shared.steps.finetune.stored_job import read_job

    job = await read_job(message.run_id, deps.store)
    if job is None or not message.arm or not job.is_evaluating(message.begun_at):
        return
    attempt = job.evaluation.attempt if job.evaluation else 1
    path = paths.evaluation_log(message.run_id, message.arm, message.segment, attempt)
    if message.index not in folded(await deps.log.read(path)):
        await deps.log.append(path, ArmOutcome(message.index, "failed", "poison").to_line())


async def _fail_finetune(message: messages.FineTune, reason: PermanentError, deps: Deps) -> None:
    from shared.finetune.job import Problem
    from shared.steps.finetune.start_finetune import give_up

    problem = Problem(reason.code, reason.message)
    await give_up(message, problem, deps)


async def _unfinished(message: messages.Message, deps: Deps) -> str | None:
    """The run that the message would have taken further, None if that has happened by now.

    Raises PermanentError for a message that could never be acted on.
    """
    from shared.runs.counted import progress

    run, segment = str(message.run_id), getattr(message, "segment", None)  # type: ignore[attr-defined]
    if segment is None:
        await deps.runs.plan(run)
    else:
        await deps.runs.indices(run, segment)
        if segment in await progress(run, deps.log):
            return None
    published = await deps.store.read(names.DATASETS, paths.manifest(run))
    return run if published is None else None


async def refuse(queue_name: str, body: bytes, error: PermanentError, deps: Deps) -> None:
    """Keep a message that cannot be acted on, with the reason, where `status` shows it.

    The text is cut and scrubbed; a repetition of the same message overwrites its first note.
    """
    from shared.scrub.text import scrub_text

    digest = hashlib.sha256(body).hexdigest()[:16]
    note: dict[str, Any] = {
        "queue": queue_name,
        "code": error.code,
        "message": error.message,
        "body": scrub_text(bodies.text(body)[:_KEPT_CHARACTERS]),
        "bytes": len(body),
        "at": deps.runs.now(),
    }
    await deps.store.write(names.RUNS, paths.refused(queue_name, digest), orjson.dumps(note))
