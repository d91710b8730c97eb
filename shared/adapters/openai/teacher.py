"""The teacher behind Azure OpenAI, or behind any server that speaks its chat completions."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from shared.errors import TransientError
from shared.pacing.retry_after import duration_s
from shared.ports.teacher import RateLimits, TeacherReply, TeacherRequest
from shared.tokens import Tokens

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from shared.settings import Settings

_JSON = {"Content-Type": "application/json"}


class AzureOpenAITeacher:
    """Teacher on chat completions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _client(self) -> AsyncOpenAI:
        from shared.adapters.openai.client import openai_client

        return openai_client(self._settings)

    async def complete(self, request: TeacherRequest) -> TeacherReply:
        from httpx2 import Response

        from shared.adapters.openai.errors import translated

        started = time.monotonic()
        with translated():
            # The SDK's own method would spend a millisecond on transforming and modelling what is plain JSON.
            response = await self._client.post(
                "/chat/completions",
                cast_to=Response,
                content=orjson.dumps(_arguments(request)),
                options={"headers": _JSON, "timeout": request.timeout_s},
            )
            answer = orjson.loads(response.content)
        latency_ms = round((time.monotonic() - started) * 1000)
        return _reply(answer, request.model, latency_ms, rate_limits(response.headers))

    async def close(self) -> None:
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


def _reply(answer: Any, model: str, latency_ms: int, limits: RateLimits) -> TeacherReply:
    """The parts of a chat completion that matter; whatever a compatible server leaves out counts as empty."""
    whole = _object(answer)
    choices = whole.get("choices")
    if not isinstance(choices, list) or not choices:
        raise TransientError("the model service answered without a choice", code="no_choice")
    choice = _object(choices[0])
    message = _object(choice.get("message"))
    return TeacherReply(
        text=_text(message.get("content")),
        finish_reason=_text(choice.get("finish_reason")),
        refusal=_text(message.get("refusal")),
        tokens=_tokens(_object(whole.get("usage"))),
        model=_text(whole.get("model")) or model,
        latency_ms=latency_ms,
        rate_limits=limits,
    )


def _tokens(usage: Mapping[str, Any]) -> Tokens:
    return Tokens(
        prompt=_count(usage.get("prompt_tokens")),
        cached=_count(_object(usage.get("prompt_tokens_details")).get("cached_tokens")),
        completion=_count(usage.get("completion_tokens")),
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


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
