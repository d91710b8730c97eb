"""The rules that chat messages and tools of rows from anywhere keep, as findings, and the tool calls in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.dataset.message_rules import ELSEWHERE, Found, answers, check_messages, check_tools
from shared.plan.codes import Finding, finding

_OF_CALLS = frozenset(
    ("unanswered_call", "answers_no_call", "missing_tool_call_id", "repeated_call_id", "bad_tool_calls")
)


@dataclass(frozen=True, slots=True)
class Call:
    """A function called: its name, the arguments as JSON text, and where both stand in the row."""

    name: str
    arguments: str
    path: str


def message_findings(
    messages: Any, path: str, *, roles: Collection[str] = ELSEWHERE.roles, answered: bool = True
) -> Iterator[Finding]:
    """Breaches of the chat form: roles, contents, tool calls and their answers; `answered` wants an assistant turn."""
    yield from _findings(check_messages(messages, path, rules=ELSEWHERE))
    if not isinstance(messages, list) or not messages:
        return
    for position, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role in ELSEWHERE.roles and role not in roles:
            text = f"role {role!r} is none of {', '.join(sorted(roles))}"
            yield finding("bad_row", text, path=f"{path}[{position}].role")
    if answered and not answers(messages):
        yield finding("bad_row", "there is no assistant message to learn from", path=path)


def tool_findings(tools: Any, path: str) -> Iterator[Finding]:
    """Breaches of the form of a row's tools: a list of functions with usable, different names and a schema each."""
    yield from _findings(check_tools(tools, path, rules=ELSEWHERE))


def _findings(found: Iterable[Found]) -> Iterator[Finding]:
    for code, place, message in found:
        yield finding("bad_tool_call" if code in _OF_CALLS else "bad_row", message, path=place)


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
