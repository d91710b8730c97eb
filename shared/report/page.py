"""`report.html`: what a run made and what its fine-tuning came to, on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from shared.finetune.job import Job
from shared.report import examples, groups, measures, pairs, price_plot, run_facts, training, verdict
from shared.report.curves import Curves
from shared.report.examples import Example
from shared.report.markup import Html, joined, tag

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
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
    job = facts.job
    title = f"{run_facts.catalog_name(facts.manifest) or job.run_id}: fine-tuning report"
    return document(title, joined(_sections(facts, title)))


def document(title: str, content: Html) -> bytes:
    """A page that loads and runs nothing, in the report's style, in UTF-8."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", Html(_style())),
    )
    body = tag("body", tag("main", content))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n".encode(errors="replace")


def _sections(facts: Facts, title: str) -> list[Html]:
    job = facts.job
    return [
        run_facts.header(title, job),
        run_facts.banner(run_facts.emulated(facts.manifest, facts.events)),
        verdict.render(facts.evaluation, job),
        run_facts.problems(job),
        run_facts.tiles(job, facts.manifest, facts.coverage, facts.curves, facts.evaluation),
        _section("Evaluation", _evaluation(facts)),
        *([_section("Example tasks", examples.render(facts.examples))] if facts.examples else []),
        _section("Training", training.charts(facts.curves, job)),
        _section("Fine-tune job", run_facts.job_details(job, facts.manifest, facts.events)),
        _section("Checkpoints", training.checkpoints(facts.checkpoints)),
        _section("Dataset", run_facts.dataset(facts.manifest, facts.coverage)),
        _section("Events", training.events(facts.events)),
    ]


def _section(title: str, content: Html) -> Html:
    name = title.lower().replace(" ", "-")
    return tag("section", tag("h2", title, id=name), content, aria_labelledby=name)


def _evaluation(facts: Facts) -> Html:
    if facts.evaluation is None:
        return tag("p", run_facts.why_no_evaluation(facts.job), class_="axis")
    found = facts.evaluation
    tasks = found["tasks"]
    where = (
        "of the test split, which no training and no choice of a checkpoint has seen"
        if found["split"] == "test"
        else "of the validation split, which the choice of the checkpoint has seen, as the dataset has no test split"
    )
    about = tag(
        "p",
        f"{tasks} task{'' if tasks == 1 else 's'} {where}. A task without an answer counts as 0; docs/metrics.md "
        "defines every figure.",
    )
    return joined(
        [
            about,
            measures.render(found),
            price_plot.render(found["arms"]),
            pairs.render(found),
            groups.render(found),
            verdict.missing(found),
        ]
    )


@cache
def _style() -> str:
    return resources.files(__package__).joinpath("report.css").read_text(encoding="utf-8")
