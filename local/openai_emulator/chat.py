"""Chat completions: checks, quotas, faults, latency, then the answer with its usage."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from local.openai_emulator.answers import Answer, Students, answer_chat
from local.openai_emulator.chat_request import read_format, read_messages
from local.openai_emulator.deployments import Deployments
from local.openai_emulator.errors import bad_request
from local.openai_emulator.faults import Attempts, Dice
from local.openai_emulator.limiter import Decision, Limiter
from local.openai_emulator.meter import Meter
from local.openai_emulator.odd import answer, completion, refused_field
from local.openai_emulator.planning.asked import Authored
from local.openai_emulator.planning.assignment import conversation_digest, text_of
from local.openai_emulator.prompt_cache import CHARACTERS_PER_TOKEN, PromptCache, tokens_of
from local.openai_emulator.refusals import broken, filtered, throttled, used_up
from local.openai_emulator.switches import Switches

_TOKENS_PER_MESSAGE = 3
_DEFAULT_MAX_TOKENS = 1024
_CONTEXT_TOKENS = 1_000_000


class Dropped(Exception):
    """The connection is cut instead of an answer."""


@dataclass(frozen=True, slots=True)
class ChatReply:
    """Body and headers of a successful answer; less than `length` bytes of it are there if it breaks off."""

    content_type: str
    body: bytes
    length: int
    headers: dict[str, str]


class Chat:
    """Answers chat completions of all deployments."""

    def __init__(
        self, switches: Switches, meter: Meter, deployments: Deployments, students: Students
    ) -> None:
        self._switches = switches
        self._meter = meter
        self._deployments = deployments
        self._students = students
        self._limiters: dict[str, Limiter] = {}
        self._cache = PromptCache()
        self._attempts = Attempts()
        self._authored = Authored()
        self._answering = 0
        self._freed = asyncio.Condition()

    async def complete(self, body: Mapping[str, Any], deployment: str) -> ChatReply:
        """The answer. ApiError as the service would answer, Dropped for a cut connection."""
        self._meter.deployments[deployment] += 1
        self._refuse_what_is_asked(body)
        model = self._deployments.model_of(deployment)
        messages = read_messages(body)
        schema = read_format(body, messages, self._switches.response_formats)
        prompt, prompt_tokens = _prompt(schema, messages)
        limit = body.get("max_completion_tokens") or body.get("max_tokens")
        decision = self._admit(deployment, prompt_tokens + (limit or _DEFAULT_MAX_TOKENS))
        request = conversation_digest(messages, model, body.get("seed"), limit, schema[:64])
        dice = Dice(self._switches, request, self._attempts.next(request))
        self._raise_faults(dice, decision)
        async with self._slot():
            wait_s = dice.latency_s()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
        said = answer_chat(
            model,
            messages,
            body,
            dice=dice,
            request=request,
            students=self._students,
            authored=self._authored,
            fault_shares=(self._switches.base_fault_share, self._switches.teacher_fault_share),
        )
        self._meter.kinds[said.kind] += 1
        if said.fault:
            self._meter.faults[said.fault] += 1
        cached = self._cache.cached_tokens(deployment, prompt)
        whole = self._completion(said, model, request, prompt_tokens, cached, limit)
        if not dice.hits("odd", self._switches.odd_share):
            return ChatReply(*answer(whole, "completion"), decision.headers)
        odd = completion(whole, self._switches)
        return ChatReply(*answer(odd, self._switches.answer_shape), decision.headers)

    def _refuse_what_is_asked(self, body: Mapping[str, Any]) -> None:
        """Raise for a call beyond those that are still answered, or with a field that is not taken."""
        switches = self._switches
        if switches.answers_left == 0:
            raise used_up(switches)
        for name in switches.refused_fields:
            if name in body:
                raise refused_field(name, switches.refused_fields_status)
        if switches.answers_left > 0:
            switches.answers_left -= 1

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """One of the calls that are answered at once; the others wait in line."""
        async with self._freed:
            await self._freed.wait_for(
                lambda: not self._switches.slots or self._answering < self._switches.slots
            )
            self._answering += 1
        try:
            yield
        finally:
            self._answering -= 1
            async with self._freed:
                self._freed.notify_all()

    def _admit(self, deployment: str, tokens: int) -> Decision:
        limiter = self._limiters.get(deployment)
        if limiter is None:
            limiter = self._limiters[deployment] = Limiter(time.monotonic)
        decision = limiter.admit(tokens, self._switches)
        if not decision.allowed:
            self._meter.faults[f"429_{decision.what}"] += 1
            raise throttled(
                self._switches,
                decision,
                f"have exceeded the {decision.what} rate limit of your current AIServices S0 pricing tier",
            )
        return decision

    def _raise_faults(self, dice: Dice, decision: Decision) -> None:
        switches = self._switches
        if dice.hits("storm", switches.storm_share):
            self._meter.faults["429_capacity"] += 1
            raise throttled(
                switches,
                Decision(False, decision.headers, 1.0),
                "cannot be served: the model is temporarily unable, high demand",
            )
        if dice.hits("500", switches.error_500_share):
            self._meter.faults["500"] += 1
            raise broken()
        if dice.hits("drop", switches.drop_share):
            self._meter.faults["dropped"] += 1
            raise Dropped
        if dice.hits("prompt_filter", switches.prompt_filter_share):
            self._meter.faults["prompt_filter"] += 1
            raise filtered()

    def _completion(
        self, said: Answer, model: str, request: int, prompt_tokens: int, cached: int, limit: int | None
    ) -> dict[str, Any]:
        content, finish = said.content, said.finish_reason
        if content and limit and len(content) > limit * CHARACTERS_PER_TOKEN:
            content, finish = content[: limit * CHARACTERS_PER_TOKEN], "length"
        completion_tokens = tokens_of(content or said.refusal or "") + self._switches.reasoning_tokens
        message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": said.refusal}
        if said.tool_calls:
            message |= {"content": None, "tool_calls": said.tool_calls}
            completion_tokens = tokens_of(orjson.dumps(said.tool_calls).decode())
            finish = "tool_calls"
        self._meter.prompt_tokens += prompt_tokens
        self._meter.cached_tokens += cached
        self._meter.completion_tokens += completion_tokens
        return {
            "id": f"chatcmpl-emulator-{request:016x}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": f"emulator-{model}",
            "system_fingerprint": "fp_emulator",
            "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
            "usage": {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
                "total_tokens": prompt_tokens + completion_tokens,
                "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": self._switches.reasoning_tokens},
            },
        }


def _prompt(schema: str, messages: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """The whole prompt and its tokens. ApiError 400 if it is longer than any model takes."""
    prompt = "\n".join([schema, *(f"{message.get('role')}: {text_of(message)}" for message in messages)])
    tokens = tokens_of(prompt) + _TOKENS_PER_MESSAGE * len(messages)
    if tokens > _CONTEXT_TOKENS:
        message = f"This model's maximum context length is {_CONTEXT_TOKENS} tokens."
        raise bad_request(message, code="context_length_exceeded")
    return prompt, tokens
