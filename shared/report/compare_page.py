"""Two runs over the same tasks on one page: what was fixed and broken, and every metric before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shared.finetune.measure.runs import summary
from shared.report.cells import Tile
from shared.report.examples import plan_steps
from shared.report.figures import clipped, whole
from shared.report.measures import ARMS
from shared.report.page import document
from shared.report.pairs import before_and_after
from shared.report.templating import part

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST_TASKS = 200
_MOST_TASK = 2_000
CHANGED = ("broken", "fixed")
KINDS = {"broken": "bad", "fixed": "good", "same": "unsure"}


def render(found: Mapping[str, Any], *, before: str, after: str) -> bytes:
    """The page in UTF-8; `before` and `after` name the runs."""
    title = f"{before} and {after}: what changed"
    return document("compare_report.html", title, before=before, after=after, comparison=comparison(found))


def comparison(found: Mapping[str, Any], kinds: Sequence[str] = CHANGED) -> Markup:
    """What changed, and the tasks of those `kinds` (`broken`, `fixed`, `same`), in that order."""
    counts = found["counts"]
    tasks = [row for kind in kinds for row in found["tasks"] if row["change"] == kind]
    return part(
        "comparison.html",
        summary=summary(found),
        tiles=[Tile(kind, whole(counts[kind]), "tasks", KINDS[kind]) for kind in ("fixed", "broken", "same")],
        arm=ARMS.get(found["arm"], found["arm"]),
        metrics=before_and_after(found["metrics"]),
        tasks=[_task(row) for row in tasks[:_MOST_TASKS]],
        more=len(tasks) - _MOST_TASKS,
    )


def _task(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "change": row["change"],
        "kind": KINDS[row["change"]],
        "task": clipped(row["task"], _MOST_TASK),
        "columns": [
            {
                "title": title,
                "verdict": ", ".join(row["codes"][when]) or "executable on paper",
                "plan": plan_steps(row["answers"][when]),
            }
            for when, title in (("before", "Before"), ("after", "After"))
        ],
    }
