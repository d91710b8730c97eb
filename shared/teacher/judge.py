"""One more call that judges a valid record: three questions apart, each with a score and a reason."""

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
"""A verdict passes when every question has this score at least; the rubric says what the scores mean."""
QUESTIONS = ("does_the_task", "would_be_asked", "from_somewhere")
"""Does the plan do the task; would a person ask for this; does every value come from somewhere."""

_ANSWER = {
    "type": "object",
    "properties": {"score": {"type": "integer", "enum": [1, 2, 3, 4, 5]}, "reason": {"type": "string"}},
    "required": ["score", "reason"],
    "additionalProperties": False,
}
JUDGEMENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": dict.fromkeys(QUESTIONS, _ANSWER),
    "required": list(QUESTIONS),
    "additionalProperties": False,
}
"""What `response_format` asks for; keeps Azure's rules for strict schemas."""

_VALIDATOR = jsonschema_rs.Draft202012Validator(JUDGEMENT_SCHEMA)
_RUBRIC = """\
You judge a training example: a task in a person's words and the plan of API calls that answers it. The plan is known \
to be well formed; judge its sense, each question apart from the others. `warnings` lists what a program found odd. \
Answer with one JSON object that has the three questions, each with score (1 to 5) and reason (one sentence).

## Rubric
does_the_task - does the plan do the task?
5: all of it, with the right calls and the task's own values, nothing superfluous
4: all of it; a detail could be better
3: the main part; it misses or adds something that matters
2: it touches the task, with wrong calls or wrong values
1: something else

would_be_asked - would a person in real life ask for this, in these words?
5: somebody certainly asks for just this
4: likely, if a little stiff
3: one clause is there for the sake of the calls
2: contrived as a whole: a scene made up so that calls meet, undone at once, or full of figures that nothing uses
1: it makes no sense, or contradicts itself

from_somewhere - does every value of the plan come from the task, an earlier step, the catalog or a stated assumption \
about something that may be assumed?
5: every one
4: every one that matters
3: one value is guessed
2: a name, an identifier, an amount or a date is made up
1: several are"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge said: for each of `QUESTIONS` a score from 1 to 5 and a reason."""

    scores: Mapping[str, int]
    reasons: Mapping[str, str]

    @property
    def weakest(self) -> str:
        """The question with the least score, the first of several."""
        return min(QUESTIONS, key=lambda question: self.scores[question])

    @property
    def score(self) -> int:
        """The least score: what the record is worth."""
        return self.scores[self.weakest]

    @property
    def reason(self) -> str:
        """The reason of the least score."""
        return self.reasons[self.weakest]

    @property
    def passes(self) -> bool:
        """Whether the record may be kept."""
        return self.score >= PASS_SCORE

    def kept(self) -> dict[str, Any]:
        """What an outcome keeps: `{score, question, reason, scores}`, the first three of the weakest question."""
        return {
            "score": self.score,
            "question": self.weakest,
            "reason": self.reason,
            "scores": {question: self.scores[question] for question in QUESTIONS},
        }


def judge_messages(
    record: Mapping[str, Any], apis: Sequence[Api], warnings: Sequence[Mapping[str, Any]] = ()
) -> tuple[dict[str, Any], ...]:
    """The two messages of a judgement; of `apis` only those that the plan calls are shown, of warnings the texts."""
    called = {step["api"] for step in record["plan"]["steps"]}
    shown = [api for api in apis if api.name in called]
    question = {
        "task": record["task_nl"],
        "assumptions": record["assumptions"],
        "plan": record["plan"],
        "warnings": [f"{item['path']}: {item['message']}" for item in warnings],
    }
    return (
        {"role": "system", "content": f"{_RUBRIC}\n\n## APIs\n{api_lines(shown)}\n"},
        {"role": "user", "content": orjson.dumps(question).decode()},
    )


def read_verdict(text: str, *, tolerant: bool = False) -> Verdict | None:
    """The verdict in a judge's answer; None if it cannot be read, which is no pass."""
    answer, _ = read_object(text, tolerant=tolerant)
    if answer is None or not _VALIDATOR.is_valid(answer):
        return None
    return Verdict(
        {question: int(answer[question]["score"]) for question in QUESTIONS},
        {question: str(answer[question]["reason"]) for question in QUESTIONS},
    )
