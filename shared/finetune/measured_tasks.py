"""The tasks that an evaluation puts to its arms, made of the test split and of what the dataset knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from msgspec import Struct, field

from shared import stored
from shared.plan.executable import completed, is_executable_form
from shared.plan.shapes import shape

_INPUT = "\n\nInput: "


class MeasuredTask(Struct, frozen=True):
    """A task of the test split.

    Attributes:
        task: in a user's words.
        messages: as the student is asked, without the answer.
        plan: the accepted plan, whole.
        difficulty: `XS` to `XL`, "" if the dataset does not say it.
        shape: `single`, `parallel`, `chain`, `fan_out` or `join`.
        operations: APIs of the plan, each once, sorted.
        taught: training rows of the rarest of its operations.
    """

    task: str
    messages: tuple[Mapping[str, Any], ...] = ()
    plan: Mapping[str, Any] = field(default_factory=dict)
    difficulty: str = ""
    shape: str = ""
    operations: tuple[str, ...] = ()
    taught: int = 0

    def to_line(self) -> bytes:
        """The task as one line of JSON, newline included."""
        return orjson.dumps(stored.plain(self), option=orjson.OPT_APPEND_NEWLINE)


def tasks_of_rows(
    rows: Iterable[bytes], records: Mapping[str, Mapping[str, Any]], taught: Mapping[str, int]
) -> list[MeasuredTask]:
    """The tasks of chat rows.

    Args:
        rows: lines of `sft/test.jsonl`.
        records: records of the dataset by their task, as far as they are known.
        taught: training rows by operation.
    """
    found = []
    for row in rows:
        messages = orjson.loads(row)["messages"]
        task = task_of(messages)
        record = records.get(task, {})
        plan = record.get("plan") or whole(orjson.loads(messages[-1]["content"]))
        operations = tuple(sorted({step["api"] for step in plan["steps"]}))
        found.append(
            MeasuredTask(
                task=task,
                messages=tuple(messages[:-1]),
                plan=plan,
                difficulty=str((record.get("metadata") or {}).get("difficulty") or ""),
                shape=shape(plan),
                operations=operations,
                taught=min((taught.get(name, 0) for name in operations), default=0),
            )
        )
    return found


def task_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """The task in the last user turn of a chat row: what follows `Input: `, or the whole turn; "" without one."""
    asked = [message.get("content") for message in messages if message.get("role") == "user"]
    return str(asked[-1] or "").split(_INPUT, 1)[-1] if asked else ""


def whole(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan of either form as a whole one."""
    return completed(plan) if is_executable_form(plan) else dict(plan)


def spread(rows: int, most: int) -> list[int]:
    """Numbers of the rows that are measured: all, or `most` evenly spread ones."""
    count = min(rows, most)
    return [position * rows // count for position in range(count)]
