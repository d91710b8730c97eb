"""The first thing that a reader sees: what the evaluation comes to, and the last: what was not measured, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.finetune.job import Job
from shared.report.measures import ARMS
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_NEVER = (
    "No call was made to any API: a plan that is executable on paper may still fail against the live service.",
    "An exact plan is a strict measure: another good plan for the same task counts as wrong.",
)


def render(evaluation: Mapping[str, Any] | None, job: Job) -> Markup:
    """The verdict, with the form in which the student answers; nothing before there is one."""
    executable = bool(evaluation) and evaluation["sft_plan"] == "executable"  # type: ignore[index]
    form = "what is executed of a plan" if executable else "whole plans"
    model = evaluation["model"] or job.fine_tuned_model if evaluation else ""
    said = evaluation["verdict"].replace(" %", "\N{NO-BREAK SPACE}%") if evaluation else ""
    return part("verdict.html", said=said, form=form, model=model)


def missing(evaluation: Mapping[str, Any]) -> Markup:
    """What was not measured and why."""
    asked = [f"{ARMS.get(entry['arm'], entry['arm'])}: {entry['why']}" for entry in evaluation["missing"]]
    return part("missing.html", lines=[*asked, *_NEVER])
