"""Constants of the catalog that a task speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from shared.plan.codes import Finding, finding
from shared.plan.rules.case import Case
from shared.plan.rules.catalog_words import documented


def spoken_constant(case: Case) -> Iterator[Finding]:
    """The task says the value of an optional header that the catalog itself gives: nobody says "as XMLHttpRequest"."""
    for literal in case.literals:
        value, parameter = literal.value, literal.parameter
        if (
            parameter.location != "header"
            or parameter.required
            or not isinstance(value, str)
            or len(value) < 4
        ):
            continue
        if (
            value in documented(parameter, literal.where, literal.schemas)
            and value.lower() in case.task.lower()
        ):
            message = f"the task says {value}, which is a constant of the catalog: leave it out of the task"
            yield finding("spoken_constant", message, step=literal.position + 1, path="task_nl")
            return
