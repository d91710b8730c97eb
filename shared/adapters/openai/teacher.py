"""The teacher behind Azure OpenAI, or behind any server that speaks its chat completions."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from shared.adapters.openai.client import base_url
from shared.pacing.retry_after import duration_s
from shared.ports.teacher import RateLimits, TeacherReply, TeacherRequest

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

        from shared.adapters.openai.answer import read_answer
        from shared.adapters.openai.errors import Asked, translated, wrong_address
        from shared.adapters.openai.said import SENT_FIELDS, Said

        arguments = _arguments(request)
        asked = Asked(tuple(name for name in SENT_FIELDS if name in arguments), base_url(self._settings))
        started = time.monotonic()
        with translated(asked):
            # The SDK's own method would spend a millisecond on transforming and modelling what is plain JSON.
            response = await self._client.post(
                "/chat/completions",
                cast_to=Response,
                content=orjson.dumps(arguments),
                options={"headers": _JSON, "timeout": request.timeout_s},
            )
        reply = read_answer(
            response.content,
            request,
            latency_ms=round((time.monotonic() - started) * 1000),
            limits=rate_limits(response.headers),
            characters_per_token=self._settings.token_characters,
        )
        if reply.fault == "error_answer" and Said(reply.said).is_no_path:  # LM Studio says so with a 200
            raise wrong_address(asked.address, reply.said)
        return reply

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.close()


def _arguments(request: TeacherRequest) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "max_completion_tokens": request.max_completion_tokens,
        "response_format": request.response_format,
        "prompt_cache_key": request.cache_key or None,
        "seed": request.seed,
        "reasoning_effort": request.reasoning_effort or None,
    }
    if "max_completion_tokens" in request.without:
        arguments["max_tokens"] = request.max_completion_tokens
    optional = {
        name: value for name, value in arguments.items() if value is not None and name not in request.without
    }
    return {"model": request.model, "messages": list(request.messages), **optional}


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
