"""The rules that chat messages of a training row keep, and the tool calls in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.plan.codes import Finding, finding

ROLES = ("system", "developer", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call: the function's name, its arguments as JSON text, and where it stands in the row."""

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
    if answered and not any(message.get("role") == "assistant" for message in messages):
        yield finding("bad_row", "there is no assistant message to learn from", path=path)


def _assistant_findings(message: dict[str, Any], where: str, open_calls: set[str]) -> Iterator[Finding]:
    if open_calls:
        yield finding("bad_tool_call", f"tool call {min(open_calls)} has no answer", path=where)
        open_calls.clear()
    calls = message.get("tool_calls")
    if calls is None:
        if not isinstance(message.get("content"), str) and "function_call" not in message:
            yield finding("bad_row", "the message has neither content nor tool calls", path=where)
        return
    if not isinstance(calls, list) or not calls:
        yield finding("bad_row", "tool_calls is a list with at least one call", path=f"{where}.tool_calls")
        return
    for position, call in enumerate(calls):
        place = f"{where}.tool_calls[{position}]"
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            yield finding("bad_row", "a tool call has a function with a name", path=place)
        elif not isinstance(function.get("arguments"), str):
            yield finding(
                "bad_row", "the arguments of a tool call are JSON text", path=f"{place}.function.arguments"
            )
        elif not isinstance(call.get("id"), str) or call["id"] in open_calls:
            yield finding("bad_tool_call", "a tool call needs an id of its own", path=f"{place}.id")
        else:
            open_calls.add(call["id"])


def tool_calls(messages: list[dict[str, Any]], path: str) -> Iterator[Call]:
    """All tool calls of messages that `message_findings` has nothing against, in order."""
    for position, message in enumerate(messages):
        for number, call in enumerate(message.get("tool_calls") or ()):
            function = call["function"]
            yield Call(function["name"], function["arguments"], f"{path}[{position}].tool_calls[{number}]")
