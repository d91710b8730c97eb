"""What the emulated models say: plans as a teacher, verdicts as a judge, learned plans as a student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

import orjson

from local.openai_emulator.faults import Dice
from local.openai_emulator.models import is_student
from local.openai_emulator.planning.asked import Authored, asked_task, plan_asked
from local.openai_emulator.planning.assignment import (
    RUBRIC,
    Assignment,
    digest,
    read_assignment,
    read_errors,
    text_of,
)
from local.openai_emulator.planning.judge import judge
from local.openai_emulator.planning.planner import write_plan
from local.openai_emulator.planning.prompt_catalog import PromptCatalog, read_catalog
from local.openai_emulator.spoil import TEXT_FAULTS, spoil_plan, spoil_text

HONEST = (
    "This is Plansmith's local emulator of Azure OpenAI, not a language model. It writes plans for prompts that hold "
    "an API catalog and an assignment, and answers as a fine-tuned student; it cannot answer anything else."
)
Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice of a chat completion; `kind` and `fault` are for the counters."""

    content: str | None
    finish_reason: str = "stop"
    refusal: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    kind: str = "other"
    fault: str = ""


class Students(Protocol):
    """Answers as a student model does."""

    def answer(self, model: str, messages: Sequence[Message], body: Mapping[str, Any]) -> Answer:
        """The student's plan for the task in the last user message."""


def answer_chat(
    model: str,
    messages: Sequence[Message],
    body: Mapping[str, Any],
    *,
    dice: Dice,
    request: int,
    students: Students,
    authored: Authored,
    fault_shares: tuple[float, float] = (0.0, 0.0),
) -> Answer:
    """The answer to a chat; `fault_shares` are those of base models and of teachers that plan a task in words.

    The same (model, messages, seed) gets the same, faults included.
    """
    system = text_of(messages[0])
    assignment, turns = _teaching(messages)
    if assignment is not None:
        catalog = read_catalog(system)
        if catalog.apis:
            identity = digest(model, body.get("seed"), system, text_of(messages[turns]))
            return _taught(catalog, assignment, messages, body, identity, dice, request, authored)
    if (task := asked_task(text_of(messages[-1]))) is not None and (catalog := read_catalog(system)).apis:
        share = fault_shares[0] if is_student(model) else fault_shares[1]
        whole = '"global_constraints"' in system
        text, fault = plan_asked(
            catalog, task, authored=authored, model=model, fault_share=share, whole=whole
        )
        return Answer(text, kind="planner", fault=fault and f"planned_{fault}")
    if RUBRIC in system:
        verdict = judge(read_catalog(system), text_of(messages[-1]))
        return Answer(orjson.dumps(verdict).decode(), kind="judge")
    if is_student(model):
        return students.answer(model, messages, body)
    return Answer(_plain_answer(body))


def _teaching(messages: Sequence[Message]) -> tuple[Assignment | None, int]:
    """The assignment and the place of the message that holds it."""
    for place, message in enumerate(messages):
        if message.get("role") == "user":
            assignment = read_assignment(text_of(message))
            if assignment is not None:
                return assignment, place
    return None, 0


def _plain_answer(body: Mapping[str, Any]) -> str:
    """The honest answer, as JSON where JSON is asked for; of a schema, an object with empty values."""
    asked = body.get("response_format") or {}
    if asked.get("type") == "json_schema":
        from local.openai_emulator.student.shape import conform

        return orjson.dumps(conform({}, asked["json_schema"].get("schema", {}))).decode()
    return orjson.dumps({"note": HONEST}).decode() if asked.get("type") == "json_object" else HONEST


def _taught(
    catalog: PromptCatalog,
    assignment: Assignment,
    messages: Sequence[Message],
    body: Mapping[str, Any],
    identity: int,
    dice: Dice,
    request: int,
    authored: Authored,
) -> Answer:
    errors: list[dict[str, Any]] = []
    turns = 0
    for message in messages[2:]:
        found = read_errors(text_of(message)) if message.get("role") == "user" else None
        if found is not None:
            turns += 1
            errors.extend(found)
    wire = write_plan(catalog, assignment, identity=identity)
    if turns and _was_given(wire, messages):
        # The plan itself was refused, so the same plan again would not do.
        wire = write_plan(catalog, assignment, identity=identity, errors=errors, turn=turns)
    authored.keep(wire)
    fault = dice.fault(is_repair=turns > 0)
    rng = Random(request)
    if fault and fault not in TEXT_FAULTS:
        fault = spoil_plan(wire, fault, catalog, rng)
    text = orjson.dumps(wire).decode()
    if fault == "refusal":
        return Answer(None, refusal="I'm sorry, but I can't help with that.", kind="teacher", fault=fault)
    if fault == "content_filter":
        return Answer("", "content_filter", kind="teacher", fault=fault)
    if fault in TEXT_FAULTS:
        text = spoil_text(text, fault, rng)
    elif not body.get("response_format") and rng.random() < 0.5:
        text = f"```json\n{text}\n```"
    finish = "length" if fault == "length" else "stop"
    return Answer(text, finish, kind="repair" if turns else "teacher", fault=fault)


def _was_given(wire: dict[str, Any], messages: Sequence[Message]) -> bool:
    for message in messages:
        if message.get("role") == "assistant":
            given = text_of(message).strip().removeprefix("```json\n").removesuffix("\n```")
            try:
                if orjson.loads(given) == wire:
                    return True
            except orjson.JSONDecodeError:
                continue
    return False
