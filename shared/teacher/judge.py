"""One more call that asks whether a valid plan does its task; what it asks and how its verdict is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import orjson

from shared.catalog.model import Api
from shared.plan.json_text import read_object
from shared.teacher.api_lines import api_lines

SCHEMA_NAME = "judgement"
PASS_SCORE = 4
"""A verdict passes from this score on; the rubric says what the scores mean."""

JUDGEMENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "does_the_task": {"type": "boolean"},
        "score": {"type": "integer", "enum": [1, 2, 3, 4, 5]},
        "reason": {"type": "string"},
    },
    "required": ["does_the_task", "score", "reason"],
    "additionalProperties": False,
}
"""What `response_format` asks for; keeps Azure's rules for strict schemas."""

_VALIDATOR = jsonschema_rs.Draft202012Validator(JUDGEMENT_SCHEMA)
_RUBRIC = """\
You judge whether a plan of API calls does what a user asked for. The plan is already known to be well formed; judge \
its sense. Answer with one JSON object: does_the_task, score, reason (one sentence).

## Rubric
5: does all of the task with the right calls and the task's own values, nothing superfluous
4: does the task; a detail could be better
3: does the main part, misses or adds something that matters
2: touches the task, with wrong calls or wrong values
1: does something else
does_the_task is true only when a user would accept the result."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge said: whether the task is done, 1 to 5, and why."""

    does_the_task: bool
    score: int
    reason: str

    @property
    def passes(self) -> bool:
        """Whether the record may be kept."""
        return self.does_the_task and self.score >= PASS_SCORE


def judge_messages(decoded: Mapping[str, Any], apis: Sequence[Api]) -> tuple[dict[str, Any], ...]:
    """The two messages of a judgement; of `apis` only those that the plan calls are shown."""
    called = {step["api"] for step in decoded["plan"]["steps"]}
    shown = [api for api in apis if api.name in called]
    question = {"task": decoded["task_nl"], "assumptions": decoded["assumptions"], "plan": decoded["plan"]}
    return (
        {"role": "system", "content": f"{_RUBRIC}\n\n## APIs\n{api_lines(shown)}\n"},
        {"role": "user", "content": orjson.dumps(question).decode()},
    )


def read_verdict(text: str, *, tolerant: bool = False) -> Verdict | None:
    """The verdict in a judge's answer; None if it cannot be read, which is no pass."""
    answer, _ = read_object(text, tolerant=tolerant)
    if answer is None or not _VALIDATOR.is_valid(answer):
        return None
    return Verdict(answer["does_the_task"], int(answer["score"]), answer["reason"])
