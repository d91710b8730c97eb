"""The metrics of one answer against the reference plan; `docs/metrics.md` defines each with its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

from shared.finetune.measure import outside
from shared.finetune.measure.alignment import align
from shared.finetune.measure.steps import Step, identity, names, producers, steps_of
from shared.finetune.measure.values import normal
from shared.plan.references import format_path

YES_NO = ("valid_json", "shape", "executable", "exact_plan")
"""Metrics that are 0 or 1; the others are between, None where the reference has nothing to measure."""

METRICS = (
    "valid_json",
    "shape",
    "executable",
    "api_f1",
    "edge_f1",
    "argument_name_f1",
    "argument_value_accuracy",
    "exact_plan",
)
"""All, in the order in which they are shown: from form to planning."""

PLANNING = METRICS[2:]
"""Those that say more than that an answer has the form of a plan."""

Scores = Mapping[str, float | None]
Counts = Mapping[str, tuple[int, int, int]]
"""By name: agreeing, answered and expected items, to be added up over tasks."""


def no_answer(
    reference: Mapping[str, Any],
) -> tuple[dict[str, float | None], dict[str, tuple[int, int, int]]]:
    """Scores and counts of a task without a readable answer: 0 for everything that could be scored."""
    return measured(None, reference, shape=False, executable=False)


def measured(
    plan: Mapping[str, Any] | None, reference: Mapping[str, Any], *, shape: bool, executable: bool
) -> tuple[dict[str, float | None], dict[str, tuple[int, int, int]]]:
    """Scores of an answer, and its counts for the metrics of other benchmarks.

    Args:
        plan: the answer's JSON object, None for any other answer. One that breaks the shape is compared as far as its
            steps can be read.
        reference: the accepted plan.
        shape: whether the answer has the shape of a plan.
        executable: whether the validator, dry run included, finds nothing in it.
    """
    ours, theirs = steps_of(plan), steps_of(reference)
    pairs = align(ours, theirs)
    mine = _Side(ours, pairs)
    its = _Side(theirs, identity(theirs))
    has_shape = plan is not None and shape
    scores: dict[str, float | None] = {
        "valid_json": float(plan is not None),
        "shape": float(has_shape),
        "executable": float(has_shape and executable),
        "api_f1": f1(Counter(step.api for step in ours), Counter(step.api for step in theirs)),
        "edge_f1": f1(mine.edges, its.edges),
        "argument_name_f1": f1(mine.names, its.names),
        "argument_value_accuracy": _accuracy(mine.values, its.values),
        "exact_plan": float(has_shape and _is_same(mine, its, pairs)),
    }
    return scores, outside.counts(ours, theirs)


def f1(answered: Counter[Hashable], expected: Counter[Hashable]) -> float | None:
    """Harmonic mean of precision and recall of two multisets; None when nothing is expected.

    So whether a task counts depends on its reference alone, and every arm's mean is over the same tasks.
    """
    if not expected:
        return None
    return 2 * (answered & expected).total() / (answered.total() + expected.total())


def _accuracy(answered: Counter[Hashable], expected: Counter[Hashable]) -> float | None:
    return (answered & expected).total() / expected.total() if expected else None


class _Side:
    """A plan's edges, argument names and values, named by the reference's steps."""

    def __init__(self, steps: list[Step], counterpart: Mapping[int, int]) -> None:
        named = names(steps, counterpart)
        producer = producers(steps, named)
        self.edges: Counter[Hashable] = Counter()
        self.names: Counter[Hashable] = Counter()
        self.values: Counter[Hashable] = Counter()
        needs: dict[Hashable, set[Hashable]] = {}
        for name, step in zip(named, steps, strict=True):
            needs[name] = {producer(index) for index in step.depends_on}
            for use in step.uses():
                source = producer(use.reference.step)
                needs[name].add(source)
                self.edges[(source, format_path(use.reference.parts), name, use.where[0])] += 1
            for argument, value in step.arguments.items():
                self.names[(name, argument)] += 1
                self.values[(name, argument, normal(value, producer))] += 1
        self.order = {name: _closure(name, needs) for name in needs}


def _closure(start: Hashable, needs: Mapping[Hashable, set[Hashable]]) -> frozenset[Hashable]:
    """Everything that must be done before `start`, directly or not."""
    found: set[Hashable] = set()
    waiting = list(needs[start])
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting.extend(needs.get(other, ()))
    return frozenset(found)


def _is_same(mine: _Side, its: _Side, pairs: Mapping[int, int]) -> bool:
    """Whether both are one plan but for the order of steps that do not need each other."""
    return (
        len(pairs) == len(mine.order) == len(its.order)
        and mine.values == its.values
        and mine.order == its.order
    )
