"""What the judged records say of a dataset: how many are right, within which interval."""

from __future__ import annotations

from collections import Counter
from typing import Any

from shared.dataset.tally import Tally
from shared.finetune.measure.statistics import wilson

RIGHT = 4
"""A record counts as right when none of the judge's questions has a lower score."""


def quality(tally: Tally) -> dict[str, Any] | None:
    """`judged` records, the share that is `right` with its 95 % interval, mean scores; None where none was judged.

    `mean` is of the least score of each record, `by_question` of each question's. The interval is Wilson's: it holds
    for records drawn at random, as `judge_sample` draws them. With `judge` on every record has passed already.
    """
    judged = tally.judged.total()
    if not judged:
        return None
    right = sum(count for score, count in tally.judged.items() if score >= RIGHT)
    low, high = wilson(right, judged)
    return {
        "judged": judged,
        "right": round(right / judged, 4),
        "interval": [round(low, 4), round(high, 4)],
        "mean": _mean(tally.judged),
        "by_question": {name: _mean(scores) for name, scores in sorted(tally.judged_by_question.items())},
    }


_IN_WORDS = {
    "does_the_task": "the plan does the task",
    "would_be_asked": "a person would ask for this",
    "from_somewhere": "every value comes from somewhere",
}


def figures(found: dict[str, Any]) -> list[tuple[str, str]]:
    """What `quality` gives, as rows of the card."""
    low, high = found["interval"]
    means = {_IN_WORDS[name]: mean for name, mean in found["by_question"].items() if name in _IN_WORDS}
    return [
        (
            "right in every respect (4 or 5 on all questions)",
            f"{found['right']:.0%} (95 % interval {low:.0%} to {high:.0%})",
        ),
        ("mean of the least scores", f"{found['mean']:.2f} of 5"),
        *((name, f"{mean:.2f} of 5") for name, mean in means.items()),
    ]


def _mean(scores: Counter[int]) -> float:
    return round(sum(score * count for score, count in scores.items()) / scores.total(), 2)
