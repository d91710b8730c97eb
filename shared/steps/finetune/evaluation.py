"""The evaluation of a fine-tuned model as seen from its job: opened, watched, ended."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from copy import replace
from datetime import datetime, timedelta

from shared import names
from shared.contracts.messages import Evaluate
from shared.dataset.plan_prices import plan_cost
from shared.errors import ConfigurationError
from shared.finetune import evaluation, words
from shared.finetune.job import Job, Problem, Progress
from shared.finetune.measure import money
from shared.finetune.measure.arms import Arm
from shared.finetune.measure.outcome import ArmOutcome, folded
from shared.finetune.settings import FineTuneSettings
from shared.finetune.transitions import State
from shared.ports.storage import Queue, RecordLog
from shared.runs import paths
from shared.runs.plan import RunPlan, Wave
from shared.steps.deps import Deps
from shared.steps.fan_out import send_all
from shared.steps.finetune.evaluation_report import write_report
from shared.steps.finetune.measured_tasks import keep_tasks
from shared.times import later, moment, stamp

Outcomes = dict[int, ArmOutcome]

_BUSY_STALLS = 4
"""A quiet evaluation gets its messages again after so many stalls even while the queue is busy."""


async def start(job: Job, deps: Deps) -> Job:
    """The evaluating job: the tasks to measure on are chosen and kept, every arm has its empty logs.

    Arms that cannot be had are kept with the reason.

    Raises:
        ConfigurationError: no arm that was asked for can be had, the student least of all.
        PermanentError: there are no test rows.
    """
    now, settings = deps.clock.now(), deps.settings.finetune
    spec = await deps.runs.spec(job.run_id)
    teacher = spec.teacher if spec else ""
    chosen = evaluation.choose(job.options["evaluate"], student=serving(job, settings), teacher=teacher)
    if not chosen.deployments or (job.asks_for(Arm.STUDENT) and Arm.STUDENT not in chosen.deployments):
        raise ConfigurationError(chosen.missing[0]["why"], code="no_deployment")
    rows, split = await keep_tasks(
        job.run_id, deps.store, settings.max_evaluation_rows, revision=job.revision
    )
    attempt = job.evaluation.attempt + job.evaluation.is_void if job.evaluation else 1
    for arm in chosen.deployments:
        for segment in range(_plan(rows).segments):
            await deps.log.create(paths.evaluation_log(job.run_id, arm, segment, attempt))
    progress = Progress(
        arms=tuple(map(str, chosen.deployments)),
        deployments=tuple(chosen.deployments.values()),
        rows=(rows,) * len(chosen.deployments),
        missing=tuple(chosen.missing),
        split=split,
        attempt=attempt,
    )
    return job.moved(State.EVALUATING, now, evaluation=progress)


def _plan(rows: int) -> RunPlan:
    """The tasks in segments, as the records of a run are."""
    return RunPlan((Wave(0, rows),))


def serving(job: Job, settings: FineTuneSettings) -> str:
    """What serves the run's fine-tuned model, "" if nothing does."""
    if job.deployment and job.deployment.ready_at:
        return job.deployment.name if job.is_deployed else ""
    return job.chosen_model if settings.model_is_deployment else ""


async def check(job: Job, deps: Deps) -> Job:
    """The job after a look at its evaluation: sent, waited for, sent again where stalled, or reported.

    One that has used up `max_cost_usd` is reported with what is there, and so is one whose time is up and for which
    nothing comes even after its messages were sent once more, as an app may have stood still meanwhile.
    """
    now, settings = deps.clock.now(), deps.settings.finetune
    progress = job.evaluation
    assert progress is not None, "an evaluating job has a progress"
    if not progress.arms:  # begun by version 0.1.0
        return await start(job, deps)
    total, lines = sum(progress.rows), await _count(job.run_id, progress, deps.log)
    is_quiet = lines == progress.seen and _quiet_s(progress, now) > settings.evaluation_stall_s
    over_at = moment(job.state_since) + timedelta(seconds=settings.evaluation_limit_s)
    late = is_quiet and bool(progress.seen_at) and moment(progress.seen_at) > over_at
    stalled = (
        is_quiet and not late and (now > over_at or await _are_lost(progress, deps.queue, now, settings))
    )
    is_bounded = job.options.get("max_cost_usd") is not None and (lines != progress.seen or is_quiet)
    if lines >= total or stalled or late or is_bounded:
        outcomes = [await _outcomes(job.run_id, progress, n, deps.log) for n in range(len(progress.rows))]
        seen = sum(map(len, outcomes))
        over = _over_budget(job, progress, outcomes, now)
        if seen >= total or late or over:
            await write_report(job, progress, outcomes, now, deps)
            asked = _to_be_answered(progress, outcomes)
            answered = sum(one.status == "answered" for one in asked)
            done = replace(progress, seen=seen, seen_at=stamp(now), complete=True, answered=answered)
            warnings = (*job.warnings, over) if over and seen < total else job.warnings
            why = None if over or answered else _why_unanswered(job, asked)
            return job.moved(State.COMPLETE, now, evaluation=done, warnings=warnings, error=why)
        if stalled:
            await _send_missing(job, progress, outcomes, deps.queue)
    if lines != progress.seen or stalled:
        progress = replace(progress, seen=lines, seen_at=stamp(now))
    return job.kept(now, evaluation=progress, next_check_at=later(now, settings.poll_s))


