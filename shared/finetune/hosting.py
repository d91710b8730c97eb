"""What becomes of a fine-tune job's deployment, and of what its deployments have cost."""

from __future__ import annotations

from copy import replace
from datetime import datetime

from shared.finetune import words
from shared.finetune.decisions import CHORES
from shared.finetune.job import REQUESTED, Job, JobDeployment, Problem
from shared.finetune.reactions import next_look, told
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.times import moment, stamp

_FAILED = frozenset({"Failed", "Canceled", "Disabled", "Deleting"})


def deploying(job: Job, name: str, now: datetime) -> Job:
    """The job whose deployment is to be made; what is done at its end is done again when that has come.

    One that may be there already keeps what is known of it, as it costs whatever comes of asking again; what
    one before has cost is kept with the job.
    """
    held = job.deployment
    if held is None or held.is_over:
        fresh, past_usd = JobDeployment(name=name, state=REQUESTED), job.hosting_usd(now)
    else:
        fresh, past_usd = replace(held, requested_at=""), job.past_hosting_usd
    return job.moved(
        State.DEPLOYING,
        now,
        wanted="",
        error=None,
        done=tuple(chore for chore in job.done if chore not in CHORES[State.COMPLETE]),
        deployment=fresh,
        past_hosting_usd=past_usd,
    )


def deployment_asked_for(job: Job, state: str, now: datetime, *, usd_per_hour: float | None = None) -> Job:
    """The job whose deployment the control plane makes."""
    assert job.deployment is not None
    asked = replace(job.deployment, state=state, requested_at=stamp(now), usd_per_hour=usd_per_hour)
    return job.kept(now, deployment=asked)


def deployment_seen(job: Job, state: str, message: str, now: datetime, settings: FineTuneSettings) -> Job:
    """The job after a look at its deployment."""
    assert job.deployment is not None
    deployment = replace(job.deployment, state=state)
    seen = replace(job, deployment=deployment)
    if state == "Succeeded":
        since = deployment.ready_at if job.is_deployed else stamp(now)
        ready = replace(deployment, ready_at=since, removed_at="", gone_at="")
        return job.moved(State.DEPLOYED, now, deployment=ready, warnings=_with_tier(job))
    if state in _FAILED:
        return without_deployment(seen, message or words.deployment_ended(state), now)
    if (now - moment(deployment.requested_at)).total_seconds() > settings.deployment_limit_s:
        return without_deployment(seen, words.not_ready(settings.deployment_limit_s), now)
    return seen.kept(now, next_check_at=next_look(job, now, settings))


def undeployed(job: Job, now: datetime) -> Job:
    """The job whose deployment is removed, as asked."""
    assert job.deployment is not None
    removed = replace(job.deployment, state="Removed", removed_at=stamp(now))
    return job.kept(now, deployment=removed, wanted="")


def gone(job: Job, now: datetime) -> Job:
    """The job whose deployment the service has removed by itself."""
    assert job.deployment is not None
    missing = replace(job.deployment, state="Missing", gone_at=job.deployment.gone_at or stamp(now))
    return replace(job, deployment=missing)


def without_deployment(job: Job, why: str, now: datetime, *, code: str = "") -> Job:
    """The trained job at its end, because its model could not be deployed."""
    return job.moved(State.COMPLETE, now, wanted="", error=words.not_deployed(why, job, code))


def _with_tier(job: Job) -> tuple[Problem, ...]:
    if job.options["deploy"]["sku"] != "DeveloperTier":
        return job.warnings
    return told(job.warnings, words.developer_tier(job))
