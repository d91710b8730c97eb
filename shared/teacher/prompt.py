"""What the teacher is told for all records of a slice, rules and catalog; and what was wrong with an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from shared.catalog.model import Api
from shared.plan.wire import WIRE_SCHEMA
from shared.teacher.api_lines import api_line, api_lines

_RULES = """\
You write training examples for a model that plans API calls. One example is a task, as a user would put it, and \
the plan of calls that does it. Answer with one JSON object and nothing else.

The task
- One real situation of one person, who wants all that is asked for and nothing else. Speak like the persona in the \
assignment; do not describe them.
- Give every value that the plan needs, in passing, as people do: ids, names, texts, amounts and dates of it stand in \
the task. A date may be said as people say it, if the task says from which day it counts.
- What the catalog fixes (`const`, versions, protocol fields, technical headers) is not spoken of; the plan \
just uses it.
- Never write an API's name, a parameter's name, a method, a path or a placeholder such as {{id}}; write no more than \
a person would.
- Every task is different: other goals, other things, other numbers, names and dates.

The plan
- Call only the APIs listed below, by their exact names. Each focus API is called; more calls of them are welcome \
where the variation wants them, such as one for each thing; others are called only where the task needs them.
- Number the steps 1, 2, 3, … in the order of execution.
- Give every required argument, no argument that is not listed, and values of the listed type, enum and format; a \
`const` exactly as it stands. `example` shows what a value looks like. Nothing `deprecated` is given; an \
argument with `only_with` is given only beside that value, and never with one listed under `not_with`. The body \
arguments of a call together satisfy each of its `conditions`.
- Every value comes from the task, from an earlier step, from the catalog, or from an assumption that states it. Only \
numbers, switches and choices with a usual value may be assumed, never ids, names or addresses.
- A value from an earlier step is written "${steps.<index>.<path>}", the path as listed under `returns`: as the whole \
argument it keeps its type, inside a longer text it becomes text. Where `returns` is null, nothing is known of the \
response, and where it is [], there is none: no step uses what such a step gives.
- `outputs` of a step names the first part of each of its paths that later steps use.
- `depends_on` lists exactly the earlier steps whose outputs the step's arguments use, and steps without outputs that \
must be done before it. Nothing else.
- No step undoes, repeats or only looks up what another one gave or the task says.
- Invented people use addresses at example.com and numbers such as +1 202-555-0143. Never write a password, key or \
token that looks real: where a call cannot do without one, the plan has a placeholder such as {{PASSWORD}}, and the \
task does not speak of it.
- `arguments` and `global_constraints` are lists of name and value_json; value_json is the value as JSON text: \
"\\"Berlin\\"", "3", "true", "{\\"a\\":1}".
- A step that is taken only under a condition says so in its `failure_modes`, in these words: "Only if step <n>: \
<condition>. Otherwise: stop." (or "Otherwise: skip this step."); it depends on step n, whose `outputs` are [] where \
no argument uses them, and nothing that is skipped is needed later.
- `retries` is how often to repeat a failed call: 0 where repeating could do something twice, and 0 in every step \
where the task limits the number of calls or attempts.
- `confusers` names up to three listed APIs that look right for the task, are wrong, and are not called; none that \
makes the same call as one that is.
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

_MAX_ERRORS = 20


class Briefing(NamedTuple):
    """What is said first, the same for every record of a slice.

    Attributes:
        text: rules and catalog.
        cache_key: names it to a service that keeps what prompts begin with.
    """

    text: str
    cache_key: str


def briefing(apis: Sequence[Api]) -> Briefing:
    """The briefing on these operations."""
    text = system_message(apis)
    return Briefing(text, blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest())


def system_message(apis: Sequence[Api]) -> str:
    """Rules and the catalog; the same for every record of a slice."""
    return f"{_RULES.replace('{shape}', _SHAPE)}\n\n## APIs\n{api_lines(apis)}\n"


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
