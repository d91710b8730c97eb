"""The service's rules for training files, checked before a fine-tune is asked for.

Sources of the numbers: the service's quota page (examples, file size, messages, tools, message length) and
its pages on supervised, tool-calling and preference fine-tuning (roles and shapes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from shared.dataset.message_rules import Found, answers, check_messages, check_tools, unknown_keys
from shared.finetune.request import MIN_EXAMPLES

MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_EXAMPLE_TOKENS = 65_536
MAX_FINDINGS = 1000
"""Findings reported in one file; a file that is wrong throughout is said to be so once more."""

_CHARS_A_TOKEN = 2
"""Text has about four characters a token, JSON about three; below two an example is surely within bounds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: `row` from 1 (0 for the file), a stable `code`, where in the row, and what to do."""

    row: int
    code: str
    path: str
    message: str


def format_of(path: str) -> str:
    """What a published path or a format's name stands for: `instructions`, `chat`, `tools`, `agent` or `dpo`."""
    name = path.rsplit("/", 1)[-1]
    for known in ("instructions", "tools", "agent", "dpo"):
        if name.startswith(known):
            return known
    return "chat"


def check_file(path_or_format: str, lines: Iterable[bytes], *, training: bool | None = None) -> list[Finding]:
    """Everything the service would refuse in a JSONL file given by its lines, at most 1,000 findings.

    `training` asks for the minimum of examples; by default a file needs it unless its name says validation or test.
    `instructions` is no format of the service: its rows are checked for their own shape only.
    """
    kind = format_of(path_or_format)
    is_held_out = any(side in path_or_format for side in ("validation", "test"))
    needs_minimum = kind != "instructions" and not is_held_out if training is None else training
    findings: list[Finding] = []
    rows = size = 0
    for rows, line in enumerate(lines, start=1):
        size += len(line) + (not line.endswith(b"\n"))
        findings.extend(_check_line(kind, rows, line, first=rows == 1))
        if len(findings) >= MAX_FINDINGS:
            return [
                *findings[:MAX_FINDINGS],
                Finding(0, "too_many_findings", "", f"stopped after row {rows}"),
            ]
    if needs_minimum and rows < MIN_EXAMPLES:
        text = f"{rows} examples; the service wants at least {MIN_EXAMPLES}: raise samples"
        findings.append(Finding(0, "too_few_examples", "", text))
    if size > MAX_FILE_BYTES:
        text = (
            f"{size:,} bytes; the service takes at most {MAX_FILE_BYTES:,}: set train_rows or validation_rows"
        )
        findings.append(Finding(0, "file_too_large", "", text))
    return findings


def _check_line(kind: str, row: int, line: bytes, *, first: bool) -> Iterator[Finding]:
    if first and line.startswith(b"\xef\xbb\xbf"):
        yield Finding(row, "byte_order_mark", "", "the file starts with a byte order mark; write plain UTF-8")
        line = line[3:]
    if not line.strip():
        yield Finding(row, "blank_line", "", "blank lines are not allowed")
        return
    try:
        example = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        code = "not_utf8" if not _is_utf8(line) else "not_json"
        yield Finding(row, code, "", f"one JSON object in UTF-8 a line: {error}")
        return
    if not isinstance(example, dict):
        yield Finding(row, "not_an_object", "", "each line is one JSON object")
        return
    yield from (Finding(row, *found) for found in _CHECKS[kind](example))
    if len(line) > MAX_EXAMPLE_TOKENS * _CHARS_A_TOKEN:
        text = f"{len(line):,} bytes may exceed the {MAX_EXAMPLE_TOKENS:,} tokens an example may have"
        yield Finding(row, "example_too_long", "", text)


def _check_instructions(example: Mapping[str, Any]) -> Iterator[Found]:
    yield from unknown_keys(example, {"instruction", "input", "response"}, "")
    for key in ("instruction", "input", "response"):
        if not isinstance(example.get(key), str):
            yield "missing_text", key, f"`{key}` must be a string"


def _check_chat(example: Mapping[str, Any]) -> Iterator[Found]:
    yield from unknown_keys(example, {"messages", "tools", "parallel_tool_calls"}, "")
    offered = yield from check_tools(example.get("tools"), "tools")
    yield from check_messages(example.get("messages"), "messages", offered)
    messages = example.get("messages")
    if isinstance(messages, list) and messages and not answers(messages[-1:]):
        yield "no_answer", f"messages[{len(messages) - 1}]", "the last message must be the assistant's"


def _check_tool_rows(example: Mapping[str, Any]) -> Iterator[Found]:
    if not example.get("tools"):
        yield "no_tools", "tools", "a tool-calling example lists its tools"
    yield from _check_chat(example)


def _check_dpo(example: Mapping[str, Any]) -> Iterator[Found]:
    yield from unknown_keys(example, {"input", "preferred_output", "non_preferred_output"}, "")
    given = example.get("input")
    if not isinstance(given, dict):
        yield "missing_input", "input", "`input` must be an object with `messages`"
        given = {}
    yield from unknown_keys(given, {"messages", "tools", "parallel_tool_calls"}, "input")
    offered = yield from check_tools(given.get("tools"), "input.tools")
    yield from check_messages(given.get("messages"), "input.messages", offered)
    for key in ("preferred_output", "non_preferred_output"):
        yield from check_output(example.get(key), key, offered)
    if example.get("preferred_output") == example.get("non_preferred_output"):
        yield "same_outputs", "non_preferred_output", "the two outputs must differ"


def check_output(output: Any, path: str, offered: frozenset[str] | None) -> Iterator[Found]:
    """What is wrong with one of the two outputs of a preference."""
    yield from check_messages(output, path, offered)
    if not isinstance(output, list):
        return
    for number, message in enumerate(output):
        if isinstance(message, dict) and message.get("role") not in ("assistant", "tool"):
            yield "wrong_role", f"{path}[{number}].role", "an output holds assistant and tool messages only"
    if not answers(output):
        yield "no_answer", path, "an output needs an assistant message"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


_CHECKS = {
    "instructions": _check_instructions,
    "chat": _check_chat,
    "tools": _check_tool_rows,
    "agent": _check_tool_rows,
    "dpo": _check_dpo,
}
