"""Reads a chat completion of any compatible server: words, refusal, counts, or why there is nothing to read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.ports.teacher import RateLimits, TeacherReply, TeacherRequest
from shared.teacher.estimate import prompt_tokens, text_tokens
from shared.tokens import Tokens

_SAID_CHARACTERS = 300
_FINISH = {
    "max_tokens": "length",
    "model_length": "length",  # Mistral: the context is full
    "safety": "content_filter",
    "recitation": "content_filter",
    "blocklist": "content_filter",
    "prohibited_content": "content_filter",
}
_OPENED = re.compile(r"\s*<think(?:ing)?>")
_CLOSED = re.compile(r"</think(?:ing)?>")


@dataclass(frozen=True, slots=True)
class _Words:
    """What a message says: its answer, what was thought, a refusal; `fault` if it cannot be read."""

    text: str = ""
    thought: str = ""
    refusal: str = ""
    fault: str = ""


def read_answer(
    body: bytes,
    request: TeacherRequest,
    *,
    latency_ms: int,
    limits: RateLimits,
    characters_per_token: float,
) -> TeacherReply:
    """The reply in the body of a 200, which is paid whatever it holds; nothing here raises.

    Counts that are missing, null, zero or no whole numbers are estimated from the texts.
    """
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = None
    whole = _object(answer)
    choice, words = _choice(whole, answer)
    raw = words.text + words.thought + words.refusal
    said = _said(whole, choice, body if answer is None else b"")
    return TeacherReply(
        text=_spoken(words),
        finish_reason=_finish(_text(choice.get("finish_reason"))),
        refusal=words.refusal,
        fault=words.fault or _emptiness(words, choice),
        said=said,
        tokens=_tokens(_object(whole.get("usage")), request, raw or said, characters_per_token),
        model=_text(whole.get("model")) or request.model,
        latency_ms=latency_ms,
        rate_limits=limits,
    )


def _choice(whole: Mapping[str, Any], answer: Any) -> tuple[Mapping[str, Any], _Words]:
    if answer is None:
        return {}, _Words(fault="bad_response")
    choices = whole.get("choices")
    choice = _object(choices[0]) if isinstance(choices, list) and choices else {}
    if choice.get("error") or (whole.get("error") and not choice):
        return choice, _Words(fault="error_answer")
    if not choice or not isinstance(choice.get("message"), Mapping):
        return choice, _Words(fault="no_choice")
    return choice, _words(choice["message"], choice)


def _words(message: Mapping[str, Any], choice: Mapping[str, Any]) -> _Words:
    content = message.get("content")
    parts = [content] if isinstance(content, Mapping) else content
    if parts is None or isinstance(parts, str):
        parts = [{"type": "text", "text": parts or ""}]
    if not isinstance(parts, list):
        return _Words(fault="unreadable_content")
    text, thought, refusal = "", "", _text(message.get("refusal")) or _text(choice.get("refusal"))
    for part in parts:
        spoken = part if isinstance(part, str) else _text(_object(part).get("text"))
        if _object(part).get("type") in ("thinking", "reasoning"):
            thought += spoken or orjson.dumps(part.get("thinking")).decode()
        else:
            text += spoken
            refusal = refusal or _text(_object(part).get("refusal"))
    elsewhere = _text(message.get("reasoning_content")) or _text(message.get("reasoning"))
    return _Words(text, thought + elsewhere, refusal)


def _spoken(words: _Words) -> str:
    """The answer without the thoughts round it; where nothing else was said, the thoughts are the answer."""
    text = words.text if words.text.strip() else words.thought
    opened = _OPENED.match(text)
    closed = _CLOSED.search(text) if opened or not text.lstrip().startswith(("{", "[", "`")) else None
    if closed:
        return text[closed.end() :].lstrip()
    return text[opened.end() :] if opened else text


def _emptiness(words: _Words, choice: Mapping[str, Any]) -> str:
    finish = _finish(_text(choice.get("finish_reason")))
    ended_well = finish not in ("length", "content_filter", "refusal")
    return "empty_answer" if ended_well and not words.refusal and not _spoken(words).strip() else ""


def _finish(reason: str) -> str:
    word = reason.lower()
    return "content_filter" if word.startswith("content_filter") else _FINISH.get(word, word)


def _said(whole: Mapping[str, Any], choice: Mapping[str, Any], body: bytes) -> str:
    """The service's own words where it answered with something else than an answer."""
    error = choice.get("error") or whole.get("error")
    if isinstance(error, Mapping):
        error = error.get("message") or error.get("code")
    words = " ".join((str(error) if error else body.decode(errors="replace")).split())
    return words[:_SAID_CHARACTERS]


def _tokens(usage: Mapping[str, Any], request: TeacherRequest, raw: str, per_token: float) -> Tokens:
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    counted = prompt > 0 and (completion > 0 or not raw)
    details = _object(usage.get("completion_tokens_details"))
    return Tokens(
        prompt=prompt or prompt_tokens(request, per_token),
        cached=_count(
            _object(usage.get("prompt_tokens_details")).get("cached_tokens")
            or usage.get("prompt_cache_hit_tokens")  # DeepSeek
        ),
        completion=completion or text_tokens(raw, per_token),
        reasoning=_count(details.get("reasoning_tokens")),
        estimated=not counted,
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
