"""The rules that chat messages and tools of a training row keep, and the tool calls in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.plan.codes import Finding, finding

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
"""`function` answers a `function_call`, the form that came before `tool_calls`."""
_FUNCTION_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")  # dots: other services' files have them


@dataclass(frozen=True, slots=True)
class Call:
    """A function called: its name, the arguments as JSON text, and where both stand in the row."""

    name: str
    arguments: str
    path: str


def message_findings(
    messages: Any, path: str, *, roles: Sequence[str] = ROLES, answered: bool = True
) -> Iterator[Finding]:
    """Breaches of the chat form: roles, contents, tool calls and their answers; `answered` wants an assistant turn."""
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) for m in messages):
        yield finding("bad_row", "a list of messages is wanted", path=path)
        return
    open_calls: set[str] = set()
    for position, message in enumerate(messages):
        where = f"{path}[{position}]"
        role = message.get("role")
        if role not in roles:
            yield finding("bad_row", f"role {role!r} is none of {', '.join(roles)}", path=f"{where}.role")
        elif role == "assistant":
            yield from _assistant_findings(message, where, open_calls)
        elif role == "tool" and message.get("tool_call_id") not in open_calls:
            yield finding("bad_tool_call", "the message answers no tool call before it", path=where)
        elif not isinstance(message.get("content"), str | list):
            yield finding("bad_row", "the message has no content", path=f"{where}.content")
        if role == "tool":
            open_calls.discard(str(message.get("tool_call_id")))
        if "weight" in message and (role != "assistant" or message["weight"] not in (0, 1)):
            text = "weight is 0 or 1, on assistant messages only"
            yield finding("bad_row", text, path=f"{where}.weight")
    if answered and not any(message.get("role") == "assistant" for message in messages):
        yield finding("bad_row", "there is no assistant message to learn from", path=path)


def _assistant_findings(message: dict[str, Any], where: str, open_calls: set[str]) -> Iterator[Finding]:
    if open_calls:
        yield finding("bad_tool_call", f"tool call {min(open_calls)} has no answer", path=where)
        open_calls.clear()
    calls = message.get("tool_calls")
    older = message.get("function_call")
    if calls is None and older is not None:
        yield from _function_findings(older, f"{where}.function_call")
        return
    if calls is None:
        if not isinstance(message.get("content"), str):
            yield finding("bad_row", "the message has neither content nor tool calls", path=where)
        return
    if not isinstance(calls, list) or not calls:
        yield finding("bad_row", "tool_calls is a list with at least one call", path=f"{where}.tool_calls")
        return
    for position, call in enumerate(calls):
        place = f"{where}.tool_calls[{position}]"
        function = call.get("function") if isinstance(call, dict) else None
        problems = list(_function_findings(function, f"{place}.function"))
        yield from problems
        if problems:
            continue
        if call.get("type", "function") != "function":
            yield finding("bad_tool_call", 'the type of a tool call is "function"', path=f"{place}.type")
        elif not isinstance(call.get("id"), str) or call["id"] in open_calls:
            yield finding("bad_tool_call", "a tool call needs an id of its own", path=f"{place}.id")
        else:
            open_calls.add(call["id"])


def _function_findings(function: Any, place: str) -> Iterator[Finding]:
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        yield finding("bad_row", "a tool call has a function with a name", path=place)
    elif not isinstance(function.get("arguments"), str):
        text = "the arguments of a tool call are JSON text"
        yield finding("bad_row", text, path=f"{place}.arguments")


def tool_findings(tools: Any, path: str) -> Iterator[Finding]:
    """Breaches of the form of a row's tools: a list of functions with usable, different names and a schema each."""
    if tools is None:
        return
    if not isinstance(tools, list):
        yield finding("bad_row", "tools is a list of functions", path=path)
        return
    names: set[str] = set()
    for position, tool in enumerate(tools):
        where = f"{path}[{position}]"
        function = tool.get("function") if isinstance(tool, dict) else None
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(function, dict) or tool.get("type", "function") != "function":
            yield finding("bad_row", 'a tool has the type "function" and a function', path=where)
        elif not isinstance(name, str) or not _FUNCTION_NAME.fullmatch(name):
            text = "a function's name is 1 to 64 characters of A-Z, a-z, 0-9, _, . and -"
            yield finding("bad_row", text, path=f"{where}.function.name")
        elif name in names:
            yield finding("bad_row", "two tools have the same name", path=f"{where}.function.name")
        elif not isinstance(function.get("parameters", {}), dict):
            yield finding("bad_row", "parameters is a JSON Schema", path=f"{where}.function.parameters")
        names.add(str(name))


def tool_calls(messages: list[dict[str, Any]], path: str) -> Iterator[Call]:
    """All tool calls of messages that `message_findings` has nothing against, in order."""
    for position, message in enumerate(messages):
        where = f"{path}[{position}]"
        for number, call in enumerate(message.get("tool_calls") or ()):
            yield _call(call["function"], f"{where}.tool_calls[{number}].function")
        if message.get("tool_calls") is None and message.get("function_call") is not None:
            yield _call(message["function_call"], f"{where}.function_call")


def _call(function: dict[str, Any], path: str) -> Call:
    return Call(function["name"], function["arguments"], path)
