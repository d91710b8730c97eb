"""Reads training rows into what the student learns from: a task and the calls (or words) that answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from local.openai_emulator.prompt_cache import CHARACTERS_PER_TOKEN
from shared.finetune.measured_tasks import task_of

_WORD = re.compile(r"\w+|[^\w\s]")
_MAX_WORDS = 64


@dataclass(frozen=True, slots=True)
class Call:
    """One step of a plan; `extra` holds the step's other fields (action, reasoning, …)."""

    api: str
    arguments: dict[str, Any]
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """One row: `calls` for a plan, else `words` of the answer.

    Attributes:
        top: the plan's fields besides its steps.
        style: how the answer was written: `plan`, `wire` (arguments as name/value_json pairs), `tools`, `text`.
        wrapper: the key under which the plan lay, "" without one.
        worse: the non-preferred answer of a preference row.
        tokens: size of the row, estimated.
    """

    task: str
    calls: tuple[Call, ...]
    words: tuple[str, ...]
    top: dict[str, Any]
    style: str
    wrapper: str = ""
    worse: Example | None = None
    tokens: int = 0


def read_examples(path: Path) -> Iterator[Example]:
    """The rows of a checked training file."""
    with path.open("rb") as lines:
        for line in lines:
            row = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
            size = len(line) // CHARACTERS_PER_TOKEN
            if "preferred_output" in row:
                task = task_of(row["input"]["messages"])
                worse = _example(task, row["non_preferred_output"], None, 0)
                yield _example(task, row["preferred_output"], worse, size)
            else:
                yield _example(task_of(row["messages"]), row["messages"], None, size)


def _example(task: str, messages: Sequence[Mapping[str, Any]], worse: Example | None, tokens: int) -> Example:
    taught = [m for m in messages if m.get("role") == "assistant" and m.get("weight", 1) != 0]
    calls = tuple(call for message in taught for call in _tool_calls(message))
    if calls:
        return Example(task, calls, (), {}, "tools", "", worse, tokens)
    text = next((str(m["content"]) for m in reversed(taught) if m.get("content")), "")
    found = _plan(text)
    if found is None:
        return Example(task, (), tuple(_WORD.findall(text)[:_MAX_WORDS]), {}, "text", "", worse, tokens)
    plan, wrapper = found
    steps = [step for step in plan["steps"] if isinstance(step, dict)]
    style = "wire" if any(isinstance(step.get("arguments"), list) for step in steps) else "plan"
    top = {key: value for key, value in plan.items() if key != "steps"}
    return Example(task, tuple(map(_call, steps)), (), top, style, wrapper, worse, tokens)


def _tool_calls(message: Mapping[str, Any]) -> Iterator[Call]:
    for call in message.get("tool_calls") or ():
        arguments = orjson.loads(call["function"].get("arguments") or "{}")
        yield Call(call["function"]["name"], arguments if isinstance(arguments, dict) else {})


def _plan(text: str) -> tuple[dict[str, Any], str] | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    for wrapper in ("", "plan"):
        plan = value.get(wrapper) if wrapper and isinstance(value, dict) else value
        if isinstance(plan, dict) and isinstance(plan.get("steps"), list):
            return plan, wrapper
    return None


def _call(step: dict[str, Any]) -> Call:
    given = step.get("arguments")
    arguments: dict[str, Any] = {}
    if isinstance(given, dict):
        arguments = given
    elif isinstance(given, list):
        for pair in given:
            try:
                arguments[str(pair["name"])] = orjson.loads(pair["value_json"])
            except (orjson.JSONDecodeError, KeyError, TypeError):
                continue
    extra = {key: value for key, value in step.items() if key not in ("api", "arguments", "index")}
    return Call(str(step.get("api", "")), arguments, extra)
