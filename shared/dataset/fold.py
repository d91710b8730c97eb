"""Fold a segment's log: of all lines the first outcome of each index, in index order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, get_args

import orjson
from msgspec import Meta, Struct, ValidationError, convert

from shared import stored
from shared.dataset.outcome import Status
from shared.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Folded:
    """What a segment's log holds.

    Attributes:
        lines: canonical line (newline included) of each index that has an outcome, in index order.
        missing: indices without an outcome, ascending.
        repeated: lines beyond the first of their index.
        foreign: lines of an index outside the segment.
        undecodable: lines that are no outcome at all.
        summary: of the run's progress line: `done`, `counts` by status, `reasons`, `tokens`, `attempts`, `finished_at`.
    """

    lines: dict[int, bytes]
    missing: tuple[int, ...]
    repeated: int
    foreign: int
    undecodable: int
    summary: dict[str, Any]

    def to_bytes(self) -> bytes:
        """The folded segment: one canonical line an index, in index order."""
        return b"".join(self.lines.values())


def fold(lines: bytes | Iterable[bytes], indices: range) -> Folded:
    """The first outcome of each index of `indices`; later ones, foreign and undecodable lines are only counted.

    `lines` is a whole log or its lines; blank lines are nothing. Memory: the segment's outcomes.
    """
    found = stored.first_of_each(map(_canonical, _lines(lines)), lambda line: line.outcome.index, indices)
    return Folded(
        lines={index: line.canonical for index, line in found.outcomes.items()},
        missing=tuple(index for index in indices if index not in found.outcomes),
        repeated=found.repeated,
        foreign=found.foreign,
        undecodable=found.unreadable,
        summary=_summary([line.outcome for line in found.outcomes.values()]),
    )


def _summary(outcomes: Collection[_Outcome]) -> dict[str, Any]:
    statuses = Counter(outcome.status for outcome in outcomes)
    reasons = Counter(outcome.reason or "unknown" for outcome in outcomes if outcome.status != "accepted")
    calls = [call for outcome in outcomes for call in (*outcome.attempts, outcome.base) if call]
    return {
        "done": len(outcomes),
        "counts": {status: statuses[status] for status in sorted(get_args(Status))},
        "reasons": dict(sorted(reasons.items())),
        "tokens": Tokens.sum(call.tokens for call in calls).kinds(),
        "attempts": sum(len(outcome.attempts) for outcome in outcomes),
        "finished_at": max((outcome.finished_at for outcome in outcomes), default=""),
    }


class _Call(Struct):
    tokens: Tokens


class _Outcome(Struct):
    """What publishing reads of any outcome."""

    index: Annotated[int, Meta(ge=0)]
    status: Status
    attempts: list[_Call]
    base: _Call | None = None
    reason: str = ""
    errors: list[dict[str, Any]] = []
    blueprint: dict[str, Any] = {}
    finished_at: str = ""


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


class _Line(NamedTuple):
    outcome: _Outcome
    canonical: bytes


def outcome_or_none(line: bytes) -> dict[str, Any] | None:
    """The line as an outcome's plain dict if all that publishing reads has its shape, else None."""
    read = _read(line)
    return None if read is None else read[1]


def _canonical(line: bytes) -> _Line | None:
    # Written anew right here: all the plain dicts of a segment, kept until its end, take twice the time.
    read = _read(line)
    return None if read is None else _Line(read[0], orjson.dumps(read[1], option=orjson.OPT_APPEND_NEWLINE))


def _read(line: bytes) -> tuple[_Outcome, dict[str, Any]] | None:
    try:
        plain: dict[str, Any] = orjson.loads(line)
        outcome = convert(plain, _Outcome)
        if outcome.status == "accepted":
            convert(plain.get("record"), _Record)
    except (orjson.JSONDecodeError, ValidationError):
        return None
    return outcome, plain


def _lines(lines: bytes | Iterable[bytes]) -> Iterator[bytes]:
    for line in lines.split(b"\n") if isinstance(lines, bytes) else lines:
        if line.strip():
            yield line
