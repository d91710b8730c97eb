"""The rules of grounding: every value of a plan comes from somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from shared.plan.codes import Finding
from shared.plan.grounding.origin import INVENTED, UNKNOWN, Sources, origin
from shared.plan.grounding.said import Said
from shared.plan.json_text import shown
from shared.plan.rules.case import Case


def value_origins(case: Case) -> Iterator[Finding]:
    """`ungrounded_value`, `invented_value` and `unknown_constant`: values that come from nowhere.

    A pagination token has a rule of its own (`pagination.token_from_nowhere`).
    """
    sources = Sources(Said(case.task), Said(" ".join(case.assumptions)), case.words)
    for literal in case.literals:
        code = "" if literal.is_cursor else origin(literal, sources)
        if code:
            yield case.at_argument(code, _message(code, literal.value), literal.position, literal.where)


def _message(code: str, value: object) -> str:
    what = shown(value)
    if code == INVENTED:
        return f"{what} stands in an assumption only, and nobody may assume a name or an identifier: say it in the task"
    if code == UNKNOWN:
        return f"{what} is a word of neither the task nor the catalog"
    return f"{what} comes from nowhere: say it in the task, or take it from an earlier step"
