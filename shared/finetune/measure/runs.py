"""Two evaluations over the same tasks: what one arm of the second has fixed and broken against the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.finetune.measure.metrics import METRICS, YES_NO
from shared.finetune.measure.shares import percent
from shared.finetune.measure.statistics import difference
from shared.plan.executable import executable

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

    A task whose accepted plan is another one in each run (a review may have corrected it) is not the same task.

    Raises DifferentTasksError when the tasks differ and `shared_only` is false, when none is shared, or when the arm
    was not measured in one of them.
    """
    old, new = _answers(before, arm, "first"), _answers(after, arm, "second")
    asked = [task for task in new if task in old]
    both = [task for task in asked if _plan(old[task]) == _plan(new[task])]
    corrected, alone = len(asked) - len(both), len(old.keys() ^ new.keys())
    _check_shared(len(both), corrected, alone, shared_only=shared_only)
    old, new = ({task: lines[task]["arms"][arm] for task in both} for lines in (old, new))
    rows = [_row(task, old[task], new[task]) for task in both]
    return {
        "arm": arm,
        "n": len(both),
        "left_out": alone + corrected,
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


def misses(found: Mapping[str, Any], *, least: Mapping[str, float], max_drop: float | None) -> list[str]:
    """Which thresholds the comparison misses, in sentences; empty if it passes.

    `least` are the smallest means that are accepted, by metric; `max_drop` is how much fewer plans may be exact.
    """
    told = []
    for name, wanted in least.items():
        value = found["metrics"][name]["after"]
        if value is None or not value >= wanted:
            told.append(f"{name} is {percent(value)}, below the {wanted:g} of --min")
    if max_drop is not None:
        change = found["metrics"]["exact_plan"]["value"]
        if change is not None and not change >= -max_drop - 1e-9:
            told.append(f"exact_plan dropped by {-change:.3f}, more than the {max_drop:g} of --max-drop")
    return told


def summary(found: Mapping[str, Any]) -> str:
    """The comparison in a sentence."""
    counts, exact = found["counts"], found["metrics"]["exact_plan"]
    sure = {"better": "better", "worse": "worse"}.get(exact["verdict"], "cannot be told apart")
    shared = f" ({found['left_out']} that are not the same in both left out)" if found["left_out"] else ""
    return (
        f"Over {found['n']} tasks{shared}: {counts['fixed']} fixed, {counts['broken']} broken, "
        f"{counts['same']} the same; exact plans {percent(exact['before'])} → {percent(exact['after'])} ({sure})."
    )


def _answers(tasks: Sequence[Task], arm: str, which: str) -> dict[str, Task]:
    found = {str(task["task"]): task for task in tasks if arm in task["arms"]}
    if not found:
        arms = sorted({name for task in tasks for name in task["arms"]})
        raise DifferentTasksError(
            f"the arm {arm} was not measured in the {which} run, which has {', '.join(arms) or 'none'}"
        )
    return found


def _plan(task: Task) -> object:
    """What an answer was compared with: the executed part of the accepted plan."""
    return executable(task["reference"])


def _check_shared(both: int, corrected: int, alone: int, *, shared_only: bool) -> None:
    other = f"{corrected} have another accepted plan in each" if corrected else ""
    if not both:
        raise DifferentTasksError(
            f"the runs share no test task{f', {other}' if other else ''}: runs are comparable where catalog, samples "
            "and seed are the same"
        )
    if (alone or corrected) and not shared_only:
        apart = ", ".join(filter(None, [f"{alone} in one of them alone" if alone else "", other]))
        raise DifferentTasksError(
            f"only {both} tasks were asked in both runs, {apart}; --shared compares over those {both}"
        )


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
