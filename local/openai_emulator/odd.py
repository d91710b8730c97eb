"""What other services than Azure OpenAI make of an answer or an error, shape by shape; pure.

Each shape was seen in a public bug report or in a server's own code; `docs/services.md` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from local.openai_emulator.errors import ApiError
from local.openai_emulator.switches import Switches

_JSON, _HTML = "application/json", "text/html"
_PAGE = b"<!DOCTYPE html><html><head><title>%s</title></head><body>%s</body></html>"
_THOUGHT = "The user wants a plan. {First} I look at the APIs, then I write it down."


def completion(body: dict[str, Any], switches: Switches) -> dict[str, Any]:
    """A chat completion with its content, its refusal, its usage and its model in the switched shapes."""
    choice = body["choices"][0]
    message = choice["message"]
    if message.get("refusal"):
        _refuse(choice, message, switches.refusal_shape)
    elif isinstance(message.get("content"), str):
        _speak(message, switches.content_shape)
    _count(body, switches)
    if switches.served_model:
        body["model"] = switches.served_model
    return body


def _refuse(choice: dict[str, Any], message: dict[str, Any], shape: str) -> None:
    words = message["refusal"]
    if shape == "part":
        message |= {"content": [{"type": "refusal", "refusal": words}], "refusal": None}
    elif shape == "finish":
        message |= {"content": None, "refusal": None}
        choice["finish_reason"] = "refusal"


def _speak(message: dict[str, Any], shape: str) -> None:
    text = message["content"]
    if shape == "parts":
        half = len(text) // 2
        message["content"] = [{"type": "text", "text": part} for part in (text[:half], text[half:])]
    elif shape == "null":
        message["content"] = None
    elif shape == "number":
        message["content"] = 42
    elif shape in ("reasoning_content", "reasoning"):
        message |= {"content": None, shape: text}
    elif shape == "think":
        message["content"] = f"<think>\n{_THOUGHT}\n</think>\n\n{text}"


def _count(body: dict[str, Any], switches: Switches) -> None:
    usage = body["usage"]
    shape = switches.usage_shape
    counts = ("prompt_tokens", "completion_tokens", "total_tokens")
    if shape == "missing":
        del body["usage"]
    elif shape == "null":
        body["usage"] = None
    elif shape != "whole":
        odd: dict[str, Callable[[int], Any]] = {
            "null_counts": lambda _: None,
            "float": lambda count: count + 0.5,
            "text": str,
            "zero": lambda _: 0,
        }
        usage |= {name: odd[shape](usage[name]) for name in counts}


def answer(body: Mapping[str, Any], shape: str) -> tuple[str, bytes, int]:
    """Content type, bytes and announced length of a 200 in `shape`."""
    if shape == "html":
        raw = _PAGE % (b"Gateway", b"Please sign in.")
        return _HTML, raw, len(raw)
    if shape == "empty":
        return _JSON, b"", 0
    odd: Any = body
    if shape == "no_choices":
        odd = {**body, "choices": []}
    elif shape == "null_choices":
        odd = {**body, "choices": None}
    elif shape == "no_message":
        odd = {**body, "choices": [{"index": 0, "finish_reason": "stop"}]}
    elif shape == "error":
        error = {"message": "Provider returned error", "code": 502, "metadata": {"provider_name": "emulator"}}
        odd = {"error": error, "usage": body.get("usage")}
    elif shape == "array":
        odd = [body]
    raw = orjson.dumps(odd)
    return _JSON, raw[: len(raw) // 2] if shape == "broken_off" else raw, len(raw)


def error_body(error: ApiError, shape: str) -> tuple[str, bytes]:
    """Content type and bytes of an error in `shape`."""
    if shape == "html":
        title = str(error.status).encode()
        return _HTML, _PAGE % (title, title)
    if shape == "plain":
        return "text/plain", error.message.encode()
    detail = [
        {"type": "extra_forbidden", "loc": ["body", error.param or "?"], "msg": error.message, "input": 0}
    ]
    shapes: dict[str, Any] = {
        "object": error.body(),
        "list": [error.body()],
        "text": {"error": error.message},
        "detail": {"detail": error.message},
        "detail_list": {"detail": detail},
        "message_object": {
            "object": "error",
            "message": {"detail": detail},
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        },
    }
    return _JSON, orjson.dumps(shapes[shape])


def refused_field(name: str, status: int) -> ApiError:
    """A request has a field that this service does not take."""
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    return ApiError(status, message, param=name, code="unsupported_parameter")
