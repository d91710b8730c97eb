"""What became of one planned index: the line that the record log keeps."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field
from msgspec.json import encode

from shared import stored
from shared.tokens import Tokens

Status = Literal["accepted", "rejected", "failed", "skipped"]


FAULTS = {
    "bad_response": "the answer was not JSON",
    "no_choice": "the answer held no choice",
    "error_answer": "an error stood in place of the answer",
    "unreadable_content": "the content was neither text nor a list of parts",
    "empty_answer": "the answer was empty",
    "broken_off": "the answer broke off on its way",
    "generation_failed": "the service could not bring its answer into the asked form",
}
"""Results of calls that were answered, and paid, with nothing that can be read."""


class Attempt(Struct, frozen=True):
    """One call to the teacher and what its answer was worth.

    Attributes:
        result: `valid`, `invalid` (validation errors), `malformed` (no JSON), `length`, `refusal`,
            `content_filter`, `judged_bad`, `judge_unreadable`; or why a paid answer could not be read at all
            (`FAULTS`); or `timed_out`.
        tokens: what the call cost.
        latency_ms: from sending to the whole answer.
        errors: validation errors `{code, step, path, message}`; empty when valid.
        plan: the decoded but invalid plan, kept as the non-preferred answer of `dpo`; None otherwise.
    """

    result: str = "unknown"
    tokens: Tokens = Tokens()
    latency_ms: int = 0
    errors: tuple[dict[str, Any], ...] = ()
    plan: dict[str, Any] | None = None


class BaseAnswer(Struct, frozen=True):
    """What the base model answered, asked as a student would be, to a task that was accepted.

    Attributes:
        result: `wrong` (a pair), `right` (nothing is found in it), `unanswered` (none, or none that may be shown).
        reason: code of the first finding, or why there is no answer.
        codes: codes of all findings.
        text: the answer, kept where it is wrong.
        tokens: what the call cost.
        latency_ms: from sending to the whole answer.
        model: the model, as the service names it.
    """

    result: str = "unanswered"
    reason: str = ""
    codes: tuple[str, ...] = ()
    text: str = ""
    tokens: Tokens = Tokens()
    latency_ms: int = 0
    model: str = ""


class Outcome(Struct, frozen=True):
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
        judgement: what the judge said of the accepted record, `{score, question, reason, scores}`; None if it was
            not asked.
        base: what the base model answered to the accepted task; None if it was not to be asked.
    """

    index: int
    status: Status = "failed"
    reason: str = ""
    record: dict[str, Any] | None = None
    attempts: tuple[Attempt, ...] = ()
    errors: tuple[dict[str, Any], ...] = ()
    blueprint: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    deferrals: int = 0
    finished_at: str = ""
    judgement: dict[str, Any] | None = None
    base: BaseAnswer | None = None

    @property
    def tokens(self) -> Tokens:
        """What all calls of the index cost, the base model's among them."""
        own = self.base.tokens if self.base else Tokens()
        return Tokens.sum([*(attempt.tokens for attempt in self.attempts), own])

    def to_line(self) -> bytes:
        """The outcome as one line of UTF-8 JSON, newline included."""
        return encode(self) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Outcome:
        """The outcome that `to_line` wrote, in this version or another; else PermanentError `unreadable`."""
        return stored.read(cls, line, "an outcome")


class Counted(Struct, frozen=True):
    """What counting reads of an outcome's line."""

    index: int
    status: str = "failed"
    reason: str | None = ""
    model: str | None = ""
    attempts: tuple[Call, ...] = ()
    base: Call | None = None

    @property
    def tokens(self) -> Tokens:
        return Tokens.sum([call.tokens for call in (*self.attempts, *((self.base,) if self.base else ()))])


class Call(Struct, frozen=True):
    """What counting reads of an attempt."""

    tokens: Tokens = Tokens()
