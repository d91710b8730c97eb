"""Tasks that nobody would say, and branches that cannot run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.plan.codes import Finding, finding
from shared.plan.rules.case import Case

_TEMPLATE = re.compile(
    r"\{\{.*?(?:\}\}|$)|\$\{[^}]*\}?|\{[A-Za-z]\w*\}|<[A-Za-z]+(?:[_ -][A-Za-z]+)+>|\[(?:your|insert|enter)\b[^\]]*\]",
    re.IGNORECASE,
)
_SKIPS = re.compile(
    r"\b(?:skip|leave out|omit|pass over|do without)\s+(?:(?P<own>this|the)\s+(?:step|call)|steps?\s+(?P<number>\d+))",
    re.IGNORECASE,
)


def template_in_task(case: Case) -> Iterator[Finding]:
    """A placeholder in the task: people say the value or that it is filled in at run time.

    A text with gaps that the plan hands over as it stands ("store the brief 'Dear {name}, …'") is no placeholder.
    """
    for match in _TEMPLATE.finditer(case.task):
        if any(match[0] in text and text.strip() != match[0] for text in _texts(case)):
            continue
        message = f"the task holds the placeholder {match[0]}; say the value, or leave it out"
        yield finding("template_in_task", message, path="task_nl")
        return


def _texts(case: Case) -> Iterator[str]:
    """The texts that the steps hold, but not headers that only begin with a word."""
    for literal in case.literals:
        if isinstance(literal.value, str) and literal.parameter.location != "header":
            yield literal.value


def skipped_but_needed(case: Case) -> Iterator[Finding]:
    """A failure mode that skips a step whose outputs a later step takes."""
    for position, step in enumerate(case.steps):
        for number, mode in enumerate(step.get("failure_modes", ())):
            for match in _SKIPS.finditer(mode):
                skipped = step["index"] if match["own"] else int(match["number"])
                users = [
                    case.steps[later]["index"]
                    for later in range(len(case.steps))
                    if any(use.reference.step == skipped for use in case.uses(later))
                ]
                spoken = {int(other["number"]) for other in _SKIPS.finditer(mode) if other["number"]}
                needed = [user for user in users if user not in spoken]
                if needed:
                    message = (
                        f"it skips step {skipped}, but step {needed[0]} takes an output of it; stop there, or skip "
                        f"step {needed[0]} as well"
                    )
                    path = f"plan.steps[{position}].failure_modes[{number}]"
                    yield finding("skipped_but_needed", message, step=step["index"], path=path)
