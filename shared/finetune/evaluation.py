"""The outcomes of an evaluation: one line an example and deployment, and the report made of them."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Self

import orjson
from msgspec import Struct, field

from shared import stored
from shared.finetune.metrics import METRICS, Score, difference, interval

SEGMENT_SIZE = 256
"""Examples to a log; each message reads its log once, so this and `MAX_ANSWER` bound what that costs."""

MAX_ANSWER = 4_000
"""Characters of an answer that are kept."""


class ExampleOutcome(Struct, frozen=True):
    """What one deployment made of one example.

    Attributes:
        index: of the example among those measured.
        status: `answered` or `failed` (no answer could be had).
        reason: stable code of why there is none, or of what the answer's first fault is; "" for neither.
        scores: by metric, all 0 when there is no answer.
        answer: the answer's text, at most `MAX_ANSWER` characters.
        tokens: prompt and completion tokens.
        latency_ms: of the call.
    """

    index: int
    status: str = "failed"
    reason: str = ""
    scores: Mapping[str, float] = field(default_factory=lambda: Score().to_json())
    answer: str = ""
    tokens: int = 0
    latency_ms: int = 0

    def to_line(self) -> bytes:
        """The outcome as one line of JSON, newline included."""
        return orjson.dumps(stored.plain(self), option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The outcome that `to_line` wrote, in this version or another; else PermanentError `unreadable`."""
        return stored.read(cls, line, "an outcome")


class Value(Struct, frozen=True):
    """A metric's value in a report."""

    value: float = 0.0


class MeasuredDeployment(Struct, frozen=True):
    """What a report says of one deployment."""

    deployment: str = ""
    role: str = ""
    metrics: Mapping[str, Value] = field(default_factory=dict)


class Measured(Struct, frozen=True):
    """What the app itself reads of a report."""

    rows: int = 0
    deployments: tuple[MeasuredDeployment, ...] = ()


def folded(lines: bytes) -> dict[int, ExampleOutcome]:
    """A log's outcomes by index, in index order; the first of an index counts, a line that is none does not."""
    found: dict[int, ExampleOutcome] = {}
    for outcome in stored.read_lines(ExampleOutcome, lines):
        found.setdefault(outcome.index, outcome)
    return dict(sorted(found.items()))


def sample(rows: int, most: int) -> list[int]:
    """Numbers of the validation rows that are measured: all, or `most` evenly spread ones."""
    count = min(rows, most)
    return [position * rows // count for position in range(count)]


def report(
    run_id: str,
    model: str,
    rows: int,
    deployments: Sequence[tuple[str, str, Mapping[int, ExampleOutcome]]],
    finished_at: str,
) -> dict[str, Any]:
    """`evaluation.json`: each deployment's metrics with 95 % intervals, and the student minus the baseline.

    An example without an answer counts as 0 in every metric. The difference is over the examples that
    both were asked.

    Args:
        run_id: the run.
        model: the fine-tuned model.
        rows: examples that were to be measured.
        deployments: name, role (`student` or `baseline`) and outcomes, the student first.
        finished_at: ISO 8601 UTC.
    """
    return {
        "run_id": run_id,
        "model": model,
        "rows": rows,
        "finished_at": finished_at,
        "deployments": [
            {"deployment": name, "role": role, **_summary(outcomes)} for name, role, outcomes in deployments
        ],
        "difference": _difference(deployments[0][2], deployments[1][2]) if len(deployments) > 1 else None,
    }


def _summary(outcomes: Mapping[int, ExampleOutcome]) -> dict[str, Any]:
    answered = [outcome for outcome in outcomes.values() if outcome.status == "answered"]
    reasons: dict[str, int] = {}
    for outcome in outcomes.values():
        if outcome.reason:
            reasons[outcome.reason] = reasons.get(outcome.reason, 0) + 1
    return {
        "counts": {
            "asked": len(outcomes),
            "answered": len(answered),
            "failed": len(outcomes) - len(answered),
        },
        "metrics": {name: interval(name, _values(outcomes, name)) for name in METRICS},
        "reasons": dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        "tokens": sum(outcome.tokens for outcome in outcomes.values()),
        "latency_ms": round(statistics.median(o.latency_ms for o in answered)) if answered else None,
    }


def _difference(
    ours: Mapping[int, ExampleOutcome], theirs: Mapping[int, ExampleOutcome]
) -> dict[str, dict[str, float]]:
    both = [index for index in ours if index in theirs]
    return {
        name: difference(
            [ours[i].scores.get(name, 0.0) for i in both], [theirs[i].scores.get(name, 0.0) for i in both]
        )
        for name in METRICS
    }


def _values(outcomes: Mapping[int, ExampleOutcome], name: str) -> list[float]:
    return [outcome.scores.get(name, 0.0) for outcome in outcomes.values()]


def log_path(run_id: str, deployment: str, segment: int) -> str:
    """Append blob of a deployment's outcomes, in `runs`."""
    return f"{run_id}/evaluation/{deployment}/log/{segment:06d}.jsonl"


def rows_path(run_id: str) -> str:
    """The measured validation rows, in `runs`."""
    return f"{run_id}/evaluation/rows.jsonl"


def report_path(run_id: str) -> str:
    """The report, in `runs` and, copied, in `datasets`."""
    return f"{run_id}/evaluation.json"


def segments(rows: int) -> range:
    """Numbers of the logs that `rows` examples fill."""
    return range((rows + SEGMENT_SIZE - 1) // SEGMENT_SIZE)
