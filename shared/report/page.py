"""`report.html`: what a run made and what its fine-tuning came to, on one page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

from shared.finetune.job import Job
from shared.report import (
    baseline,
    dataset_facts,
    examples,
    groups,
    measures,
    pairs,
    price_plot,
    run_facts,
    training,
    verdict,
)
from shared.report.curves import Curves
from shared.report.examples import Example
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_POLICY = "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
"""The page runs no script and loads nothing; the browser sees to it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page is made of; everything but `job` may be missing.

    Attributes:
        job: the fine-tune job.
        manifest: of the dataset.
        coverage: the counts of `coverage.json` (`operations`, `required_parameters`).
        curves: from `metrics.csv`.
        checkpoints: `checkpoints.json`.
        events: the service's events, oldest first, as in `events.jsonl`.
        evaluation: `evaluation.json`.
        examples: measured tasks to show.
    """

    job: Job
    manifest: Mapping[str, Any] = field(default_factory=dict)
    coverage: Mapping[str, Any] = field(default_factory=dict)
    curves: Curves = field(default_factory=Curves)
    checkpoints: Sequence[Mapping[str, Any]] = ()
    events: Sequence[Mapping[str, Any]] = ()
    evaluation: Mapping[str, Any] | None = None
    examples: Sequence[Example] = ()


def render(facts: Facts) -> bytes:
    """The page in UTF-8; the same bytes for the same facts. Whatever text they hold is shown, never obeyed."""
    job, emulated = facts.job, run_facts.emulated(facts.manifest, facts.events)
    title = f"{dataset_facts.catalog_name(facts.manifest) or job.run_id}: fine-tuning report"
    return document(
        "report.html",
        title,
        job=job,
        state=run_facts.state(job),
        emulated=run_facts.emulated_words(emulated),
        verdict=verdict.render(facts.evaluation, job),
        problems=run_facts.problems(job),
        tiles=run_facts.tiles(job, facts.manifest, facts.coverage, facts.curves, facts.evaluation),
        evaluation=evaluation(facts.evaluation, job),
        examples=examples.render(facts.examples) if facts.examples else "",
        training=training.charts(facts.curves, job),
        job_facts=run_facts.job_facts(job, bool(emulated)),
        timeline=run_facts.timeline(job),
        checkpoints=training.checkpoints(facts.checkpoints),
        dataset=dataset_facts.dataset(facts.manifest, facts.coverage),
        lost=dataset_facts.lost(facts.manifest),
        events=training.events(facts.events),
    )


def document(template: str, title: str, **values: Any) -> bytes:
    """A page that loads and runs nothing, in the report's style, in UTF-8."""
    from markupsafe import Markup

    style = _style()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    made = part(
        template,
        title=title,
        policy=_POLICY.format(digest=digest),
        style=Markup(style),  # noqa: S704 - a file of this package
        **values,
    )
    return made.encode(errors="replace")


def evaluation(found: Mapping[str, Any] | None, job: Job) -> Markup:
    """The arms with their figures and what was not measured, or why there is no evaluation."""
    if found is None:
        return part("evaluation.html", about=run_facts.why_no_evaluation(job), parts=[])
    tasks = found["tasks"]
    where = (
        "of the test split, which no training and no choice of a checkpoint has seen"
        if found["split"] == "test"
        else "of the validation split, which the choice of the checkpoint has seen, as the dataset has no test split"
    )
    return part(
        "evaluation.html",
        about=f"{tasks} task{'' if tasks == 1 else 's'} {where}. A task without an answer counts as 0; docs/metrics.md "
        "defines every figure.",
        parts=[
            measures.render(found),
            price_plot.render(found["arms"]),
            pairs.render(found),
            baseline.render(found),
            groups.render(found),
            verdict.missing(found),
        ],
    )


@cache
def _style() -> str:
    package = resources.files(__package__)
    return "".join(package.joinpath(name).read_text(encoding="utf-8") for name in ("report.css", "parts.css"))
