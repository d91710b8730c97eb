"""What was run: headline figures, the job's details, and warnings that change how to read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.finetune import models
from shared.finetune.job import Job, Problem
from shared.finetune.transitions import TRAINED, State
from shared.report.cells import Fact, Table, Tile, known
from shared.report.curves import Curves, smoothed
from shared.report.figures import dollars, loss, moment, share, whole
from shared.times import duration

_BY_EMULATOR = "trained by the emulator"
"""The emulator ends a job with an event that says so."""

_WORDS = {
    State.COMPLETE: "complete",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}
_SAD = {State.FAILED: "The job failed: ", State.CANCELLED: "The job was cancelled: "}
_ENDED = (State.FAILED, State.CANCELLED)


def emulated(manifest: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Which parts an emulator played: `teacher`, `training`."""
    parts = []
    if (manifest.get("teacher") or {}).get("emulator"):
        parts.append("teacher")
    if any(_BY_EMULATOR in str(event.get("message")) for event in events):
        parts.append("training")
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class JobState:
    """The state of a job in a word, and its class in the style sheet."""

    text: str
    kind: str


def state(job: Job) -> JobState:
    """What became of the job."""
    word = _WORDS.get(job.state, "trained" if job.state in TRAINED else str(job.state))
    return JobState(word, "bad" if job.state in _ENDED else "good")


def emulated_words(parts: Sequence[str]) -> list[str]:
    """What an emulator means for how to read the figures."""
    said = {
        "teacher": "Tasks and plans were made by rules.",
        "training": "The training and the measurements are real, but the student is a small statistical one that "
        "learns the calls of a plan and not its words, not the model it is named after.",
    }
    return [said[part] for part in parts]


def problems(job: Job) -> list[tuple[str, Problem, str]]:
    """What went wrong, in the service's words: what stands before it, the problem, its class."""
    trained = "The model is trained, but what was to follow is missing: "
    found = [("Warning: ", warning, "banner") for warning in job.warnings]
    error = [(_SAD.get(job.state, trained), job.error, "banner error")] if job.error else []
    return [*error, *found]


def tiles(
    job: Job,
    manifest: Mapping[str, Any],
    coverage: Mapping[str, Any],
    curves: Curves,
    evaluation: Mapping[str, Any] | None,
) -> list[Tile]:
    """The figures that one looks for first."""
    found = [*_made(job, manifest.get("counts") or {}, coverage.get("operations")), *_learnt(curves)]
    return [*found, *([_measured(evaluation)] if evaluation else [])]


def _made(job: Job, counts: Mapping[str, int], operations: Mapping[str, int] | None) -> list[Tile]:
    found = []
    if counts:
        planned = f"of {whole(counts['planned'])} planned"
        found.append(Tile("records accepted", whole(counts["accepted"]), planned))
    if train := job.files.get("train"):
        held = job.files.get("validation")
        below = f"{whole(held.rows)} for validation" if held else "none for validation"
        found.append(Tile("training rows", whole(train.rows), below))
    if operations:
        total = f"of {whole(operations['total'])}"
        found.append(Tile("operations taught", whole(operations["taught"]), total))
    return found


def _learnt(curves: Curves) -> list[Tile]:
    found = []
    if curves.steps:
        ends = smoothed(curves.of("train_loss"))
        below = f"training loss {loss(ends[-1][1])}" if ends else ""
        found.append(Tile("training steps", whole(curves.steps), below))
    full = curves.last("full_valid_mean_token_accuracy")
    if full is not None:
        below = f"loss {loss(curves.last('full_valid_loss'))}"
        found.append(Tile("validation token accuracy", share(full), below))
    return found


def _measured(evaluation: Mapping[str, Any]) -> Tile:
    student = next((part for part in evaluation["arms"] if part["arm"] == "student"), None)
    if student is None:
        return Tile("exact plans", "–", "the student was not measured")
    exact = student["metrics"]["exact_plan"]
    kind = "unseen" if evaluation["split"] == "test" else evaluation["split"]
    below = f"{share(exact['low'])} – {share(exact['high'])} on {whole(exact['n'])} {kind} tasks"
    return Tile("exact plans", share(exact["value"]), below)


def why_no_evaluation(job: Job) -> str:
    """Why the page has no evaluation."""
    if job.state in _ENDED:
        return "There is no model to measure."
    if not job.options["evaluate"]["enabled"]:
        return "Not asked for: the option finetune.evaluate.enabled measures the student on the test rows."
    if job.state == State.COMPLETE:
        return "There is none; the reason is at the top of this page."
    return "It is still to come; this page is written again when it has ended."


def job_facts(job: Job, by_emulator: bool) -> list[Fact]:
    """Models, method, hyperparameters, figures of a training that goes on, tokens and costs."""
    options = job.options
    hyper = [(name.replace("_", " "), str(value)) for name, value in sorted(job.hyperparameters.items())]
    deployment, goes_on = job.deployment, not job.finished_at
    total = (job.estimate or {}).get("total_usd")
    return known(
        [
            ("base model", job.model, "code"),
            ("fine-tuned model", job.fine_tuned_model, "code"),
            ("measured state", job.checkpoint, "code"),
            ("method", options.get("method")),
            ("training type", job.training_type),
            *hyper,
            ("seed", str(job.seed)),
            ("suffix", job.suffix, "code"),
            ("training loss", loss(job.train_loss) if goes_on and job.train_loss is not None else None),
            ("validation loss", loss(job.valid_loss) if goes_on and job.valid_loss is not None else None),
            ("ready about", moment(job.estimated_finish) if goes_on and job.estimated_finish else None),
            ("trained tokens", whole(job.trained_tokens) if job.trained_tokens is not None else None),
            ("training cost", _training_cost(job, by_emulator)),
            ("estimated in all", dollars(total) if total is not None else None),
            ("duration", _took(job.created_at, job.finished_at)),
            ("job at the service", job.job_id, "code"),
            ("deployment", f"{deployment.name} ({deployment.state})" if deployment else None),
        ]
    )


def _training_cost(job: Job, by_emulator: bool) -> str | None:
    """At the list price of where it trained; trained tokens count every epoch."""
    if job.trained_tokens is None:
        return None
    student = models.find(job.model)
    rate = student.training_usd.get(job.training_type) if student else None
    if rate is None:
        return f"no price is known for training {job.model} as {job.training_type}"
    cost = dollars(job.trained_tokens * rate / 1e6)
    listed = f"{cost} at the list price of {models.as_of()} for {job.training_type}"
    return f"none: emulated ({listed})" if by_emulator else f"{listed}; what is billed may differ"


def timeline(job: Job) -> Table:
    """How long each state took."""
    history = list(job.history)
    rows = []
    for entry, following in zip(history, [*history[1:], None], strict=False):
        took = _took(entry["at"], following["at"]) if following else None
        rows.append([entry["state"], moment(entry["at"]), took or ""])
    return Table(["State", "Entered", "Took"], rows, frozenset({2}), "Way of the job")


def _took(start: str, end: str) -> str | None:
    try:
        return duration((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    except ValueError:
        return None
