"""The tasks that an evaluation puts to its arms, made of the test split and of what the dataset knows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import orjson

from shared.plan.executable import completed, is_executable_form
from shared.plan.shapes import shape

_INPUT = "\n\nInput: "


@dataclass(frozen=True, slots=True)
class TestTask:
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

    __test__ = False  # no test class, whatever its name

    task: str
    messages: Sequence[Mapping[str, Any]]
    plan: Mapping[str, Any]
    difficulty: str = ""
    shape: str = ""
    operations: tuple[str, ...] = field(default_factory=tuple)
    taught: int = 0

    def to_line(self) -> bytes:
        """The task as one line of JSON, newline included."""
        return orjson.dumps(asdict(self), option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The task that `to_line` wrote."""
        fields = orjson.loads(line)
        return cls(**{**fields, "operations": tuple(fields["operations"])})


def tasks_of_rows(
    rows: Iterable[bytes], records: Mapping[str, Mapping[str, Any]], taught: Mapping[str, int]
) -> list[TestTask]:
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
            TestTask(
                task=task,
                messages=messages[:-1],
                plan=plan,
                difficulty=str((record.get("metadata") or {}).get("difficulty") or ""),
                shape=shape(plan),
                operations=operations,
                taught=min((taught.get(name, 0) for name in operations), default=0),
            )
        )
    return found


def task_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """The task in the last user turn of a chat row."""
    asked = [str(message["content"]) for message in messages if message["role"] == "user"]
    return asked[-1].split(_INPUT, 1)[-1]


def whole(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan of either form as a whole one."""
    return completed(plan) if is_executable_form(plan) else dict(plan)


def spread(rows: int, most: int) -> list[int]:
    """Numbers of the rows that are measured: all, or `most` evenly spread ones."""
    count = min(rows, most)
    return [position * rows // count for position in range(count)]
