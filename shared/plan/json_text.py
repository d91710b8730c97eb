"""Reads a model's answer as JSON and says what is wrong with it when it is not JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from shared.plan.codes import Finding, finding

MAX_DEPTH = 64
"""Levels of nesting that are read; deeper values are refused."""

_CONTAINERS = (dict, list)
_FENCE = re.compile(r"```[a-zA-Z0-9_-]*\s*\n?(.*?)```", re.DOTALL)
_PYTHON = re.compile(r"[\[{(]\s*'|:\s*(?:None|True|False)\s*[,}\]]|\b(?:None|True|False)\s*[,}\]]")
_PROSE_LIMIT = 64


def load(text: str) -> Any:
    """The JSON value in `text`. Raises ValueError if it is not JSON or nested more than `MAX_DEPTH` levels deep."""
    value = orjson.loads(text.encode("utf-8"))
    if not is_shallow(value):
        raise ValueError(f"nested more than {MAX_DEPTH} levels deep")
    return value


def shown(value: Any, limit: int = 80) -> str:
    """`value` for a message: as JSON, for a model learns nothing good from `None`; cut to `limit` characters."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text if len(text) <= limit else text[: limit - 3] + "…"


def is_shallow(value: Any, levels: int = MAX_DEPTH) -> bool:
    """Whether a JSON value is nested at most so many levels deep."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(levels):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, _CONTAINERS)
        ]
        if not level:
            return True
    return False


def read_object(text: str, *, tolerant: bool = False) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The one JSON object that `text` is, or why it is not one.

    With `tolerant`, a code fence or prose round the object is forgiven; Python syntax never is.
    """
    body = text.strip().removeprefix("\ufeff")
    try:
        value = load(body)
    except ValueError as error:
        value = _inside(body) if tolerant else None
        if value is None:
            return None, [_diagnosis(body, str(error))]
    if isinstance(value, dict):
        return value, []
    return None, [finding("not_json", "answer with one JSON object, not another JSON value")]


def _inside(text: str) -> dict[str, Any] | None:
    """The outermost JSON object found in a fence or in prose; None if missing or cut off."""
    if _breaks_off(text[max(text.find("{"), 0) :]):
        return None
    candidates = [match[1].strip() for match in _FENCE.finditer(text)]
    starts = [match.start() for match in re.finditer(r"\{", text)][:_PROSE_LIMIT]
    end = text.rfind("}") + 1
    candidates += [text[start:end] for start in starts if start < end]
    for candidate in candidates:
        try:
            value = load(candidate)
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    return None


def _diagnosis(text: str, reason: str) -> Finding:
    if not text:
        return finding("not_json", "the answer is empty; answer with one JSON object")
    if text[0] in "{[" and _PYTHON.search(text):
        return finding("python_repr", "this is Python syntax; write JSON: double quotes, null, true, false")
    if text[0] == "{" and _breaks_off(text):
        return finding(
            "truncated_json", "the JSON breaks off before its end; answer again, whole and shorter"
        )
    if (text[0] not in "{[" and "{" in text) or (text[0] == "{" and _inside(text) is not None):
        return finding(
            "prose_around_json", "answer with the JSON object alone: no words and no code fence round it"
        )
    return finding("not_json", f"the answer is not valid JSON ({reason}); answer with one JSON object")


def _breaks_off(text: str) -> bool:
    """Whether brackets or a string are still open at the end of the text."""
    depth, in_string, escaped = 0, False, False
    for ch in text:
        if in_string:
            if escaped:
                escaped = False
            elif ch == "\\":
                escaped = True
            elif ch == '"':
                in_string = False
        elif ch == '"':
            in_string = True
        elif ch in "{[":
            depth += 1
        elif ch in "}]":
            depth -= 1
    return in_string or depth > 0
