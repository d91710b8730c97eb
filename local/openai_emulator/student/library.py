"""Answers chats as a student: a trained one with its weights, a base one with nothing but the words of the task."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from local.openai_emulator.answers import Answer
from local.openai_emulator.planning.assignment import text_of
from local.openai_emulator.planning.prompt_catalog import read_catalog
from local.openai_emulator.student.shape import conform
from shared.finetune.measured_tasks import task_of
from shared.identifiers import words_of

if TYPE_CHECKING:
    from local.openai_emulator.student.model import Student

_MAX_LOADED = 4
_WORD = re.compile(r"[a-z]{4,}")


class StudentLibrary:
    """Loads students as they are asked for.

    Args:
        weights_of: folder of a fine-tuned model's or checkpoint's weights, None for any other name.
    """

    def __init__(self, weights_of: Callable[[str], Path | None]) -> None:
        self._weights_of = weights_of
        self._loaded: OrderedDict[str, Student] = OrderedDict()

    def answer(self, model: str, messages: Sequence[Mapping[str, Any]], body: Mapping[str, Any]) -> Answer:
        """The student's plan for the task in the last user message."""
        task = task_of(messages)
        folder = self._weights_of(model)
        if folder is None:
            return _written(_base_plan(task, text_of(messages[0]), body), body, "student_base")
        from local.openai_emulator.student.answering import as_plan, plan_for

        student = self._student(folder)
        steps = plan_for(student, task)
        if body.get("tools") and student.memory["style"] == "tools":
            return Answer(None, tool_calls=_tool_calls(steps), kind="student")
        return _written(as_plan(student, steps), body, "student")

    def _student(self, folder: Path) -> Student:
        # Imported at first use: numpy costs 0.2 s that a run without fine-tuning need not pay.
        from local.openai_emulator.student.model import Student

        key = str(folder)
        if key not in self._loaded:
            self._loaded[key] = Student.load(folder)
            if len(self._loaded) > _MAX_LOADED:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(key)
        return self._loaded[key]


def _written(plan: dict[str, Any], body: Mapping[str, Any], kind: str) -> Answer:
    asked = body.get("response_format") or {}
    value: Any = plan
    if asked.get("type") == "json_schema":
        value = conform(plan, asked["json_schema"].get("schema", {}))
    return Answer(orjson.dumps(value).decode(), kind=kind)


def _tool_calls(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": step["api"], "arguments": orjson.dumps(step["arguments"]).decode()},
        }
        for number, step in enumerate(steps, start=1)
    ]


def _base_plan(task: str, system: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """One step that guesses the API from the task's words: all an untrained student can do."""
    tools = [
        str(t["function"]["name"]) for t in body.get("tools") or () if isinstance(t, dict) and "function" in t
    ]
    names = list(read_catalog(system).apis) or tools
    said = _WORD.findall(task.lower())
    spoken = frozenset(said)
    guess = max(
        names, key=lambda name: len(spoken & set(words_of(name))), default="_".join(said[:2]) or "unknown"
    )
    step = {
        "index": 1,
        "action": task[:120],
        "api": guess,
        "arguments": {},
        "depends_on": [],
        "outputs": [],
        "reasoning": "Guessed from the words of the task: this student of the emulator is not trained.",
        "failure_modes": [],
        "retries": 0,
    }
    return {"global_constraints": {}, "steps": [step], "validation_checks": [], "expected_end_state": ""}
