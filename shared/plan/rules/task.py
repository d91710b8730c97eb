"""What a task says and nobody would say, and confusers that are the very calls that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.plan.codes import Finding, finding
from shared.plan.rules.case import Case

_TEMPLATE = re.compile(
    r"\{\{.*?(?:\}\}|$)|\$\{[^}]*\}?|\{[A-Za-z]\w*\}|<[A-Za-z]+(?:[_ -][A-Za-z]+)+>|\[(?:your|insert|enter)\b[^\]]*\]",
    re.IGNORECASE,
)


def wording_findings(case: Case) -> Iterator[Finding]:
    """What is wrong with the task beside its plan, and with the confusers."""
    yield from template_in_task(case)
    yield from twin_confuser(case)
    yield from spoken_constant(case)


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


def twin_confuser(case: Case) -> Iterator[Finding]:
    """A "wrong" API with method, path, parameters, schemas and examples of one that is called."""
    called = dict.fromkeys(step["api"] for step in case.steps)
    for position, name in enumerate(case.confusers):
        twin = next((api for api in called if case.words.same_call(name, api)), None)
        if twin is not None:
            message = f"'{name}' makes the same request as '{twin}', so it is not wrong: name another"
            yield finding("twin_confuser", message, path=f"negatives.confusers[{position}]")


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
        if value in literal.documented and value.lower() in case.task.lower():
            message = f"the task says {value}, which is a constant of the catalog: leave it out of the task"
            yield finding("spoken_constant", message, step=literal.position + 1, path="task_nl")
            return
