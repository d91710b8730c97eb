"""Checks what a chat completion is asked for, by the service's rules."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from local.openai_emulator.errors import bad_request
from local.openai_emulator.planning.assignment import text_of
from local.openai_emulator.strict_schema import lint

_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_MAX_SCHEMAS = 512
_linted: OrderedDict[bytes, list[str]] = OrderedDict()


def read_messages(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages of a request. ApiError 400 if they, or the bounds beside them, are not acceptable."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise bad_request(
            "Missing required parameter: 'messages'.", param="messages", code="missing_required_parameter"
        )
    for position, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role not in _ROLES:
            raise bad_request(
                f"Invalid value: '{role}'.", param=f"messages[{position}].role", code="invalid_value"
            )
    if body.get("stream"):
        raise bad_request("The emulator does not stream; leave 'stream' out.", param="stream")
    for name in ("max_completion_tokens", "max_tokens"):
        limit = body.get(name)
        if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
            raise bad_request(
                f"Invalid '{name}': it must be an integer of at least 1.", param=name, code="invalid_value"
            )
    return messages


def read_format(body: Mapping[str, Any], messages: list[dict[str, Any]], known: Sequence[str]) -> str:
    """The asked schema as text (it is part of the prompt), "" without one; ApiError if it is not acceptable."""
    asked = body.get("response_format")
    if asked is None:
        return ""
    kind = asked.get("type") if isinstance(asked, dict) else None
    if kind not in ("text", "json_object", "json_schema"):
        raise bad_request(
            f"Invalid value: '{kind}'. Supported values are: 'text', 'json_object', and 'json_schema'.",
            param="response_format.type",
            code="invalid_value",
        )
    if kind not in known:
        raise bad_request(
            f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model.",
            param="response_format",
        )
    if kind == "json_object" and not any("json" in text_of(message).lower() for message in messages):
        raise bad_request(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param="messages",
        )
    return _schema(asked) if kind == "json_schema" else ""


def _schema(asked: Mapping[str, Any]) -> str:
    wrapper = asked.get("json_schema")
    if not isinstance(wrapper, dict) or not isinstance(wrapper.get("name"), str):
        raise bad_request(
            "Missing required parameter: 'response_format.json_schema'.",
            param="response_format.json_schema",
            code="missing_required_parameter",
        )
    raw = orjson.dumps(wrapper.get("schema"))
    if wrapper.get("strict"):
        breaches = _linted.get(raw)
        if breaches is None:
            breaches = _linted[raw] = lint(wrapper.get("schema"))
            if len(_linted) > _MAX_SCHEMAS:
                _linted.popitem(last=False)
        if breaches:
            raise bad_request(
                f"Invalid schema for response_format '{wrapper['name']}': {breaches[0]}",
                param="response_format",
            )
    return raw.decode()
