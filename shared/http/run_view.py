"""The parts of a run's view: its shape, its numbers, and its status by what is stored of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.dataset.manifest import Manifest
from shared.dataset.prices import TeacherPrice
from shared.finetune.job import Job
from shared.http.run_progress import RunProgress
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
        "stopped": None,
        "estimate": (spec.estimate or None) if spec else None,
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
    """Status, counts, tokens and cost of a run that is not published yet."""
    tally = progress.tally(plan)
    price = TeacherPrice.of(spec.options, spec.teacher)
    return {
        "status": "publishing" if progress.is_in(plan) else "generating",
        "counts": _counts(plan.planned, tally.done, tally.accepted),
        "reasons": dict(tally.reasons),
        "tokens": tally.tokens.to_json(),
        "cost_usd": price.cost(tally.tokens, tally.model) if tally.model else None,
    }


def published_numbers(manifest: Manifest) -> dict[str, Any]:
    """Counts, tokens and cost of a published run."""
    counts = manifest.counts
    planned = counts.accepted + counts.rejected
    return {
        "counts": _counts(planned, planned, counts.accepted),
        "reasons": dict(counts.by_reason),
        "tokens": manifest.tokens.to_json(),
        "cost_usd": manifest.cost_usd,
    }


def _counts(total: int, done: int, accepted: int) -> dict[str, int]:
    return {"total": total, "done": done, "accepted": accepted, "rejected": done - accepted}


def dataset_status(spec: RunSpec, manifest: Manifest, stopped: Mapping[str, Any] | None) -> str:
    """The status of a published run without a fine-tune job."""
    if stopped and stopped["reason"] == "cancelled":
        return "cancelled"
    if not manifest.counts.accepted:
        return "failed"
    return "fine_tuning" if spec.options["finetune"]["enabled"] else "published"


def job_status(job: Job, is_ending: bool) -> str:
    """The status of a run with a fine-tune job; `is_ending` while a job that has ended still copies its results."""
    if is_ending:
        return "evaluating" if job.evaluation else "fine_tuning"
    state = str(job.state)
    if state == "complete" and job.error and job.evaluation and job.evaluation.complete:
        return "failed"  # an evaluation without one answer
    return state if state in _SAME_NAME else "fine_tuning"


def error_of(code: str, message: str) -> dict[str, Any]:
    """A stable code with its words."""
    return {"code": code, "message": message}
