"""What other benchmarks count, so that outsiders can compare: TaskBench's and NESTFUL's F1 and accuracies."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set

import orjson

from shared.finetune.measure.steps import Step

_TASKBENCH = ("node", "edge", "argument_name", "argument_value")
_NESTFUL = ("function", "parameter")
_COUNTED = (*(f"taskbench_{n}" for n in _TASKBENCH), *(f"nestful_{n}" for n in (*_NESTFUL, "sequence")))


def counts(answer: Sequence[Step], reference: Sequence[Step]) -> dict[str, tuple[int, int, int]]:
    """Agreeing, answered and expected items of one task, by metric; `summary` makes the metrics of their sums."""
    ours, theirs = _Items(answer), _Items(reference)
    found = {
        "taskbench_node": _agreement(ours.apis, theirs.apis),
        "taskbench_edge": _agreement(ours.links, theirs.links),
        "taskbench_argument_name": _agreement(ours.names, theirs.names),
        "taskbench_argument_value": _agreement(ours.values, theirs.values),
        "nestful_function": _agreement(ours.apis, theirs.apis),
        "nestful_parameter": _agreement(ours.names, theirs.names),
    }
    matching = _agreement(set(enumerate(ours.calls)), set(enumerate(theirs.calls)))
    return {**found, "nestful_sequence": matching}


def summary(totals: Iterable[Mapping[str, Sequence[int]]]) -> dict[str, dict[str, float]]:
    """`taskbench` and `nestful` metrics over tasks, from the counts of each.

    TaskBench: micro F1 of tools, of links between tools, of argument names and of argument values
    (`taskbench/evaluate.py`, microsoft/JARVIS). NESTFUL: F1 of functions and parameters, the share of the
    expected calls that stand in their place with the same arguments, and the share of tasks whose whole
    sequence does (Basu et al., 2024, arXiv:2409.03797).
    """
    rows = list(totals)
    sums = {
        name: [sum(row[name][part] for row in rows if name in row) for part in range(3)] for name in _COUNTED
    }
    sequences = [row["nestful_sequence"] for row in rows if "nestful_sequence" in row]
    partial, expected = sums["nestful_sequence"][0], sums["nestful_sequence"][2]
    whole = sum(agreeing == answered == wanted for agreeing, answered, wanted in sequences)
    return {
        "taskbench": {f"{name}_f1": _f1(sums[f"taskbench_{name}"]) for name in _TASKBENCH},
        "nestful": {
            **{f"{name}_f1": _f1(sums[f"nestful_{name}"]) for name in _NESTFUL},
            "partial_sequence_accuracy": round(partial / expected, 6) if expected else 0.0,
            "full_sequence_accuracy": round(whole / len(sequences), 6) if sequences else 0.0,
        },
    }


class _Items:
    """A plan as these benchmarks see it: sets of names, and calls in order."""

    def __init__(self, steps: Sequence[Step]) -> None:
        by_index = {step.index: step.api for step in steps}
        self.apis = {step.api for step in steps}
        self.links: set[Hashable] = {
            (by_index[use.reference.step], step.api)
            for step in steps
            for use in step.uses()
            if use.reference.step in by_index
        }
        self.names: set[Hashable] = {(step.api, name) for step in steps for name in step.arguments}
        self.values: set[Hashable] = {
            (step.api, name, _text(value)) for step in steps for name, value in step.arguments.items()
        }
        self.calls = [(step.api, _text(dict(step.arguments))) for step in steps]


def _text(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def _agreement(answered: Set[Hashable], expected: Set[Hashable]) -> tuple[int, int, int]:
    return len(answered & expected), len(answered), len(expected)


def _f1(sums: Sequence[int]) -> float:
    agreeing, answered, expected = sums
    total = answered + expected
    return round(2 * agreeing / total, 6) if total else 0.0
