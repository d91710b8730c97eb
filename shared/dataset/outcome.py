"""What became of one planned index: the line that the record log keeps."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import orjson

Status = Literal["accepted", "rejected", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens that calls to a model have cost; `cached` is the part of `prompt` billed at the cached price."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0

    @property
    def total(self) -> int:
        """Prompt and completion tokens together."""
        return self.prompt + self.completion

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.completion + other.completion,
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to the teacher and what its answer was worth.

    Attributes:
        result: `valid`, `invalid` (validation errors), `malformed` (no JSON), `length`, `refusal`,
            `content_filter`, `judged_bad`, `judge_unreadable`.
        tokens: what the call cost.
        latency_ms: from sending to the whole answer.
        errors: validation errors `{code, step, path, message}`; empty when valid.
        plan: the decoded but invalid plan, kept as the non-preferred answer of `dpo`; None otherwise.
    """

    result: str
    tokens: Tokens = Tokens()
    latency_ms: int = 0
    errors: tuple[dict[str, Any], ...] = ()
    plan: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exactly one for each planned index.

    Attributes:
        index: 0-based index in the run.
        status: `accepted` carries a record; `rejected` an answer that stayed bad; `failed` no answer
            could be had; `skipped` not asked, or not to the end (budget, cancel).
        reason: stable code of why it was not accepted; "" when accepted.
        record: the accepted record (record schema), else None.
        attempts: calls made, in order.
        errors: what was wrong with the last attempt, `{code, step, path, message}`.
        blueprint: slice, focus, shape, variation, difficulty that were asked for.
        model: model that answered, as the service names it.
        deferrals: times the message went back to the queue because of a throttle.
        finished_at: ISO 8601 UTC.
    """

    index: int
    status: Status
    reason: str = ""
    record: dict[str, Any] | None = None
    attempts: tuple[Attempt, ...] = ()
    errors: tuple[dict[str, Any], ...] = ()
    blueprint: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    deferrals: int = 0
    finished_at: str = ""

    @property
    def tokens(self) -> Tokens:
        """Tokens of all attempts."""
        return sum((attempt.tokens for attempt in self.attempts), Tokens())

    def to_line(self) -> bytes:
        """The outcome as one line of UTF-8 JSON, newline included."""
        return orjson.dumps(asdict(self), option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def from_line(cls, line: bytes) -> Outcome:
        """The outcome that `to_line` wrote. Raises ValueError or TypeError for any other line."""
        data = orjson.loads(line)
        attempts = tuple(
            Attempt(
                **{
                    **attempt,
                    "tokens": Tokens(**attempt["tokens"]),
                    "errors": tuple(attempt["errors"]),
                }
            )
            for attempt in data["attempts"]
        )
        return cls(**{**data, "attempts": attempts, "errors": tuple(data["errors"])})
