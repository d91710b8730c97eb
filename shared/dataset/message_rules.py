"""The service's rules for the messages and tools of one training example."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

import orjson

MAX_MESSAGES = 2048
MAX_TOOLS = 128
MAX_MESSAGE_CHARS = 1_048_576
ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
_FUNCTION_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

Found = tuple[str, str, str]
"""A stable code, where in the example, and what to do."""


def check_messages(messages: Any, path: str, offered: frozenset[str] | None) -> Iterator[Found]:
    """What is wrong with a list of messages; `offered` are the names of the example's tools, None without."""
    if not isinstance(messages, list) or not messages:
        yield "missing_messages", path, "a non-empty list of messages is needed"
        return
    if len(messages) > MAX_MESSAGES:
        yield "too_many_messages", path, f"{len(messages)} messages; at most {MAX_MESSAGES}"
    for number, message in enumerate(messages):
        yield from _check_message(message, f"{path}[{number}]", offered)


def _check_message(message: Any, path: str, offered: frozenset[str] | None) -> Iterator[Found]:
    if not isinstance(message, dict):
        yield "not_a_message", path, "a message is an object with `role` and `content`"
        return
    role, content = message.get("role"), message.get("content")
    if role not in ROLES:
        yield "unknown_role", f"{path}.role", f"role must be one of {', '.join(sorted(ROLES))}"
    if "weight" in message and (role != "assistant" or message["weight"] not in (0, 1)):
        yield "bad_weight", f"{path}.weight", "weight is 0 or 1, on assistant messages only"
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        yield "missing_tool_call_id", f"{path}.tool_call_id", "a tool message names the call it answers"
    calls = message.get("tool_calls")
    if (
        calls is None
        and not (isinstance(content, str) and content)
        and not (isinstance(content, list) and content)
    ):
        yield "missing_content", f"{path}.content", "a message without tool calls needs content"
    text = content if isinstance(content, str) else orjson.dumps(content).decode() if content else ""
    if len(text) > MAX_MESSAGE_CHARS:
        yield (
            "message_too_long",
            f"{path}.content",
            f"{len(text):,} characters; at most {MAX_MESSAGE_CHARS:,}",
        )
    if calls is not None:
        yield from _check_calls(calls, role, f"{path}.tool_calls", offered)


def _check_calls(calls: Any, role: Any, path: str, offered: frozenset[str] | None) -> Iterator[Found]:
    if role != "assistant":
        yield "wrong_role", path, "only the assistant calls tools"
    if not isinstance(calls, list) or not calls:
        yield "bad_tool_calls", path, "`tool_calls` must be a non-empty list"
        return
    ids = set()
    for number, call in enumerate(calls):
        where = f"{path}[{number}]"
        function = call.get("function") if isinstance(call, dict) else None
        if (
            not isinstance(function, dict)
            or call.get("type") != "function"
            or not isinstance(call.get("id"), str)
        ):
            yield "bad_tool_calls", where, 'a call has `id`, `type` "function" and `function`'
            continue
        if call["id"] in ids:
            yield "repeated_call_id", f"{where}.id", "ids of calls must differ"
        ids.add(call["id"])
        if offered is None or function.get("name") not in offered:
            yield "unknown_tool", f"{where}.function.name", "the call names no tool of the example"
        if not _is_json_object(function.get("arguments")):
            yield "bad_arguments", f"{where}.function.arguments", "arguments are a JSON object as a string"


def check_tools(tools: Any, path: str) -> Generator[Found, None, frozenset[str] | None]:
    """What is wrong with a list of tools; returns the names offered, None where there are no tools."""
    if tools is None:
        return None
    if not isinstance(tools, list):
        yield "bad_tools", path, "`tools` must be a list"
        return None
    if len(tools) > MAX_TOOLS:
        yield "too_many_tools", path, f"{len(tools)} tools; at most {MAX_TOOLS}"
    names: set[str] = set()
    for number, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(name, str) or not _FUNCTION_NAME.fullmatch(name):
            yield "bad_tool_name", f"{path}[{number}].function.name", "1 to 64 characters of [A-Za-z0-9_-]"
        elif name in names:
            yield (
                "repeated_tool",
                f"{path}[{number}].function.name",
                "tools of an example have different names",
            )
        else:
            names.add(name)
        if isinstance(function, dict) and not isinstance(function.get("parameters", {}), dict):
            yield "bad_tool_parameters", f"{path}[{number}].function.parameters", "a JSON Schema is needed"
    return frozenset(names)


def answers(messages: Iterable[Any]) -> bool:
    """Whether one of `messages` is the assistant's."""
    return any(isinstance(message, dict) and message.get("role") == "assistant" for message in messages)


def unknown_keys(value: Mapping[str, Any], known: set[str], path: str) -> Iterator[Found]:
    """Keys of `value` that are not `known`."""
    for key in value:
        if key not in known:
            yield "unknown_key", f"{path}.{key}" if path else key, f"known keys: {', '.join(sorted(known))}"


def _is_json_object(text: Any) -> bool:
    try:
        return isinstance(text, str) and isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False
