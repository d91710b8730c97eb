"""The student against the one of an earlier run, over the tasks that both were asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shared.report.cells import Cell
from shared.report.figures import dollars_alike
from shared.report.pairs import before_and_after
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_FORMS = {"full": "whole plans", "executable": "what is executed of a plan"}


def render(evaluation: Mapping[str, Any]) -> Markup | str:
    """The differences to the earlier run in figures, or why there are none; empty if no comparison was asked for."""
    found = evaluation.get("baseline_run")
    if found is None:
        return ""
    if "why" in found:
        return part("baseline.html", run=found["run_id"], about=f"Not compared: {found['why']}.", table=None)
    table = before_and_after(found["metrics"])
    price = found["usd_per_1000_plans"]
    dear: list[Cell | str] = [
        Cell("Price of 1,000 plans", mark="b"),
        *dollars_alike(price["before"], price["after"]),
        "–",
    ]
    table = replace(table, rows=[*table.rows, dear])
    forms = [_FORMS.get(form, form) for form in (found["sft_plan"], evaluation["sft_plan"])]
    answers = (
        f"Both answer with {forms[0]}."
        if forms[0] == forms[1]
        else f"Before, the student answered with {forms[0]}; now with {forms[1]}."
    )
    return part("baseline.html", run=found["run_id"], about=f"{found['summary']} {answers}", table=table)
