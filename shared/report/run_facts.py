"""What was run: headline figures, the job's details, the dataset, and warnings that change how to read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.dataset import prices
from shared.durations import duration
from shared.finetune.job import Job, Problem
from shared.finetune.transitions import TRAINED, State
from shared.report.curves import Curves, smoothed
from shared.report.markup import (
    Html,
    dollars,
    joined,
    loss,
    moment,
    pairs,
    share,
    table,
    tag,
    whole,
)

_BY_EMULATOR = "trained by the emulator"
"""The emulator ends a job with an event that says so."""

_WORDS = {
    State.COMPLETE: "complete",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}
_SAD = {State.FAILED: "The job failed: ", State.CANCELLED: "The job was cancelled: "}
_ENDED = (State.FAILED, State.CANCELLED)


def catalog_name(manifest: Mapping[str, Any]) -> str:
    """Name of the catalog, "" if it is not known."""
    return str((manifest.get("catalog") or {}).get("name") or "")


def emulated(manifest: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Which parts an emulator played: `teacher`, `training`."""
    parts = []
    if (manifest.get("teacher") or {}).get("emulator"):
        parts.append("teacher")
    if any(_BY_EMULATOR in str(event.get("message")) for event in events):
        parts.append("training")
    return tuple(parts)


def header(title: str, job: Job) -> Html:
    """Title, run and state."""
    word = _WORDS.get(job.state, "trained" if job.state in TRAINED else str(job.state))
    kind = "bad" if job.state in _ENDED else "good"
    at = f", {moment(job.finished_at)}" if job.finished_at else ""
    line = tag("p", "Run ", tag("code", job.run_id), " · ", tag("b", word, class_=kind), at)
    return tag("header", tag("h1", title), line)


def banner(parts: Sequence[str]) -> Html:
    """The warning that no language model stands behind the figures; nothing if one does."""
    if not parts:
        return Html("")
    said = {
        "teacher": "Tasks and plans were made by rules.",
        "training": "The training and the measurements are real, but the student is a small statistical one, "
        "not the model it is named after.",
    }
    text = " ".join(said[part] for part in parts)
    strong = tag("strong", "The model service was an emulator. ")
    close = " This page shows that the way works, not how good a model is; nothing was billed."
    return tag("aside", strong, text, close, class_="banner", role="note")


def problems(job: Job) -> Html:
    """What went wrong, in the service's words."""
    trained = "The model is trained, but what was to follow is missing: "
    found = [_problem("banner", "Warning: ", warning) for warning in job.warnings]
    if job.error:
        found.insert(0, _problem("banner error", _SAD.get(job.state, trained), job.error))
    return joined(found)


def _problem(kind: str, before: str, problem: Problem) -> Html:
    code = tag("code", problem.code)
    return tag("aside", tag("strong", before), problem.message, " (", code, ")", class_=kind, role="note")


def tiles(
    job: Job,
    manifest: Mapping[str, Any],
    coverage: Mapping[str, Any],
    curves: Curves,
    evaluation: Mapping[str, Any] | None,
) -> Html:
    """The figures that one looks for first."""
    found = [*_made(job, manifest.get("counts") or {}, coverage.get("operations")), *_learnt(curves)]
    return tag("ul", *found, *([_measured(evaluation)] if evaluation else []), class_="tiles")


def _made(job: Job, counts: Mapping[str, int], operations: Mapping[str, int] | None) -> list[Html]:
    found = []
    if counts:
        planned = f"of {whole(counts['planned'])} planned"
        found.append(_tile("records accepted", whole(counts["accepted"]), planned))
    if train := job.files.get("train"):
        held = job.files.get("validation")
        below = f"{whole(held.rows)} for validation" if held else "none for validation"
        found.append(_tile("training rows", whole(train.rows), below))
    if operations:
        total = f"of {whole(operations['total'])}"
        found.append(_tile("operations taught", whole(operations["taught"]), total))
    return found


def _learnt(curves: Curves) -> list[Html]:
    found = []
    if curves.steps:
        ends = smoothed(curves.of("train_loss"))
        below = f"training loss {loss(ends[-1][1])}" if ends else ""
        found.append(_tile("training steps", whole(curves.steps), below))
    full = curves.last("full_valid_mean_token_accuracy")
    if full is not None:
        below = f"loss {loss(curves.last('full_valid_loss'))}"
        found.append(_tile("validation token accuracy", share(full), below))
    return found


def _tile(label: str, value: str, below: str = "") -> Html:
    return tag("li", tag("span", label), tag("b", value), tag("small", below))


def _measured(evaluation: Mapping[str, Any]) -> Html:
    student = next((part for part in evaluation["arms"] if part["arm"] == "student"), None)
    if student is None:
        return _tile("exact plans", "–", "the student was not measured")
    exact = student["metrics"]["exact_plan"]
    below = f"{share(exact['low'])} – {share(exact['high'])} on {whole(exact['n'])} unseen tasks"
    return _tile("exact plans", share(exact["value"]), below)


