"""What an answer of the service, or its failure, makes of a fine-tune job until its model is trained."""

from __future__ import annotations

from collections.abc import Mapping
from copy import replace
from datetime import UTC, datetime
from typing import Any

from shared.finetune import figures, words
from shared.finetune.claims import upload_claim
from shared.finetune.decisions import Action
from shared.finetune.job import Job, Problem
from shared.finetune.service import ENDED, USABLE_FILE, ServiceFile, ServiceJob
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.times import later, moment, stamp

_MAX_WARNINGS = 20
_NONE: Mapping[str, int | float] = {}


def uploaded(
    job: Job, part: str, file: ServiceFile, now: datetime, *, settings: FineTuneSettings, me: str = ""
) -> Job:
    """The job whose `part` is at the service; with the last one it waits for processing.

    `me`, who has uploaded it, has a fresh claim for the next one; where it was only found, that is free to claim.
    """
    files = {**job.files, part: replace(job.files[part], id=file.id, status=file.status)}
    following = next((held for held in files.values() if not held.id), None)
    if following is None:
        return job.moved(State.PROCESSING, now, files=files)
    claim = upload_claim(following, me, now, settings) if me else None
    return job.kept(now, files=files, claim=claim)


def files_seen(job: Job, seen: dict[str, ServiceFile], now: datetime, settings: FineTuneSettings) -> Job:
    """The job after a look at its files: on to creation, a failure, or another look later."""
    files = {
        part: replace(file, status=seen[part].status) if part in seen else file
        for part, file in job.files.items()
    }
    for part, file in seen.items():
        if file.status not in USABLE_FILE:
            why = file.status_details or f"its status is {file.status}"
            return ended(job, State.FAILED, now, error=words.file_rejected(part, why, job), files=files)
    if all(file.status == "processed" for file in files.values()):
        return job.moved(State.CREATING, now, files=files)
    if job.age_s(now) > settings.processing_limit_s:
        late = words.not_processed(settings.processing_limit_s, job)
        return ended(job, State.FAILED, now, error=late, files=files)
    return job.kept(now, files=files, next_check_at=next_look(job, now, settings))


def job_seen(
    job: Job,
    seen: ServiceJob,
    now: datetime,
    settings: FineTuneSettings,
    *,
    last_event: str = "",
    newest: figures.Figures = _NONE,
) -> Job:
    """The job after the service has told its status; an unknown status means waiting.

    A job just created or adopted runs first, whatever its status, so that its events are followed.
    `newest` are figures of the training that were not known before.
    """
    ended = seen.status in ENDED and job.state == State.RUNNING
    state = State.COLLECTING if ended else State.RUNNING
    entered = state != job.state
    error = Problem(seen.error_code or "training_failed", seen.error_message) if seen.error_message else None
    seen_job = job.moved(
        state,
        now,
        job_id=seen.id,
        status=seen.status,
        fine_tuned_model=seen.fine_tuned_model or job.fine_tuned_model,
        trained_tokens=seen.trained_tokens if seen.trained_tokens is not None else job.trained_tokens,
        estimated_finish=_date(seen.estimated_finish) or job.estimated_finish,
        hyperparameters=seen.hyperparameters or job.hyperparameters,
        result_files=seen.result_files or job.result_files,
        last_event=last_event or job.last_event,
        error=error,
        warnings=_about_status(job, seen.status, now, settings),
        heard_at=stamp(now) if _is_news(job, seen.status, last_event, newest) else job.heard_at,
        next_check_at="" if entered else next_look(job, now, settings),
    )
    return measured(seen_job, newest)


def _is_news(job: Job, status: str, last_event: str, newest: figures.Figures) -> bool:
    """Whether the service has told something that was not known; for a job just begun it has."""
    return not job.heard_at or status != job.status or bool(last_event or newest)


_OF_STATUS = frozenset({"unknown_status", "job_paused", "no_news"})


