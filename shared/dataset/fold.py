"""Fold a segment's log: of all lines the first outcome of each index, in index order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Annotated, Any, Literal, get_args

import orjson
from msgspec import Meta, Struct, ValidationError, convert

from shared import stored
from shared.tokens import Tokens

type Status = Literal["accepted", "rejected", "failed", "skipped"]
STATUSES = frozenset(get_args(Status.__value__))


@dataclass(frozen=True, slots=True)
class Folded:
    """What a segment's log holds.

    Attributes:
        lines: canonical line (newline included) of each index that has an outcome, in index order.
        missing: indices without an outcome, ascending.
        repeated: lines beyond the first of their index.
        foreign: lines of an index outside the segment.
        undecodable: lines that are no outcome at all.
    """

    lines: dict[int, bytes]
    missing: tuple[int, ...]
    repeated: int
    foreign: int
    undecodable: int
    _sums: dict[str, Any]

    def to_bytes(self) -> bytes:
        """The folded segment: one canonical line an index, in index order."""
        return b"".join(self.lines.values())

    def summary(self) -> dict[str, Any]:
        """For the run's progress line: `done`, `counts` by status, `reasons`, `tokens`, `attempts`, `finished_at`."""
        return {**self._sums, "done": len(self.lines)}


def fold(lines: bytes | Iterable[bytes], indices: range) -> Folded:
    """The first outcome of each index of `indices`; later ones, foreign and undecodable lines are only counted.

    `lines` is a whole log or its lines; blank lines are nothing. Memory: the segment's outcomes.
    """
    found = stored.first_of_each(map(outcome_or_none, _lines(lines)), itemgetter("index"), indices)
    sums = _Sums()
    for outcome in found.outcomes.values():
        sums.add(outcome)
    return Folded(
        lines={
            index: orjson.dumps(outcome, option=orjson.OPT_APPEND_NEWLINE)
            for index, outcome in found.outcomes.items()
        },
        missing=tuple(index for index in indices if index not in found.outcomes),
        repeated=found.repeated,
        foreign=found.foreign,
        undecodable=found.unreadable,
        _sums=sums.to_dict(),
    )


class _Sums:
    """What a progress line says, summed up while folding."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.tokens = Tokens()
        self.attempts = 0
        self.finished_at = ""

    def add(self, outcome: dict[str, Any]) -> None:
        self.statuses[outcome["status"]] += 1
        if outcome["status"] != "accepted":
            self.reasons[outcome.get("reason") or "unknown"] += 1
        self.finished_at = max(self.finished_at, outcome.get("finished_at") or "")
        for attempt in outcome["attempts"]:
            self.attempts += 1
            self.tokens += Tokens.read(attempt["tokens"])

    def to_dict(self) -> dict[str, Any]:
        return {
            "counts": {status: self.statuses[status] for status in sorted(STATUSES)},
            "reasons": dict(sorted(self.reasons.items())),
            "tokens": self.tokens.kinds(),
            "attempts": self.attempts,
            "finished_at": self.finished_at,
        }


class _Attempt(Struct):
    tokens: Tokens


class _Outcome(Struct):
    """What publishing reads of any outcome."""

    index: Annotated[int, Meta(ge=0)]
    status: Status
    attempts: list[_Attempt]
    reason: str = ""
    errors: list[Any] = []
    blueprint: dict[str, Any] = {}


class _Step(Struct):
    index: int
    api: str
    arguments: dict[str, Any]


class _Plan(Struct):
    steps: list[_Step]


class _Record(Struct):
    """What publishing reads of an accepted one's record."""

    task_nl: str
    plan: _Plan
    metadata: dict[str, Any]


def outcome_or_none(line: bytes) -> dict[str, Any] | None:
    """The line as an outcome's plain dict if all that publishing reads has its shape, else None."""
    try:
        outcome: dict[str, Any] = orjson.loads(line)
        if convert(outcome, _Outcome).status == "accepted":
            convert(outcome.get("record"), _Record)
    except (orjson.JSONDecodeError, ValidationError):
        return None
    return outcome


def _lines(lines: bytes | Iterable[bytes]) -> Iterator[bytes]:
    for line in lines.split(b"\n") if isinstance(lines, bytes) else lines:
        if line.strip():
            yield line
