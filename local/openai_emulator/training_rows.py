"""Checks the lines of a fine-tuning file by the service's rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from shared.dataset.checkers import check_output
from shared.dataset.message_rules import Found, answers, check_messages, check_tools


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
        offered = _check_tools(number, given.get("tools"))
        _refuse(number, check_messages(given.get("messages"), "input.messages", offered))
        for key in ("preferred_output", "non_preferred_output"):
            _refuse(number, check_output(row.get(key), key, offered))
        return "dpo"
    offered = _check_tools(number, row.get("tools"))
    _refuse(number, check_messages(row.get("messages"), "messages", offered))
    if not answers(row["messages"]):
        raise BadRow(f"Line {number}: at least one message from the assistant is required.")
    return "chat"


def _check_tools(number: int, tools: Any) -> frozenset[str] | None:
    checked = check_tools(tools, "tools")
    while True:
        try:
            _refuse(number, [next(checked)])
        except StopIteration as end:
            names: frozenset[str] | None = end.value
            return names


def _refuse(number: int, found: Iterable[Found]) -> None:
    for code, path, message in found:
        raise BadRow(f"Line {number}: {path}: {message} ({code}).")
