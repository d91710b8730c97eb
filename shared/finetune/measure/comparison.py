"""Two arms over the same tasks, pair by pair: what differs, how surely, and what of it is form alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.finetune.measure.metrics import METRICS, PLANNING, YES_NO
from shared.finetune.measure.outcome import ArmOutcome
from shared.finetune.measure.statistics import difference

Outcomes = Mapping[int, ArmOutcome]


def compare(ours: Outcomes, theirs: Outcomes) -> dict[str, Any]:
    """`n`, the paired difference of every metric (ours minus theirs), and planning apart from form.

    `shape_only` is the difference in answers that have the shape of a plan at all; `planning` compares the rest
    over the tasks where both answers have that shape, so that a gain in form is not taken for one in planning.
    """
    both = [index for index in ours if index in theirs]
    shaped = [index for index in both if _has_shape(ours[index]) and _has_shape(theirs[index])]
    all_of_them = _differences(METRICS, ours, theirs, both)
    return {
        "n": len(both),
        "metrics": all_of_them,
        "shape_only": all_of_them["shape"],
        "planning": {"n": len(shaped), "metrics": _differences(PLANNING, ours, theirs, shaped)},
    }


def _has_shape(outcome: ArmOutcome) -> bool:
    return bool(outcome.scores.get("shape"))


def _differences(
    names: Sequence[str], ours: Outcomes, theirs: Outcomes, both: Sequence[int]
) -> dict[str, Any]:
    return {
        name: difference(
            [ours[index].scores.get(name) for index in both],
            [theirs[index].scores.get(name) for index in both],
            is_share=name in YES_NO,
        )
        for name in names
    }
