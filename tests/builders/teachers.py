"""Teachers for tests: they implement the port and answer from the assignment in the prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from shared.ports.teacher import TeacherReply, TeacherRequest
from shared.teacher.judge import QUESTIONS
from shared.tokens import Tokens

_WORDS = "amber birch cedar delta ember fjord grove harbor iris jade kelp lotus maple north ocean pearl quartz river stone tulip".split()


def verdict_text(*, reason: str = "fine", **scores: int) -> str:
    """A judge's answer: 5 on every question but those that are given."""
    found = {question: {"score": scores.get(question, 5), "reason": reason} for question in QUESTIONS}
    return orjson.dumps(found).decode()


def assignment(request: TeacherRequest) -> dict[str, Any]:
    """The assignment that a request carries."""
    text = str(request.messages[1]["content"])
    return dict(orjson.loads(text.split("## Assignment", 1)[1].strip().splitlines()[0]))


def plan_for(asked: dict[str, Any], apis: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A wire answer that calls the focus APIs one after another with made-up values."""
    number = int(asked["index"])
    words = " ".join(_WORDS[(number // 20**power + power) % 20] for power in range(6))
    steps = []
    for position, api in enumerate(asked["focus"], start=1):
        wanted = [
            p for p in apis[api]["parameters"] if p.get("required") or [api, p["name"]] in asked["fill"]
        ]
        values = [{"name": p["name"], "value_json": _value(p, number)} for p in wanted]
        steps.append(
            {
                "index": position,
                "action": f"do part {position}",
                "api": api,
                "arguments": values,
                "depends_on": [],
                "outputs": [],
                "reasoning": "",
                "failure_modes": [],
                "retries": 0,
            }
        )
    return {
        "task": f"Please look after the {words} matter, number {number}, for me today",
        "domain": "testing",
        "assumptions": [],
        "global_constraints": [],
        "steps": steps,
        "validation_checks": [],
        "expected_end_state": "done",
        "confusers": [],
    }


def _value(parameter: dict[str, Any], number: int) -> str:
    made: dict[str, Any] = {
        "integer": number % 50 + 1,
        "number": 1.5,
        "boolean": True,
        "array": [],
        "object": {},
    }
    if parameter.get("enum"):
        return orjson.dumps(parameter["enum"][0]).decode()
    return orjson.dumps(made.get(parameter["type"], f"{_WORDS[number % 20]} {number}")).decode()


class PlanningTeacher:
    """Answers every request with a valid plan; counts calls by index.

    Args:
        fault: called before each answer with (index, calls for it so far); may raise.
        model: what it calls itself.
    """

    def __init__(
        self, fault: Callable[[int, int], None] | None = None, *, model: str = "test-teacher"
    ) -> None:
        self.calls: dict[int, int] = {}
        self._model = model
        self._fault = fault

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        """See Teacher; a judge's question gets full marks and counts as no call of an index."""
        if "## Rubric" in str(request.messages[0]["content"]):
            return TeacherReply(
                verdict_text(), "stop", tokens=Tokens(100, 50, 20), model="test-teacher", latency_ms=1
            )
        asked = assignment(request)
        index = int(asked["index"])
        self.calls[index] = self.calls.get(index, 0) + 1
        if self._fault is not None:
            self._fault(index, self.calls[index])
        system = str(request.messages[0]["content"]).split("## APIs", 1)[1]
        apis = {
            a["api"]: a for a in map(orjson.loads, filter(lambda t: t.startswith("{"), system.splitlines()))
        }
        text = orjson.dumps(plan_for(asked, apis)).decode()
        return TeacherReply(text, "stop", tokens=Tokens(100, 50, 20), model=self._model, latency_ms=1)
