"""Two evaluations over the same tasks: what one arm of the second has fixed and broken against the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.finetune.measure.metrics import METRICS, YES_NO
from shared.finetune.measure.statistics import difference

Task = Mapping[str, Any]
"""A line of an evaluation's `tasks.jsonl`."""


class DifferentTasksError(ValueError):
    """The evaluations did not ask the same tasks."""


def compare(
    before: Sequence[Task], after: Sequence[Task], *, arm: str = "student", shared_only: bool = False
) -> dict[str, Any]:
    """`after` against `before`, task by task, over the tasks that both were asked.

    `{"arm", "n", "left_out", "counts": {fixed, broken, same}, "metrics": {name: difference}, "tasks": [...]}`. A task
    is `fixed` when its plan is exact now and was not, `broken` the other way round.

    Raises DifferentTasksError when the tasks differ and `shared_only` is false, or when none is shared.
    """
    old, new = _answers(before, arm), _answers(after, arm)
    both = [task for task in new if task in old]
    alone = len(old.keys() ^ new.keys())
    if not both:
        raise DifferentTasksError(
            f"no task was asked of the arm {arm} in both runs: runs are comparable over one test split, that is one "
            "catalog, seed and dataset"
        )
    if alone and not shared_only:
        raise DifferentTasksError(
            f"only {len(both)} tasks were asked in both runs, {alone} in one of them alone; "
            f"--shared compares over those {len(both)}"
        )
    rows = [_row(task, old[task], new[task]) for task in both]
    return {
        "arm": arm,
        "n": len(both),
        "left_out": alone,
        "counts": {kind: sum(row["change"] == kind for row in rows) for kind in ("fixed", "broken", "same")},
        "metrics": {
            name: {
                "before": _mean([old[task]["scores"].get(name) for task in both]),
                "after": _mean([new[task]["scores"].get(name) for task in both]),
                **difference(
                    [new[task]["scores"].get(name) for task in both],
                    [old[task]["scores"].get(name) for task in both],
                    is_share=name in YES_NO,
                ),
            }
            for name in METRICS
        },
        "tasks": rows,
    }


def misses(
    found: Mapping[str, Any],
    *,
    least: Mapping[str, float],
    max_drop: float | None,
    metric: str = "exact_plan",
) -> list[str]:
    """Which thresholds the comparison misses, in sentences; empty if it passes.

    `least` are the smallest means that are accepted, by metric; `max_drop` is how much lower `metric` may be.
    """
    told = []
    for name, wanted in least.items():
        value = found["metrics"][name]["after"]
        if value is None or value < wanted:
            told.append(f"{name} is {_text(value)}, below the {wanted:g} of --min")
    if max_drop is not None:
        change = found["metrics"][metric]["value"]
        if change is not None and change < -max_drop - 1e-9:
            told.append(f"{metric} dropped by {-change:.3f}, more than the {max_drop:g} of --max-drop")
    return told


def summary(found: Mapping[str, Any]) -> str:
    """The comparison in a sentence."""
    counts, exact = found["counts"], found["metrics"]["exact_plan"]
    sure = {"better": "better", "worse": "worse"}.get(exact["verdict"], "cannot be told apart")
    shared = f" ({found['left_out']} tasks of one run alone left out)" if found["left_out"] else ""
    return (
        f"Over {found['n']} tasks{shared}: {counts['fixed']} fixed, {counts['broken']} broken, "
        f"{counts['same']} the same; exact plans {_text(exact['before'])} → {_text(exact['after'])} ({sure})."
    )


def _answers(tasks: Sequence[Task], arm: str) -> dict[str, Mapping[str, Any]]:
    return {str(task["task"]): task["arms"][arm] for task in tasks if arm in task["arms"]}


def _row(task: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    was, now = (bool(answer["scores"].get("exact_plan")) for answer in (old, new))
    change = "same" if was == now else "fixed" if now else "broken"
    return {
        "task": task,
        "change": change,
        "exact": now,
        "codes": {"before": list(old["codes"]), "after": list(new["codes"])},
        "answers": {"before": old["answer"], "after": new["answer"]},
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None


def _text(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"