def why_no_evaluation(job: Job) -> str:
    """Why the page has no evaluation."""
    if job.state in _ENDED:
        return "There is no model to measure."
    if not job.options["evaluate"]["enabled"]:
        return "Not asked for: the option finetune.evaluate.enabled measures the student on the test rows."
    if job.state == State.COMPLETE:
        return "There is none; the reason is at the top of this page."
    return "It is still to come; this page is written again when it has ended."


def job_details(job: Job, manifest: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> Html:
    """Models, method, hyperparameters, tokens, and how long each state took."""
    options = job.options
    hyper = [(name.replace("_", " "), str(value)) for name, value in sorted(job.hyperparameters.items())]
    deployment = job.deployment
    details = pairs(
        [
            ("base model", tag("code", job.model)),
            ("fine-tuned model", tag("code", job.fine_tuned_model) if job.fine_tuned_model else None),
            ("method", options.get("method")),
            ("training type", job.training_type),
            *hyper,
            ("seed", str(job.seed)),
            ("suffix", tag("code", job.suffix)),
            ("trained tokens", whole(job.trained_tokens) if job.trained_tokens is not None else None),
            ("training cost", _training_cost(job, bool(emulated(manifest, events)))),
            ("duration", _took(job.created_at, job.finished_at)),
            ("job at the service", tag("code", job.job_id) if job.job_id else None),
            ("deployment", f"{deployment.name} ({deployment.state})" if deployment else None),
        ]
    )
    return joined([details, _timeline(job)])


def _training_cost(job: Job, by_emulator: bool) -> str | None:
    """At list price; trained tokens count every epoch."""
    if job.trained_tokens is None:
        return None
    cost = prices.training_cost(job.trained_tokens, 1, job.model)
    if cost is None:
        return "no price is known for the model"
    listed = f"{dollars(cost)} at the list price of {prices.price_list()['as_of']}"
    return f"none: emulated ({listed})" if by_emulator else f"{listed}; what is billed may differ"


def _timeline(job: Job) -> Html:
    history = list(job.history)
    rows = []
    for entry, following in zip(history, [*history[1:], None], strict=False):
        took = _took(entry["at"], following["at"]) if following else None
        rows.append([entry["state"], moment(entry["at"]), took or ""])
    inner = table(["State", "Entered", "Took"], rows, numbers=frozenset({2}))
    return tag("details", tag("summary", "Way of the job"), inner)


def _took(start: str, end: str) -> str | None:
    try:
        return duration((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    except ValueError:
        return None


def dataset(manifest: Mapping[str, Any], coverage: Mapping[str, Any]) -> Html:
    """Counts, split, coverage, tokens and cost."""
    if not manifest:
        return tag("p", "Its manifest could not be read.", class_="axis")
    counts, split, teacher = (manifest.get(key) or {} for key in ("counts", "split", "teacher"))
    tokens, spans = manifest.get("tokens") or {}, manifest.get("durations") or {}
    required, operations = coverage.get("required_parameters"), coverage.get("operations")
    details = pairs(
        [
            ("catalog", catalog_name(manifest)),
            ("teacher", ", ".join(map(str, teacher.get("models") or ())) or teacher.get("deployment")),
            ("records", _of(counts.get("accepted"), counts.get("planned"), "planned")),
            (
                "split",
                f"{whole(split['train'])} training, {whole(split['validation'])} validation, "
                f"{whole(split.get('test', 0))} test"
                if split
                else None,
            ),
            ("operations taught", _of(operations["taught"], operations["total"], "") if operations else None),
            (
                "required parameters taught",
                _of(required["taught"], required["total"], "") if required else None,
            ),
            ("prompt tokens", _cached(tokens)),
            ("completion tokens", whole(tokens["completion"]) if tokens else None),
            ("cost", _cost(manifest)),
            ("generation took", duration(spans["elapsed_s"]) if spans.get("elapsed_s") is not None else None),
        ]
    )
    reasons = sorted((counts.get("by_reason") or {}).items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    rows = [[tag("code", reason), whole(count)] for reason, count in reasons]
    lost = table(["Why records were not accepted", "Indices"], rows, numbers=frozenset({1})) if rows else ""
    return joined([details, lost])


def _of(part: int | None, total: int | None, word: str) -> str | None:
    if part is None or total is None:
        return None
    of = f"{whole(part)} of {whole(total)} {word}".rstrip()
    return f"{of} ({share(part / total)})" if total else of


def _cached(tokens: Mapping[str, Any]) -> str | None:
    return f"{whole(tokens['prompt'])}, of which {whole(tokens['cached'])} cached" if tokens else None


def _cost(manifest: Mapping[str, Any]) -> str:
    if (manifest.get("teacher") or {}).get("emulator"):
        return "none: emulated"
    cost = manifest.get("cost_usd")
    return "no price is known for the teacher's model" if cost is None else f"{dollars(cost)} at list price"
