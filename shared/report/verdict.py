"""The first thing that a reader sees: what the evaluation comes to, and the last: what was not measured, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.finetune.job import Job
from shared.report.markup import Html, joined, tag
from shared.report.measures import ARMS

_NEVER = (
    "No call was made to any API: a plan that is executable on paper may still fail against the live service.",
    "An exact plan is a strict measure: another good plan for the same task counts as wrong.",
)


def render(evaluation: Mapping[str, Any] | None, job: Job) -> Html:
    """The verdict, with the form in which the student answers; nothing before there is one."""
    if evaluation is None:
        return Html("")
    form = "what is executed of a plan" if evaluation["sft_plan"] == "executable" else "whole plans"
    model = tag("code", evaluation["model"] or job.fine_tuned_model)
    below = tag("small", "The student answers with ", form, ". Measured model: ", model)
    return tag("p", tag("strong", evaluation["verdict"]), below, class_="verdict-box")


def missing(evaluation: Mapping[str, Any]) -> Html:
    """What was not measured and why."""
    asked = [
        tag("li", f"{ARMS.get(entry['arm'], entry['arm'])}: ", entry["why"])
        for entry in evaluation["missing"]
    ]
    lines = [*asked, *(tag("li", line) for line in _NEVER)]
    return joined([tag("h3", "What was not measured"), tag("ul", *lines)])
