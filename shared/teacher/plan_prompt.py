"""What a model without training is told to plan a task: the rules of planning and the catalog, then the task."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from shared.catalog.model import Api
from shared.curriculum.slices import Slice
from shared.teacher.api_lines import api_lines
from shared.teacher.prompt import prompt_cost

BUDGET_CHARS = 60_000
"""Characters of the catalog in a prompt, as where records are made."""

_RULES = """\
You plan API calls. Answer with one JSON object and nothing else: the plan that does the user's task.

- Call only the APIs listed below, by their exact names, and no more than the task needs.
- Number the steps 1, 2, 3, … in the order of execution.
- Give every required argument, no argument that is not listed, and values of the listed type, enum and format, as the \
task has them.
- A value from an earlier step is written "${steps.<index>.<path>}", the path as listed under `returns`: as the whole \
argument it keeps its type, inside a longer text it becomes text. Where `returns` is null, any plausible path will do.
- `outputs` of a step names the first part of each of its paths that later steps use.
- `depends_on` lists exactly the earlier steps whose outputs the step's arguments use, and steps without outputs that \
must be done before it. Nothing else.

The answer has these members, all of them, and no others:
{shape}"""

_STEP = {"api": "text", "arguments": {"name": "value"}, "depends_on": [1], "outputs": ["text"]}
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "executable": {"steps": [_STEP]},
    "full": {
        "global_constraints": {"name": "value"},
        "steps": [
            {
                "index": 1,
                "action": "text",
                **_STEP,
                "reasoning": "text",
                "failure_modes": ["text"],
                "retries": 0,
            }
        ],
        "validation_checks": ["text"],
        "expected_end_state": "text",
    },
}


def plan_messages(apis: Sequence[Api], task: str, *, sft_plan: str) -> list[dict[str, Any]]:
    """The chat that asks for a plan in the form `full` or `executable`; the same system message for the same APIs."""
    shape = orjson.dumps(_SHAPES[sft_plan]).decode()
    system = f"{_RULES.replace('{shape}', shape)}\n\n## APIs\n{api_lines(apis)}\n"
    return [{"role": "system", "content": system}, {"role": "user", "content": f"## Task\n{task}"}]


def shown(
    apis: Mapping[str, Api],
    slices: Sequence[Slice],
    operations: Collection[str],
    *,
    budget_chars: int = BUDGET_CHARS,
) -> list[Api]:
    """The part of a catalog that a prompt shows for a task whose plan calls `operations`, in the catalog's order.

    The slice that holds most of them, so that they stand among what they are likely to be mistaken for; those that
    it lacks take the place of its last ones. A catalog of one slice is shown whole.
    """
    wanted = [name for name in operations if name in apis]
    if len(slices) == 1:
        return [apis[name] for name in slices[0].apis]
    best = max(slices, key=lambda piece: (len(set(piece.apis).intersection(wanted)), -piece.index))
    chosen = set(wanted)
    room = budget_chars - sum(prompt_cost(apis[name]) for name in chosen)
    for name in best.apis:
        cost = prompt_cost(apis[name])
        if name not in chosen and cost <= room:
            chosen.add(name)
            room -= cost
    return [api for name, api in apis.items() if name in chosen]
