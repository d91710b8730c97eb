"""Who may upload or create, and for how long: a claim outlives its call, and is over soon where its holder has died."""

from __future__ import annotations

from datetime import datetime

from shared.finetune.job import Claim, Job, TrainingFile
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.times import later

_SLOW_LINE = 64 << 10
"""Bytes a second below which no line is expected to stay."""


def claimed(job: Job, now: datetime, *, me: str, settings: FineTuneSettings) -> Job:
    """The job with the claim of `me` on what its state asks for."""
    state = State.CREATING if job.state == State.CREATING else State.UPLOADING
    claim = claim_of(job, me, now, settings)
    return job.moved(state, now, claim=claim, failing_since=job.failing_since, last_error=job.last_error)


def claim_of(job: Job, me: str, now: datetime, settings: FineTuneSettings) -> Claim:
    """A claim that outlives the call for what the job needs next, begun at `now`."""
    part = next_upload(job)
    if job.state == State.CREATING or part is None:
        return Claim(me, later(now, settings.create_claim_s))
    return upload_claim(job.files[part], me, now, settings)


def next_upload(job: Job) -> str | None:
    """The part (`train`, then `validation`) that the service has not got yet."""
    return next((part for part, file in job.files.items() if not file.id), None)


def upload_s(file: TrainingFile, settings: FineTuneSettings) -> float:
    """Seconds after which an upload of `file` is given up: a minute and what a slow line takes."""
    return min(settings.upload_s, 60.0 + file.bytes / _SLOW_LINE) if file.bytes else settings.upload_s


def upload_claim(file: TrainingFile, me: str, now: datetime, settings: FineTuneSettings) -> Claim:
    """A claim that outlives the upload of `file`."""
    return Claim(me, later(now, upload_s(file, settings) + settings.claim_margin_s))
