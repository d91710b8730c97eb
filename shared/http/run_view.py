"""The parts of a run's view: its shape, its numbers while it generates, and its status by what is stored of it."""

from __future__ import annotations

from typing import Any

from shared.dataset.manifest import Manifest
from shared.dataset.prices import TeacherPrice
from shared.finetune.job import Job
from shared.http.run_progress import RunProgress
from shared.runs.notes import Failure, Stop
from shared.runs.plan import RunPlan
from shared.runs.spec import RunSpec
from shared.tokens import Tokens

STATUSES = (
    *("starting", "generating", "paused", "publishing", "published"),
    *("fine_tuning", "evaluating", "complete", "cancelled", "failed"),
)
"""What a run's status can be."""
_SAME_NAME = frozenset({"evaluating", "complete", "failed", "cancelled"})
"""States of a fine-tune job that are the run's status too."""


def empty_view(run: str, spec: RunSpec | None = None) -> dict[str, Any]:
    """The shape of every answer, with nothing in it yet but what was asked for."""
    return {
        "run_id": run,
        "name": spec.name if spec else "",
        "teacher": spec.teacher if spec else "",
        "samples": spec.options.get("samples") if spec else None,
        "budget": _budget(spec) if spec else None,
        "status": "",
        "counts": {"total": 0, "done": 0, "accepted": 0, "rejected": 0},
        "reasons": {},
        "tokens": Tokens().to_json(),
        "cost_usd": None,
        "started_at": (spec.started_at or None) if spec else None,
        "published_at": None,
        "waiting": None,
        "files": [],
        "finetune": None,
        "evaluation": None,
        "error": None,
        "diagnostics": spec.diagnostics if spec else None,
    }


def _budget(spec: RunSpec) -> dict[str, Any]:
    """What the run may spend; None for no bound."""
    return {name: spec.options.get(name) for name in ("max_total_tokens", "max_cost_usd")}


def numbers(plan: RunPlan, progress: RunProgress, spec: RunSpec) -> dict[str, Any]:
    """Counts, tokens and cost of a run that still generates."""
    tally = progress.tally(plan)
    price = TeacherPrice.of(spec.options, spec.teacher)
    return {
        "counts": {
            "total": plan.planned,
            "done": tally.done,
            "accepted": tally.accepted,
            "rejected": tally.done - tally.accepted,
        },
        "reasons": dict(tally.reasons),
        "tokens": tally.tokens.to_json(),
        "cost_usd": price.cost(tally.tokens, tally.model) if tally.model else None,
    }


def stage(
    spec: RunSpec,
    view: dict[str, Any],
    failure: Failure | None,
    manifest: Manifest | None,
    job: Job | None,
    stop: Stop | None,
    *,
    ending: bool,
) -> str:
    """The run's status, by what is stored of it; takes `in` out of the view."""
    complete = view.pop("in", False)
    if failure:
        return "failed"
    if manifest is None:
        return "publishing" if complete else "generating"
    if job is not None:
        return _finetune_stage(job, ending)
    if stop and stop.reason == "cancelled":
        return "cancelled"
    if not manifest.counts.accepted:
        return "failed"
    return "fine_tuning" if spec.options["finetune"]["enabled"] else "published"


def _finetune_stage(job: Job, ending: bool) -> str:
    if ending:
        return "evaluating" if job.evaluation else "fine_tuning"
    state = str(job.state)
    if state == "complete" and job.error and job.evaluation and job.evaluation.complete:
        return "failed"  # an evaluation without one answer
    return state if state in _SAME_NAME else "fine_tuning"


def finetune_error(job: Job | None) -> dict[str, Any] | None:
    """Why the fine-tune failed, None if it did not."""
    return error_of(job.error.code, job.error.message) if job and job.error else None


def error_of(code: str, message: str) -> dict[str, Any]:
    """A stable code with its words."""
    return {"code": code, "message": message}