def _to_be_answered(progress: Progress, outcomes: Sequence[Outcomes]) -> list[ArmOutcome]:
    """The outcomes that an evaluation is nothing without: the student's, and all where it is not asked."""
    arms = dict(zip(progress.arms, outcomes, strict=True))
    parts = [arms[Arm.STUDENT]] if Arm.STUDENT in arms else outcomes
    return [outcome for part in parts for outcome in part.values()]


def _why_unanswered(job: Job, outcomes: Sequence[ArmOutcome]) -> Problem:
    """Why an evaluation measured nothing, by the commonest reason."""
    reasons = Counter(outcome.reason for outcome in outcomes)
    code = min(reasons, key=lambda name: (-reasons[name], name), default="no_answer")
    return words.unanswered(code, reasons.total(), reasons[code], job)


def _over_budget(job: Job, progress: Progress, outcomes: Sequence[Outcomes], now: datetime) -> Problem | None:
    """Why the evaluation ends early, None if there is money left."""
    limit = job.options.get("max_cost_usd")
    if limit is None:
        return None
    spent = job.training_usd + job.hosting_usd(now)
    for deployment, found in zip(progress.deployments, outcomes, strict=True):
        spent += money.dollars(list(found.values()), deployment, plan_cost) or 0.0
    if spent < limit:
        return None
    text = (
        f"the evaluation ended early: ${spent:,.2f} of the ${limit:,.2f} of finetune.max_cost_usd are spent"
    )
    return Problem("budget", text)


async def _count(run_id: str, progress: Progress, log: RecordLog) -> int:
    """Lines in all logs: at least the outcomes, as a repeated one counts twice."""
    counts = [
        await log.count(paths.evaluation_log(run_id, arm, segment, progress.attempt))
        for arm, rows in zip(progress.arms, progress.rows, strict=True)
        for segment in range(_plan(rows).segments)
    ]
    return sum(counts)


def _quiet_s(progress: Progress, now: datetime) -> float:
    """Seconds since the last outcome came or messages were sent; without end before the first are sent."""
    return (now - moment(progress.seen_at)).total_seconds() if progress.seen_at else math.inf


async def _are_lost(progress: Progress, queue: Queue, now: datetime, settings: FineTuneSettings) -> bool:
    """Whether the messages of a quiet evaluation have got lost: the queue, which others use too, is empty or was busy
    for long. Sending needlessly costs each receiver a look into its log.
    """
    is_long = _quiet_s(progress, now) > _BUSY_STALLS * settings.evaluation_stall_s
    return is_long or await queue.depth(names.EVALUATE) == 0


async def _outcomes(run_id: str, progress: Progress, number: int, log: RecordLog) -> Outcomes:
    found: Outcomes = {}
    for segment in range(_plan(progress.rows[number]).segments):
        path = paths.evaluation_log(run_id, progress.arms[number], segment, progress.attempt)
        found |= folded(await log.read(path))
    return found


async def _send_missing(job: Job, progress: Progress, outcomes: Sequence[Outcomes], queue: Queue) -> None:
    run_id, begun_at = job.run_id, job.state_since
    arms = zip(progress.arms, progress.deployments, progress.rows, outcomes, strict=True)
    for arm, deployment, rows, found in arms:
        for segment in range(_plan(rows).segments):
            missing = [index for index in _plan(rows).indices(segment) or () if index not in found]
            messages = (
                Evaluate(run_id, deployment, segment, index, arm=arm, begun_at=begun_at) for index in missing
            )
            await send_all(messages, queue)
