"""What the teacher is told: rules and catalog first, identical for all records of a slice; the assignment last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from shared.catalog.model import Api
from shared.curriculum.blueprint import Blueprint
from shared.plan.wire import WIRE_SCHEMA
from shared.teacher.api_lines import api_line, api_lines

_RULES = """\
You write training examples for a model that plans API calls. One example is a task, as a user would put it, and \
the plan of calls that does it. Answer with one JSON object and nothing else.

The task
- Speak like the persona in the assignment. Give every value that the plan needs, in passing, as people do.
- Never write an API's name, a parameter's name, a method or a path; write no more than a person would.
- Every task is different: other goals, other things, other numbers, names and dates.

The plan
- Call only the APIs listed below, by their exact names; the focus APIs are called, others only where they are needed.
- Number the steps 1, 2, 3, … in the order of execution.
- Give every required argument, no argument that is not listed, and values of the listed type, enum and format.
- A value from an earlier step is written "${steps.<index>.<path>}", the path as listed under `returns`: as the whole \
argument it keeps its type, inside a longer text it becomes text. Where `returns` is null, any plausible path will do.
- `outputs` of a step names the first part of each of its paths that later steps use.
- `depends_on` lists exactly the earlier steps whose outputs the step's arguments use, and steps without outputs that \
must be done before it. Nothing else.
- Invented people use addresses at example.com and numbers such as +1 202-555-0143. Never write a password, key or \
token that looks real.
- `arguments` and `global_constraints` are lists of name and value_json; value_json is the value as JSON text: \
"\\"Berlin\\"", "3", "true", "{\\"a\\":1}".
- `retries` is how often to repeat a failed call: 0 where repeating could do something twice.
- `confusers` names up to three listed APIs that look right for the task, are wrong, and are not called.
- `domain` is a short lower-case phrase; `expected_end_state` says what is true at the end, `validation_checks` how to \
tell.

The answer has these members, all of them, and no others:
{shape}"""

_EXAMPLE_OF_TYPE = {"string": "text", "integer": 1}


def _skeleton(schema: Mapping[str, Any]) -> Any:
    """The members of a wire schema with a word for each value: for answers that no schema binds."""
    if schema["type"] == "object":
        return {name: _skeleton(child) for name, child in schema["properties"].items()}
    if schema["type"] == "array":
        return [_skeleton(schema["items"])]
    return _EXAMPLE_OF_TYPE[schema["type"]]


_SHAPE = orjson.dumps(_skeleton(WIRE_SCHEMA)).decode()

_VARIATIONS = {
    "plain": "An everyday request with nothing unusual about it.",
    "edge_case_constraints": "The task sets limits at the edge of what is possible (an empty result, a maximum, a "
    "deadline); the plan keeps them, and global_constraints holds them.",
    "multi_entity": "The task is about several things of one kind at once; the plan treats each of them.",
    "missing_info": "The task leaves out something that a call needs; an assumption names it, and the plan uses a "
    "sensible value.",
    "fallback_flow": "Something may go wrong; failure_modes say what, and the plan says how it goes on.",
    "idempotency": "The task may be carried out twice; the plan makes sure that nothing happens twice.",
    "cost_aware": "Calls cost money; the plan does the task with as few calls and as little data as possible.",
    "compliance": "A rule has to be kept (consent, retention, region, approval); global_constraints holds it.",
    "performance": "Time matters; independent steps do not wait for each other, and the data asked for is small.",
}
_SHAPES = {
    "single": "one call",
    "chain": "calls that feed each other",
    "dag": "branches that do not wait for each other and come together at the end",
}
_MAX_ERRORS = 20


def system_message(apis: Sequence[Api], *, system_prompt: str = "") -> str:
    """Rules, the installation's own words if any, and the catalog; the same for every record of a slice."""
    own = f"\n\n{' '.join(system_prompt.split())}" if system_prompt.strip() else ""
    return f"{_RULES.replace('{shape}', _SHAPE)}{own}\n\n## APIs\n{api_lines(apis)}\n"


def assignment_message(blueprint: Blueprint) -> str:
    """What varies: the blueprint as one line of JSON and the variation in words."""
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
        "seed_task": blueprint.seed_task,
        "index": blueprint.index,
    }
    words = [
        f"Write one example whose plan is {_SHAPES[blueprint.shape]}: call the focus APIs in this order, pass the data "
        "listed under `flows`, and fill the arguments listed under `fill`.",
        f"Variation: {_VARIATIONS.get(blueprint.variation, blueprint.variation)}",
    ]
    if blueprint.seed_task:
        words.append("The seed task shows what users are after: write a different task in its spirit.")
    return f"## Assignment\n{orjson.dumps(assignment).decode()}\n\n" + "\n".join(words)


def repair_message(errors: Sequence[dict[str, Any]]) -> str:
    """The errors of the last answer, one JSON line each (at most 20), and what to do about them."""
    lines = "\n".join(orjson.dumps(error).decode() for error in errors[:_MAX_ERRORS])
    more = (
        f"\n{len(errors) - _MAX_ERRORS} more errors are of the same kinds."
        if len(errors) > _MAX_ERRORS
        else ""
    )
    return (
        f"## Errors\n{lines}{more}\n\nCorrect these errors and answer with the whole corrected JSON object."
    )


def prompt_cost(api: Api) -> int:
    """Characters that an API takes in the system message, line break included."""
    return len(api_line(api)) + 1
