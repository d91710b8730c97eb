"""What one index of a run is asked to teach, decided before the teacher is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Shape = Literal["single", "chain", "parallel", "guarded", "fan_out", "join"]
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
        own: whether the value names what the producer is about, and not another thing that it mentions.
    """

    producer: str
    path: str
    consumer: str
    parameter: str
    own: bool = True


@dataclass(frozen=True, slots=True)
class Blueprint:
    """The assignment of one index: a pure function of (catalog, options, index).

    Attributes:
        index: 0-based index in the run.
        slice: index of the catalog slice whose APIs the teacher sees.
        focus: APIs that the plan must call, in a workable order (producers first).
        flows: data the plan should pass between the focus APIs.
        required: parameters that the plan should fill besides the required ones, as (api, parameter).
        shape: `single` one call; `chain` each step feeds the next; `fan_out` steps feed others, none is fed by two;
            `join` one step at least is fed by two or more; `parallel` steps that exchange nothing; `guarded` a look
            that decides whether the call after it is made.
        variation: one of `VARIATIONS`, or `plain`.
        difficulty: grows with the number of calls.
        persona: register in which the user speaks.
        seed_task: a task given by the user to vary, or "".
        given: values that arguments must have so that others may be filled, as (api, parameter, value).
        notes: what the teacher has to know of this assignment besides, in whole sentences.
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
    given: tuple[tuple[str, str, Any], ...] = ()
    notes: tuple[str, ...] = ()