def _about_status(job: Job, status: str, now: datetime, settings: FineTuneSettings) -> tuple[Problem, ...]:
    """The job's warnings with what its status means for who waits; what no longer holds is dropped."""
    kept = tuple(warning for warning in job.warnings if warning.code not in _OF_STATUS)
    quiet_s = (now - moment(job.heard_at)).total_seconds() if job.heard_at and status == job.status else 0.0
    if status not in words.KNOWN_STATUSES:
        kept = told(kept, words.unknown_status(status, job.run_id))
    if status == "paused" and not job.wanted:
        kept = told(kept, words.paused(job.run_id))
    elif quiet_s >= settings.quiet_s and status not in ENDED:
        kept = told(kept, words.no_news(quiet_s, job.run_id))
    return kept


def measured(job: Job, newest: figures.Figures) -> Job:
    """The job with the newest figures of its training; what they lack keeps its value."""
    known: dict[str, Any] = dict(figures.planned_steps(job)) if job.total_steps is None else {}
    known |= {name: value for name, value in newest.items() if name in figures.FIGURES}
    step, total = (known.get(name, getattr(job, name)) for name in ("step", "total_steps"))
    if step is not None and total is not None and step > total:
        known["total_steps"] = step
    return replace(job, **known)


def waiting(job: Job, now: datetime, settings: FineTuneSettings) -> Job:
    """The job unchanged, to be looked at again later; its claim stays.

    A look that finds nothing says nothing about the call that fails, so the failures stay.
    """
    return job.kept(
        now,
        claim=job.claim,
        failing_since=job.failing_since,
        last_error=job.last_error,
        next_check_at=next_look(job, now, settings),
    )


def collected(job: Job, now: datetime) -> Job:
    """The job after its outputs are saved: succeeded, failed or cancelled as the service said."""
    if job.status == "succeeded" and job.fine_tuned_model:
        return ended(job, State.SUCCEEDED, now, error=None)
    if job.status == "cancelled":
        return ended(job, State.CANCELLED, now, error=Problem("cancelled", "the fine-tune job was cancelled"))
    text = (
        "the fine-tune job failed without a reason"
        if job.status == "failed"
        else "there is no fine-tuned model"
    )
    problem = job.error or Problem("training_failed", text)
    return ended(job, State.FAILED, now, error=words.training_failed(problem, job))


def abandoned(job: Job, now: datetime) -> Job:
    """The cancelled job before the service had one."""
    problem = Problem("cancelled", "cancelled before the fine-tune job was created")
    return ended(job, State.CANCELLED, now, error=problem)


def followed_on(job: Job, now: datetime) -> Job:
    """The job that was given up, on its way again; what is done at its end is done again."""
    return job.moved(State.RUNNING, now, wanted="", error=None, finished_at="", heard_at="", done=())


def chore_done(job: Job, chore: Action, now: datetime) -> Job:
    """The job with `chore` behind it."""
    return job.kept(now, done=(*job.done, str(chore)))


def ended(job: Job, state: State, now: datetime, **changes: object) -> Job:
    return job.moved(state, now, finished_at=stamp(now), **changes)


def warned(job: Job, problem: Problem) -> Job:
    return replace(job, warnings=(*job.warnings, problem)[-_MAX_WARNINGS:])


def told(warnings: tuple[Problem, ...], problem: Problem) -> tuple[Problem, ...]:
    """The warnings with `problem` in place of an older one of its kind."""
    return (*(one for one in warnings if one.code != problem.code), problem)[-_MAX_WARNINGS:]


def next_look(job: Job, now: datetime, settings: FineTuneSettings) -> str:
    """When to look again: the later the longer the job is in its state, up to a bound."""
    return later(now, min(max(job.age_s(now) / 50, settings.poll_s), settings.poll_max_s))


def _date(seconds: int) -> str:
    return stamp(datetime.fromtimestamp(seconds, UTC)) if 0 < seconds < 1 << 40 else ""
