"""The teacher behind Azure OpenAI, or behind any server that speaks its chat completions."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from shared.dataset.outcome import Tokens
from shared.errors import TransientError
from shared.ports import RateLimits, TeacherReply, TeacherRequest
from shared.teacher.retry_after import duration_s

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from shared.settings import Settings


class AzureOpenAITeacher:
    """Teacher on chat completions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _client(self) -> AsyncOpenAI:
        from shared.adapters.openai_client import openai_client

        return openai_client(self._settings)

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        """See Teacher."""
        from shared.adapters.openai_errors import translated

        client = self._client
        started = time.monotonic()
        with translated():
            raw = await client.chat.completions.with_raw_response.create(
                **_arguments(request), timeout=request.timeout_s
            )
            answer = raw.parse()
        if not answer.choices:
            raise TransientError("the model service answered without a choice", code="no_choice")
        choice = answer.choices[0]
        return TeacherReply(
            text=choice.message.content or "",
            finish_reason=choice.finish_reason or "",
            refusal=choice.message.refusal or "",
            tokens=_tokens(answer.usage),
            model=answer.model or request.model,
            latency_ms=round((time.monotonic() - started) * 1000),
            rate_limits=rate_limits(raw.headers),
        )

    async def close(self) -> None:
        """Close the connections."""
        if "_client" in self.__dict__:
            await self._client.close()


def _arguments(request: TeacherRequest) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "model": request.model,
        "messages": list(request.messages),
        "max_completion_tokens": request.max_completion_tokens,
    }
    if request.response_format is not None:
        arguments["response_format"] = request.response_format
    if request.cache_key:
        arguments["prompt_cache_key"] = request.cache_key
    if request.seed is not None:
        arguments["seed"] = request.seed
    return arguments


def _tokens(usage: Any) -> Tokens:
    if usage is None:
        return Tokens()
    details = getattr(usage, "prompt_tokens_details", None)
    return Tokens(
        prompt=usage.prompt_tokens or 0,
        cached=getattr(details, "cached_tokens", 0) or 0,
        completion=usage.completion_tokens or 0,
    )


def rate_limits(headers: Mapping[str, str]) -> RateLimits:
    """The quota that `x-ratelimit-*` headers tell; unreadable values count as absent."""
    return RateLimits(
        limit_requests=_whole(headers.get("x-ratelimit-limit-requests")),
        limit_tokens=_whole(headers.get("x-ratelimit-limit-tokens")),
        remaining_requests=_whole(headers.get("x-ratelimit-remaining-requests")),
        remaining_tokens=_whole(headers.get("x-ratelimit-remaining-tokens")),
        reset_requests_s=duration_s(headers.get("x-ratelimit-reset-requests")),
        reset_tokens_s=duration_s(headers.get("x-ratelimit-reset-tokens")),
    )


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,12}", text) else None
