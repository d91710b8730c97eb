"""What one index of a run is asked to teach, decided before the teacher is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal["single", "chain", "dag"]
Difficulty = Literal["XS", "S", "M", "L", "XL"]

VARIATIONS = (
    "edge_case_constraints",
    "multi_entity",
    "missing_info",
    "fallback_flow",
    "idempotency",
    "cost_aware",
    "compliance",
    "performance",
)


@dataclass(frozen=True, slots=True)
class Flow:
    """Data that can flow from one API's response to another's parameter.

    Attributes:
        producer: API whose response holds the value.
        path: where in the response, dotted with `[0]` for a list (`order.id`, `items[0].sku`).
        consumer: API that takes the value.
        parameter: name of the consumer's parameter.
    """

    producer: str
    path: str
    consumer: str
    parameter: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """The assignment of one index: a pure function of (catalog, options, index).

    Attributes:
        index: 0-based index in the run.
        slice: index of the catalog slice whose APIs the teacher sees.
        focus: APIs that the plan must call, in a workable order (producers first).
        flows: data the plan should pass between the focus APIs.
        required: parameters that the plan should fill besides the required ones, as (api, parameter).
        shape: `single` one call, `chain` each step feeds the next, `dag` branches that join.
        variation: one of `VARIATIONS`, or `plain`.
        difficulty: grows with the number of calls.
        persona: register in which the user speaks.
        seed_task: a task given by the user to vary, or "".
    """

    index: int
    slice: int
    focus: tuple[str, ...]
    flows: tuple[Flow, ...]
    required: tuple[tuple[str, str], ...]
    shape: Shape
    variation: str
    difficulty: Difficulty
    persona: str
    seed_task: str
