"""The rules for the messages and tools of one training example, wherever rows are read."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

MAX_MESSAGES = 2048
MAX_TOOLS = 128
MAX_MESSAGE_CHARS = 1_048_576
ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
Found = tuple[str, str, str]
"""A stable code, where in the example, and what to do."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a kind of file may hold.

    Attributes:
        roles: of messages.
        function_name: of tools.
        complete: calls have a type, name a tool of the example and carry a JSON object; content is not empty.
        older_calls: `function_call` may stand where `tool_calls` does.
    """

    roles: frozenset[str]
    function_name: re.Pattern[str]
    complete: bool = True
    older_calls: bool = False


SERVICE = Rules(ROLES, re.compile(r"[A-Za-z0-9_-]{1,64}"))
"""What the fine-tuning service takes."""
ELSEWHERE = Rules(ROLES | {"function"}, re.compile(r"[A-Za-z0-9_.-]{1,64}"), complete=False, older_calls=True)
"""What files of other services hold besides: the form of calls before `tool_calls`, names with dots."""


def check_messages(
    messages: Any, path: str, offered: frozenset[str] | None = None, *, rules: Rules = SERVICE
) -> Iterator[Found]:
    """What is wrong with a list of messages; `offered` are the names of the example's tools, None without."""
    if not isinstance(messages, list) or not messages:
        yield "missing_messages", path, "a non-empty list of messages is needed"
        return
    if len(messages) > MAX_MESSAGES:
        yield "too_many_messages", path, f"{len(messages)} messages; at most {MAX_MESSAGES}"
    unanswered: set[str] = set()
    for number, message in enumerate(messages):
        where = f"{path}[{number}]"
        if not isinstance(message, dict):
            yield "not_a_message", where, "a message is an object with `role` and `content`"
            continue
        yield from _check_message(message, where, offered, rules)
        yield from _check_turn(message, where, unanswered)


def _check_message(
    message: Mapping[str, Any], path: str, offered: frozenset[str] | None, rules: Rules
) -> Iterator[Found]:
    role, content = message.get("role"), message.get("content")
    if role not in rules.roles:
        yield "unknown_role", f"{path}.role", f"role must be one of {', '.join(sorted(rules.roles))}"
    if "weight" in message and (role != "assistant" or message["weight"] not in (0, 1)):
        yield "bad_weight", f"{path}.weight", "weight is 0 or 1, on assistant messages only"
    calls = message.get("tool_calls")
    older = message.get("function_call") if rules.older_calls and role == "assistant" else None
    if calls is None and older is None and not _has_content(content, rules):
        yield "missing_content", f"{path}.content", "a message without tool calls needs content"
    text = content if isinstance(content, str) else orjson.dumps(content).decode() if content else ""
    if len(text) > MAX_MESSAGE_CHARS:
        yield (
            "message_too_long",
            f"{path}.content",
            f"{len(text):,} characters; at most {MAX_MESSAGE_CHARS:,}",
        )
    if calls is not None:
        yield from _check_calls(calls, role, f"{path}.tool_calls", offered, rules)
    elif older is not None and not _is_function(older):
        yield "bad_function", f"{path}.function_call", _A_FUNCTION


_A_FUNCTION = "a call has a function with a name, and its arguments as text"


def _has_content(content: Any, rules: Rules) -> bool:
    return isinstance(content, str | list) and (bool(content) or not rules.complete)


def _is_function(function: Any) -> bool:
    return (
        isinstance(function, dict)
        and isinstance(function.get("name"), str)
        and isinstance(function.get("arguments"), str)
    )


def _check_turn(message: Mapping[str, Any], path: str, unanswered: set[str]) -> Iterator[Found]:
    """Whether calls are answered before the assistant goes on, and answers have a call; notes what is open."""
    if message.get("role") == "tool":
        answered = message.get("tool_call_id")
        if not isinstance(answered, str):
            yield "missing_tool_call_id", f"{path}.tool_call_id", "a tool message names the call it answers"
        elif answered not in unanswered:
            yield "answers_no_call", f"{path}.tool_call_id", "the message answers no tool call before it"
        unanswered.discard(str(answered))
    elif message.get("role") == "assistant":
        if unanswered:
            yield "unanswered_call", path, f"tool call {min(unanswered)} has no answer"
        calls = message.get("tool_calls")
        ids = [call.get("id") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
        unanswered.clear()
        unanswered.update(one for one in ids if isinstance(one, str))


def _check_calls(
    calls: Any, role: Any, path: str, offered: frozenset[str] | None, rules: Rules
) -> Iterator[Found]:
    if role != "assistant":
        yield "wrong_role", path, "only the assistant calls tools"
    if not isinstance(calls, list) or not calls:
        yield "bad_tool_calls", path, "`tool_calls` must be a non-empty list"
        return
    ids: set[str] = set()
    for number, call in enumerate(calls):
        where = f"{path}[{number}]"
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            yield "bad_tool_calls", where, 'a call has `id`, `type` "function" and `function`'
            continue
        if call.get("type", None if rules.complete else "function") != "function":
            yield "bad_tool_calls", f"{where}.type", 'the type of a call is "function"'
        if not isinstance(call.get("id"), str):
            yield "bad_tool_calls", f"{where}.id", "a call needs an id of its own"
        elif call["id"] in ids:
            yield "repeated_call_id", f"{where}.id", "ids of calls must differ"
        ids.add(str(call.get("id")))
        yield from _check_function(function, f"{where}.function", offered, rules)


def _check_function(
    function: Mapping[str, Any], path: str, offered: frozenset[str] | None, rules: Rules
) -> Iterator[Found]:
    if not rules.complete:
        if not _is_function(function):
            yield "bad_function", path, _A_FUNCTION
        return
    if offered is None or function.get("name") not in offered:
        yield "unknown_tool", f"{path}.name", "the call names no tool of the example"
    if not _is_json_object(function.get("arguments")):
        yield "bad_arguments", f"{path}.arguments", "arguments are a JSON object as a string"


def check_tools(
    tools: Any, path: str, *, rules: Rules = SERVICE
) -> Generator[Found, None, frozenset[str] | None]:
    """What is wrong with a list of tools; returns the names offered, None where there are no tools."""
    if tools is None:
        return None
    if not isinstance(tools, list):
        yield "bad_tools", path, "`tools` must be a list"
        return None
    if len(tools) > MAX_TOOLS:
        yield "too_many_tools", path, f"{len(tools)} tools; at most {MAX_TOOLS}"
    kind = None if rules.complete else "function"
    names: set[str] = set()
    for number, tool in enumerate(tools):
        where = f"{path}[{number}].function"
        function = (
            tool.get("function") if isinstance(tool, dict) and tool.get("type", kind) == "function" else None
        )
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(name, str) or not rules.function_name.fullmatch(name):
            allowed = rules.function_name.pattern.removesuffix("{1,64}")
            yield (
                "bad_tool_name",
                f"{where}.name",
                f"a function is named with 1 to 64 characters of {allowed}",
            )
        elif name in names:
            yield "repeated_tool", f"{where}.name", "tools of an example have different names"
        else:
            names.add(name)
        if isinstance(function, dict) and not isinstance(function.get("parameters", {}), dict):
            yield "bad_tool_parameters", f"{where}.parameters", "a JSON Schema is needed"
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
