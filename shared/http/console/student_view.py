"""The student's part of a run's page: the job, curves, checkpoints, the deployment and its costs, arms and verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared import stored
from shared.dataset.prices import is_emulator
from shared.finetune.figures import is_step
from shared.finetune.job import Job
from shared.report import measures, pairs, price_plot, training, verdict
from shared.report.cells import known
from shared.report.curves import curves_of_events, read_curves
from shared.report.figures import dollars, moment
from shared.report.run_facts import job_facts, state

if TYPE_CHECKING:
    from shared.report.cells import Fact

EVENT = dict[str, Any]


def student_values(
    job: Job | None,
    evaluation: Mapping[str, Any] | None,
    *,
    metrics: bytes,
    events: bytes,
    checkpoints: Sequence[Mapping[str, Any]],
    now: datetime,
) -> dict[str, Any]:
    """What the template `parts/student.html` shows; files that are not there are empty."""
    told = list(stored.read_lines(EVENT, events))
    curves = read_curves(metrics) if metrics else curves_of_events(told)
    is_emulated = any(map(is_emulator, _models(job, evaluation)))
    return {
        "job": job,
        "state": state(job) if job else None,
        "facts": job_facts(job, is_emulated) if job else [],
        "deployment": _deployment(job, now) if job else [],
        "problems": _problems(job) if job else [],
        "step": (job.step, job.total_steps) if job and job.step is not None and job.total_steps else None,
        "charts": training.charts(curves, job) if job and curves.steps else "",
        "checkpoints": training.checkpoints(checkpoints) if checkpoints else "",
        "events": training.events(told) if job and _is_told(told) else "",
        "is_emulated": is_emulated,
        "evaluation": evaluation,
        "verdict": verdict.render(evaluation, job) if evaluation and job else "",
        "measures": measures.render(evaluation) if evaluation else "",
        "price_plot": price_plot.render(evaluation["arms"]) if evaluation else "",
        "pairs": pairs.render(evaluation) if evaluation else "",
        "missing": verdict.missing(evaluation) if evaluation else "",
    }


def _models(job: Job | None, evaluation: Mapping[str, Any] | None) -> list[str]:
    """Every model that trained or answered, as far as they are named."""
    arms = evaluation["arms"] if evaluation else ()
    return [job.fine_tuned_model if job else "", *(str(model) for arm in arms for model in arm["models"])]


def _is_told(events: Iterable[Mapping[str, Any]]) -> bool:
    return any(not is_step(str(event.get("message"))) for event in events)


def _deployment(job: Job, now: datetime) -> list[Fact]:
    made, usd = job.deployment, job.hosting_usd(now)
    cost = dollars(round(usd, 2)) if usd or (made and made.ready_at and made.usd_per_hour) else None
    if made is None:
        return known([("has cost", cost)])
    ended = made.removed_at or made.gone_at
    an_hour = made.usd_per_hour
    costs = f"{dollars(an_hour)} an hour" if an_hour is not None else "no price is known"
    if made.name == job.chosen_model:
        costs = "nothing by the hour: the service serves the model by its own name"
    return known(
        [
            ("name", made.name, "code"),
            ("state", "removed" if made.removed_at else "gone" if made.gone_at else made.state),
            ("serves since", moment(made.ready_at) if made.ready_at else None),
            ("until", moment(ended) if ended else None),
            ("costs", costs),
            ("has cost", cost),
        ]
    )


def _problems(job: Job) -> list[tuple[str, str, str]]:
    """Words, code and class of what went wrong."""
    found = [(warning.message, warning.code, "warn") for warning in job.warnings]
    if job.error:
        found.insert(0, (job.error.message, job.error.code, "bad"))
    elif job.last_error:
        found.insert(0, (job.last_error.message, job.last_error.code, "warn"))
    return found
