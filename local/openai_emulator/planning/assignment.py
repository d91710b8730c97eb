"""What a teacher's prompt asks for: the assignment, the errors of a repair turn, the rubric of a judge."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

_ASSIGNMENT = "## Assignment"
_ERRORS = "## Errors"
RUBRIC = "## Rubric"
_LEFT_OPEN = re.compile(r"leaves `([^`]+)` of `([^`]+)` open")


@dataclass(frozen=True, slots=True)
class Assignment:
    """The JSON object below `## Assignment`; `flows` (from, path, to, parameter), `given` (api, parameter, value)."""

    focus: tuple[str, ...]
    shape: str
    difficulty: str
    variation: str
    persona: str
    flows: tuple[tuple[str, str, str, str], ...]
    fill: tuple[tuple[str, str], ...]
    seed_task: str
    given: tuple[tuple[str, str, Any], ...] = ()
    left_open: tuple[str, str] = ("", "")
    """The argument that the words on the assignment leave open, as (api, parameter)."""


def text_of(message: Mapping[str, Any]) -> str:
    """The text of a chat message, its parts joined."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""


def read_assignment(text: str) -> Assignment | None:
    """The assignment in a user message, or None if it holds none that can be read."""
    data = _json_line_after(text, _ASSIGNMENT)
    if data is None:
        return None
    left_open = _LEFT_OPEN.search(text)
    flows = [
        (str(f["from"]), str(f["path"]), str(f["to"]), str(f["parameter"]))
        for f in data.get("flows") or ()
        if isinstance(f, dict) and f.keys() >= {"from", "path", "to", "parameter"}
    ]
    return Assignment(
        focus=tuple(str(name) for name in data.get("focus") or ()),
        shape=str(data.get("shape") or "chain"),
        difficulty=str(data.get("difficulty") or "M"),
        variation=str(data.get("variation") or "plain"),
        persona=str(data.get("persona") or ""),
        flows=tuple(flows),
        fill=tuple((str(pair[0]), str(pair[1])) for pair in data.get("fill") or () if len(pair) == 2),
        seed_task=str(data.get("seed_task") or ""),
        left_open=(left_open[2], left_open[1]) if left_open else ("", ""),
        given=tuple((str(one[0]), str(one[1]), one[2]) for one in data.get("set") or () if len(one) == 3),
    )


def _json_line_after(text: str, mark: str) -> dict[str, Any] | None:
    start = text.find(mark)
    if start < 0:
        return None
    for line in text[start + len(mark) :].split("\n"):
        if line.strip():
            try:
                data = orjson.loads(line)
            except orjson.JSONDecodeError:
                return None
            return data if isinstance(data, dict) else None
    return None


def read_errors(text: str) -> list[dict[str, Any]] | None:
    """The errors below `## Errors` of a repair turn, or None if the message is no repair turn."""
    start = text.find(_ERRORS)
    if start < 0:
        return None
    found = []
    for line in text[start + len(_ERRORS) :].split("\n"):
        if line.lstrip().startswith("{"):
            try:
                error = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if isinstance(error, dict):
                found.append(error)
    return found


def digest(*parts: object) -> int:
    """A 64-bit number that depends only on the text of `parts`."""
    state = hashlib.blake2b(digest_size=8)
    for part in parts:
        state.update(str(part).encode("utf-8", "surrogatepass"))
        state.update(b"\0")
    return int.from_bytes(state.digest())


def conversation_digest(messages: Sequence[Mapping[str, Any]], *parts: object) -> int:
    """A number that depends only on the messages' roles and texts and on `parts`."""
    flat: list[object] = list(parts)
    for message in messages:
        flat.append(message.get("role"))
        flat.append(text_of(message))
    return digest(*flat)
