"""How an assignment is put to the teacher: the one place that says what shapes, variations and difficulties mean."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from shared.curriculum.blueprint import Blueprint
from shared.teacher.prompt import Briefing

SHAPES = {
    "single": "one call",
    "chain": "calls in a row, each of which uses what the one before it gives",
    "parallel": "calls that do not use each other's results",
    "guarded": "a look, and a call that is made only if the look shows what the task makes it depend on",
    "fan_out": "a result that several later calls use; nothing comes together again",
    "join": "results of different calls that come together in one later call",
}
"""What the plan of each shape is."""
_CALLS = {
    "single": "call the focus API",
    "parallel": "call the focus APIs, in this order where it makes a difference",
    "guarded": "call the first focus API, and the second under a condition on what the first shows",
}

VARIATIONS = {
    "plain": "An everyday request with nothing unusual about it.",
    "edge_case_constraints": "The task sets one limit at the edge of what is possible (a documented bound, a "
    "deadline); the plan keeps it, and global_constraints holds it.",
    "multi_entity": "The task is about two to four things of one kind at once; the plan has a call for each of them.",
    "missing_info": "The task leaves out one thing that a call needs and that may be assumed; an assumption names it, "
    "and the plan uses a sensible value.",
    "fallback_flow": "Something may go wrong; failure_modes say what, and how the plan goes on then.",
    "idempotency": "The task may be carried out twice; the plan makes sure that nothing happens twice, by the means "
    "named below.",
    "cost_aware": "Calls cost money; the plan does the task with as few calls and as little data as possible. A limit "
    "of calls counts repetitions, so every `retries` is 0.",
    "compliance": "A rule has to be kept; an argument named below carries it, and global_constraints holds it.",
    "performance": "Time matters; independent steps do not wait for each other, and the data asked for is small.",
}
"""What each variation asks of the task and the plan."""

DIFFICULTIES = {
    "XS": "one call with few arguments",
    "S": "two calls, or one with several arguments",
    "M": "three calls, or two with several arguments",
    "L": "four calls or so that build on each other",
    "XL": "five calls or more",
}
"""What each difficulty means for the plan; the task of a harder one is longer only by the values it needs."""


class Assignment(NamedTuple):
    """What the teacher is asked for at one index.

    Attributes:
        task_id: the record's id.
        created_at: the record's time, ISO 8601 UTC.
        blueprint: what the record is to teach.
        briefing: what the teacher is told first.
        examples: the fitting examples as the teacher is told of them, "" for none.
    """

    task_id: str
    created_at: str
    blueprint: Blueprint
    briefing: Briefing
    examples: str = ""

    def messages(self) -> tuple[dict[str, Any], ...]:
        """What each of its prompts begins with: the briefing, then the examples and the assignment itself."""
        told = "\n\n".join(filter(None, [self.examples, assignment_message(self.blueprint)]))
        return ({"role": "system", "content": self.briefing.text}, {"role": "user", "content": told})


def assignment_message(blueprint: Blueprint) -> str:
    """What varies: the blueprint as one line of JSON, and what it means in words."""
    assignment = {
        "focus": list(blueprint.focus),
        "shape": blueprint.shape,
        "difficulty": blueprint.difficulty,
        "variation": blueprint.variation,
        "persona": blueprint.persona,
        "flows": [
            {"from": flow.producer, "path": flow.path, "to": flow.consumer, "parameter": flow.parameter}
            for flow in blueprint.flows
        ],
        "fill": [list(pair) for pair in blueprint.required],
        "set": [list(one) for one in blueprint.given],
        "seed_task": blueprint.seed_task,
        "index": blueprint.index,
    }
    words = "\n".join(_in_words(blueprint))
    return f"## Assignment\n{orjson.dumps(assignment, default=str).decode()}\n\n{words}"


def _in_words(blueprint: Blueprint) -> list[str]:
    """The assignment in sentences, one a line; the operations, flows and arguments themselves stand beside it."""
    calls = _CALLS.get(blueprint.shape, "call the focus APIs in this order")
    if blueprint.shape == "parallel" and len(blueprint.focus) == 1:
        calls = "call the focus API once for each thing"
    if blueprint.flows:
        calls += ", pass the data listed under `flows`"
    if blueprint.required:
        calls += ", fill the arguments listed under `fill`"
    if blueprint.given:
        calls += ", and give those under `set` the value that stands there"
    words = [
        f"Write one example whose plan is {SHAPES[blueprint.shape]}; {calls}.",
        f"Difficulty {blueprint.difficulty}: {DIFFICULTIES[blueprint.difficulty]}.",
        f"Variation: {VARIATIONS.get(blueprint.variation, blueprint.variation)}",
        *blueprint.notes,
    ]
    if blueprint.seed_task:
        words.append(
            "The seed task shows what users are after: write a different task in its spirit, and quote nothing of it."
        )
    return words
