"""An assignment in the making, and what carries its variation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.curriculum.blueprint import Flow, Shape
from shared.curriculum.facts import Facts


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """An assignment before its variation is known; make one by `Candidate.of`. Each is equal to itself alone.

    Attributes:
        focus: operations in a workable order.
        passed: flows between them.
        fed: arguments that a flow gives, as (api, parameter).
        shape: what the flows make of the operations; see `Blueprint.shape`.
        looked_up: operations called for one thing alone: the first of what they give is taken, or they decide on a
            write.
        looks_back: operations that only show what another one has made, one for each flow between such two.
        filled: optional arguments filled so far, as (api, parameter).
    """

    focus: tuple[str, ...]
    passed: tuple[Flow, ...]
    fed: frozenset[tuple[str, str]]
    shape: Shape
    looked_up: tuple[str, ...]
    looks_back: tuple[str, ...]
    filled: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, facts: Facts, focus: tuple[str, ...], passed: tuple[Flow, ...] = ()) -> Candidate:
        """The candidate that calls `focus` and passes on what `passed` says."""
        heads = dict.fromkeys(flow.producer for flow in passed if "[0]" in flow.path)
        shape: Shape = "guarded" if _guards(facts, focus, passed) else _shape_of(focus, passed)
        return cls(
            focus,
            passed,
            fed=frozenset((flow.consumer, flow.parameter) for flow in passed),
            shape=shape,
            looked_up=(*heads, *(focus[:1] if shape == "guarded" else ())),
            looks_back=tuple(flow.consumer for flow in passed if _reads_back(facts, flow)),
        )


def _reads_back(facts: Facts, flow: Flow) -> bool:
    return facts.natures[flow.producer].role == "create" and facts.natures[flow.consumer].role == "read"


def _guards(facts: Facts, focus: Sequence[str], passed: Sequence[Flow]) -> bool:
    """Whether the first of two operations is a look that decides whether the second one, a write, is made."""
    if len(focus) != 2 or passed:
        return False
    look, write = focus
    return not facts.natures[look].writes and facts.natures[write].writes


def _shape_of(focus: Sequence[str], passed: Sequence[Flow]) -> Shape:
    if len(focus) == 1:
        return "single"
    pairs = {(flow.producer, flow.consumer) for flow in passed}
    if not pairs:
        return "parallel"
    if any(sum(consumer == name for _, consumer in pairs) > 1 for name in focus):
        return "join"
    return "chain" if pairs == set(pairwise(focus)) else "fan_out"


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries a variation: the optional argument to be filled for it, if any, and a sentence for the teacher."""

    fill: tuple[str, str] | None = None
    note: str = ""
