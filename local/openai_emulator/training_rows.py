"""Checks the lines of a fine-tuning file by the service's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

_ROLES = frozenset({"system", "user", "assistant", "tool", "developer", "function"})
_MAX_MESSAGES = 2048
_MAX_TOOLS = 128
_MAX_CHARACTERS = 1_048_576
MIN_EXAMPLES = 10


class BadRow(ValueError):
    """A file that cannot be trained on; the text names the line."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a checked file holds: `kind` is `chat` or `dpo`."""

    rows: int
    kind: str
    characters: int


def check_file(path: Path) -> FileFacts:
    """Read a whole file, line by line. Raises BadRow at the first line that breaks a rule."""
    rows, characters, kinds = 0, 0, set()
    for number, row in rows_of(path):
        kinds.add(_check_row(number, row))
        if len(kinds) > 1:
            raise BadRow(f"Line {number}: examples of different methods must not be mixed in one file.")
        rows += 1
        characters += len(orjson.dumps(row))
    if not rows:
        raise BadRow("The file is empty: no training example was found.")
    return FileFacts(rows, kinds.pop(), characters)


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of a JSONL file; BadRow for a line that is no JSON object. A leading BOM is skipped."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not text.strip():
                raise BadRow(f"Line {number}: blank line; each line must be one JSON object.")
            try:
                row = orjson.loads(text)
            except orjson.JSONDecodeError as exc:
                raise BadRow(f"Line {number}: invalid JSON ({exc}).") from exc
            if not isinstance(row, dict):
                raise BadRow(f"Line {number}: each line must be a JSON object.")
            yield number, row


def _check_row(number: int, row: dict[str, Any]) -> str:
    if "preferred_output" in row or "non_preferred_output" in row:
        given = row.get("input")
        if not isinstance(given, dict):
            raise BadRow(f"Line {number}: 'input' must be an object with 'messages'.")
        _check_messages(number, given.get("messages"), needs_assistant=False)
        for key in ("preferred_output", "non_preferred_output"):
            _check_messages(number, row.get(key), needs_assistant=True)
            if any(message["role"] not in ("assistant", "tool") for message in row[key]):
                raise BadRow(f"Line {number}: '{key}' may only hold assistant and tool messages.")
        _check_tools(number, given.get("tools"))
        return "dpo"
    _check_messages(number, row.get("messages"), needs_assistant=True)
    _check_tools(number, row.get("tools"))
    return "chat"


def _check_messages(number: int, messages: Any, *, needs_assistant: bool) -> None:
    if not isinstance(messages, list) or not messages:
        raise BadRow(f"Line {number}: 'messages' must be a non-empty array.")
    if len(messages) > _MAX_MESSAGES:
        raise BadRow(f"Line {number}: more than {_MAX_MESSAGES} messages.")
    for message in messages:
        _check_message(number, message)
    if needs_assistant and not any(message["role"] == "assistant" for message in messages):
        raise BadRow(f"Line {number}: at least one message from the assistant is required.")


def _check_message(number: int, message: Any) -> None:
    if not isinstance(message, dict) or message.get("role") not in _ROLES:
        raise BadRow(f"Line {number}: each message needs a role of {', '.join(sorted(_ROLES))}.")
    content, calls = message.get("content"), message.get("tool_calls")
    if content is None and not (message["role"] == "assistant" and calls):
        raise BadRow(f"Line {number}: a message without content must be an assistant's with tool_calls.")
    if content is not None and not isinstance(content, str | list):
        raise BadRow(f"Line {number}: content must be a string.")
    if isinstance(content, str) and len(content) > _MAX_CHARACTERS:
        raise BadRow(f"Line {number}: content of more than {_MAX_CHARACTERS} characters.")
    if "weight" in message and (message["role"] != "assistant" or message["weight"] not in (0, 1)):
        raise BadRow(f"Line {number}: weight is 0 or 1 and only for assistant messages.")
    for call in calls or ():
        _check_call(number, call)


def _check_call(number: int, call: Any) -> None:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise BadRow(f"Line {number}: a tool call needs an id, the type function and a function name.")
    try:
        orjson.loads(function.get("arguments") or "")
    except (orjson.JSONDecodeError, TypeError) as exc:
        raise BadRow(f"Line {number}: the arguments of {function['name']} are not a JSON string.") from exc


def _check_tools(number: int, tools: Any) -> None:
    if tools is None:
        return
    if not isinstance(tools, list) or len(tools) > _MAX_TOOLS:
        raise BadRow(f"Line {number}: tools must be an array of at most {_MAX_TOOLS}.")
    for tool in tools:
        if (
            not isinstance(tool, dict)
            or not isinstance(tool.get("function"), dict)
            or not tool["function"].get("name")
        ):
            raise BadRow(f"Line {number}: each tool needs the type function and a named function.")
