"""Which argument of a step takes which output of an earlier one."""

from __future__ import annotations

from local.openai_emulator.planning.assignment import Assignment
from local.openai_emulator.planning.draft import Step, reference


def link_steps(
    steps: list[Step], assignment: Assignment, refused: frozenset[tuple[int, str]] = frozenset()
) -> None:
    """Put references into the steps' arguments: the assigned flows, and nothing that is not assigned.

    Args:
        steps: the steps in order; changed in place.
        assignment: holds the flows.
        refused: (step, parameter) that must not take a reference, because the last one was wrong.
    """
    wanted: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for producer, path, consumer, parameter in assignment.flows:
        wanted.setdefault((consumer, parameter), []).append((producer, path))
    for step in steps:
        for (consumer, parameter), sources in wanted.items():
            wanted_here = consumer == step.api.name and parameter in step.api.by_name
            if wanted_here and (step.index, parameter) not in refused:
                _link(step, parameter, sources, steps)


def _link(step: Step, parameter: str, sources: list[tuple[str, str]], steps: list[Step]) -> None:
    for producer, path in sources:
        earlier = [other for other in steps if other.index < step.index and other.api.name == producer]
        if earlier:
            step.arguments[parameter] = reference(earlier[-1].index, path)
            return
