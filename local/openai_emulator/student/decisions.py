"""Turns an answer into decisions that a model can learn: which API next, which arguments, whence each value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from local.openai_emulator.student.examples import Call, Example
from local.openai_emulator.student.reading import COPY_KINDS, cast, copied, grams, mentioned, parts

END = "<end>"
OTHER = "<other>"
YES, NO = "yes", "no"
_REFERENCE = re.compile(r"\$\{steps\.(\d+)\.([^}]+)\}")
_MAX_CONSTANT = 120


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice: among the classes of `slot`, seeing `features`, `target` is right."""

    slot: str
    features: tuple[str, ...]
    target: str


class TaskView:
    """A task as seen by the features; made once per task."""

    def __init__(self, task: str) -> None:
        self.task = task
        self.whole = tuple(f"t:{gram}" for gram in grams(task))
        self.parts = [tuple(f"p:{gram}" for gram in grams(part)) for part in parts(task)]

    def api_features(self, before: Sequence[str]) -> tuple[str, ...]:
        """What the next API depends on: the task, the part of it that is due, what was called before."""
        position = len(before)
        due = self.parts[position] if position < len(self.parts) else ("p:none",)
        used = tuple(f"u:{api}" for api in before[-6:])
        left = f"left:{min(len(self.parts) - position, 4)}"
        return (
            "bias",
            f"prev:{before[-1] if before else ''}",
            f"pos:{min(position, 8)}",
            left,
            *used,
            *due,
            *self.whole,
        )

    def argument_features(self, name: str, before: Sequence[str]) -> tuple[str, ...]:
        """What an argument's presence and its value's source depend on."""
        spoken = f"said:{mentioned(name, self.task)}"
        found = tuple(
            f"can:{kind}"
            for kind in ("after", "as", "switch")
            if copied(kind, name, self.task, 0) is not None
        )
        return ("bias", spoken, f"first:{not before}", *(f"u:{api}" for api in before[-4:]), *found)


def kind_of(value: Any) -> str:
    """The JSON type of a value, as `reading.cast` names them."""
    if isinstance(value, bool):
        return "bool"
    return {int: "int", float: "float", str: "str", list: "list"}.get(type(value), "object")


def source_of(name: str, value: Any, task: str, before: Sequence[str], taken: Counter[str]) -> str:
    """Where a value comes from: a reference, a way of copying, a constant."""
    if isinstance(value, str) and (match := _REFERENCE.fullmatch(value)):
        number = int(match.group(1))
        if 0 < number <= len(before):
            return f"ref:{before[number - 1]}:{match.group(2)}"
        return OTHER
    for kind in COPY_KINDS:
        if cast(copied(kind, name, task, taken[kind]), kind_of(value)) == value:
            taken[kind] += 1
            return f"copy:{kind}"
    text = orjson.dumps(value).decode()
    return f"const:{text}" if len(text) <= _MAX_CONSTANT else OTHER


def decisions_of(example: Example, known: dict[str, list[str]]) -> Iterator[Decision]:
    """All decisions of an example, in order; `known` gives the argument names of each API, in order."""
    if not example.calls:
        yield from _word_decisions(example.words, example.task)
        return
    view = TaskView(example.task)
    before: list[str] = []
    taken: Counter[str] = Counter()
    for call in example.calls:
        yield Decision("api", view.api_features(before), call.api)
        yield from _argument_decisions(call, view, before, taken, known.get(call.api, []))
        before.append(call.api)
    yield Decision("api", view.api_features(before), END)


def _argument_decisions(
    call: Call, view: TaskView, before: list[str], taken: Counter[str], names: list[str]
) -> Iterator[Decision]:
    for name in names:
        features = view.argument_features(name, before)
        present = name in call.arguments
        yield Decision(f"arg:{call.api}:{name}", features, YES if present else NO)
        if present:
            source = source_of(name, call.arguments[name], view.task, before, taken)
            yield Decision(f"val:{call.api}:{name}", features, source)


def _word_decisions(words: Sequence[str], task: str) -> Iterator[Decision]:
    seen = tuple(f"t:{gram}" for gram in grams(task)[:6])
    for position, word in enumerate(words):
        previous = words[position - 1] if position else ""
        earlier = words[position - 2] if position > 1 else ""
        yield Decision(
            "word", ("bias", f"1:{previous}", f"2:{earlier} {previous}", f"pos:{position}", *seen), word
        )
