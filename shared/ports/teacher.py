"""The chat model that plans."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from shared.errors import TransientError
from shared.tokens import Tokens


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What an answer's headers say of the deployment's quota; None where they do not."""

    limit_requests: int | None = None
    limit_tokens: int | None = None
    remaining_requests: int | None = None
    remaining_tokens: int | None = None
    reset_requests_s: float | None = None
    reset_tokens_s: float | None = None


@dataclass(frozen=True, slots=True)
class TeacherRequest:
    """One chat completion.

    Attributes:
        model: deployment (or model) name.
        messages: chat messages, `{"role", "content"}`.
        response_format: `{"type": "json_schema", …}`, `{"type": "json_object"}` or None for plain text.
        max_completion_tokens: bound of the answer.
        cache_key: same for requests that share their first messages (prompt cache routing).
        seed: asks the service for repeatable sampling.
        timeout_s: deadline of the call.
        reasoning_effort: how much a reasoning model is to think; "" leaves it to the model.
        without: fields that the service is known to refuse; they are left out, `max_completion_tokens` is then
            called `max_tokens`.
        wanted: asked right before the call is made, which may be long after it was asked for; None for always.
        told: told of each error that is waited for here, and of the seconds until the next try; None for nobody.
    """

    model: str
    messages: tuple[dict[str, Any], ...]
    response_format: dict[str, Any] | None = None
    max_completion_tokens: int = 4096
    cache_key: str = ""
    seed: int | None = None
    timeout_s: float = 300.0
    reasoning_effort: str = ""
    without: frozenset[str] = frozenset()
    wanted: Callable[[], Awaitable[bool]] | None = None
    told: Callable[[TransientError, float], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class TeacherReply:
    """An answer of the model; whatever came back with a 200 is one.

    Attributes:
        text: the content, "" if the model refused.
        finish_reason: `stop`, `length`, `content_filter`, …
        refusal: the refusal's text, "" if there is none.
        tokens: usage as billed, or estimated where the service did not count.
        model: the model's own name.
        latency_ms: from sending to the whole answer.
        rate_limits: quota as the headers tell it.
        fault: one of `outcome.FAULTS` for an answer, paid all the same, that holds nothing to read; else "".
        said: what the service said instead, "" if nothing.
    """

    text: str
    finish_reason: str
    refusal: str = ""
    tokens: Tokens = Tokens()
    model: str = ""
    latency_ms: int = 0
    rate_limits: RateLimits = RateLimits()
    fault: str = ""
    said: str = ""


class Teacher(Protocol):
    """A chat model."""

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        """Ask once, without retrying.

        Raises:
            ThrottledError: 429, with the wait the service asked for.
            TransientError: `connection`, `timeout`, 408, 409, 5xx; with `may_be_paid` once it was sent in vain.
            RefusedFieldError: the service does not take a field of the request.
            PermanentError: `content_filter` (the prompt was filtered), `unsupported_response_format`
                (the deployment does not know the asked format), `context_length` (prompt too long),
                `generation_failed` (paid, and of no form).
            ConfigurationError: unknown deployment, wrong address, key or role refused, credit used up, schema the
                service rejects.
            UnwantedError: the call is no longer wanted, and was not made.
        """
