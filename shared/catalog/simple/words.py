"""Reads types that are written in words: `int, optional`, `Optional[str]`, `string - the city`."""

from __future__ import annotations

import ast
import re
from typing import Any

from shared.catalog.schemas.types import format_of, json_type

_OPTIONAL = re.compile(r"(?i)Optional\[(.+)\]|(.+?)\s*\|\s*None|(.+?)\?")
_PARTS = re.compile(r"\s*(?:[,;(]|\s[-\u2013\u2014:]\s|:\s)\s*")
_FLAGS = {"optional": False, "required": True, "mandatory": True}
_LISTS = re.compile(r"(.+)\[\]|(?i:array|list)\s+of\s+(.+)")
_GENERIC = re.compile(r"(?:[A-Za-z]+\.)?([A-Za-z]+)\s*(?:\[(.*)\]|<(.*)>)\Z", re.DOTALL)
_OPENING, _CLOSING = "[<(", "]>)"
_DEEPEST = 4


def said_in_words(text: str) -> dict[str, Any]:
    """The schema, `required` and `description` as far as `text` gives them; {} if it gives none."""
    found: dict[str, Any] = {}
    head, rest = _apart(text.strip())
    inner = _OPTIONAL.fullmatch(head)
    if inner and (kind := next(group for group in inner.groups() if group)) and schema_of_words(kind):
        head, found["required"] = kind, False
    schema = schema_of_words(head)
    if not schema:
        return {"description": text} if " " in text.strip() else {}
    found |= schema
    said = []
    for part in rest:
        if part.lower() in _FLAGS:
            found["required"] = _FLAGS[part.lower()]
        elif part:
            said.append(part)
    return {**found, "description": ", ".join(said)} if said else found


def schema_of_words(text: str, depth: int = 0) -> dict[str, Any]:
    """The schema of a type as programs write it (`List[int]`, `Dict[str, float]`, `string[]`); {} if it is no type."""
    text = text.strip()
    several = [one for one in _members(text, "|") if one != "None"]
    if several and several != [text] and depth <= _DEEPEST:
        return _of_generic("union" if several[1:] else "optional", several, depth)
    listed = _LISTS.fullmatch(text)
    generic = _GENERIC.fullmatch(text)
    if depth > _DEEPEST or not (listed or generic):
        word = json_type(text)
        if not word or (" " in text and not generic):
            return {}
        return {"type": word, "format": form} if (form := format_of(text)) else {"type": word}
    if listed:
        one = listed[1] or listed[2]
        items = schema_of_words(one, depth + 1) or schema_of_words(one.rstrip("s"), depth + 1)
        return {"type": "array", "items": items} if items else {"type": "array"} if listed[1] else {}
    assert generic
    return _of_generic(generic[1].lower(), _members(generic[2] or generic[3] or ""), depth)


def schema_of_typed(value: Any, depth: int = 0) -> dict[str, Any]:
    """The schema of an example with names of types instead of values; {} if it has any value."""
    if isinstance(value, str):
        return schema_of_words(value)
    if isinstance(value, list) and len(value) == 1 and depth <= _DEEPEST:
        items = schema_of_typed(value[0], depth + 1)
        return {"type": "array", "items": items} if items else {}
    if not isinstance(value, dict) or not value or depth > _DEEPEST:
        return {}
    properties = {str(name): schema_of_typed(one, depth + 1) for name, one in value.items()}
    return {"type": "object", "properties": properties} if all(properties.values()) else {}


def _of_generic(kind: str, members: list[str], depth: int) -> dict[str, Any]:
    if kind == "literal":
        values = [_literal(one) for one in members]
        return {"enum": values} if values and None not in values else {}
    schemas = [schema_of_words(one, depth + 1) for one in members]
    if kind in ("optional", "annotated"):
        return schemas[0] if schemas else {}
    if kind == "union":
        return {"anyOf": schemas} if all(schemas) and schemas else {}
    word = json_type(kind)
    if word == "array":
        return (
            {"type": "array", "items": schemas[0]} if len(schemas) == 1 and schemas[0] else {"type": "array"}
        )
    if word == "object" and len(schemas) == 2 and schemas[1]:
        return {"type": "object", "additionalProperties": schemas[1]}
    return {"type": word} if word else {}


def _literal(text: str) -> Any:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str | int) else None


def _apart(text: str) -> tuple[str, list[str]]:
    """The type (with its brackets) and the words after it."""
    ends = re.match(r"[A-Za-z.]+\s*[\[<]", text)
    if ends and (close := _closing(text, ends.end() - 1)):
        after = text[close:]
        suffix = re.match(r"(?:\[\]|\?|\s*\|\s*None)*", after)
        close += suffix.end() if suffix else 0
        return text[:close], [part.strip(" )") for part in _PARTS.split(text[close:], maxsplit=3)]
    head, *rest = [part.strip(" )") for part in _PARTS.split(text, maxsplit=3)]
    return head, rest


def _closing(text: str, at: int) -> int:
    """The index after the bracket that closes the one at `at`; 0 if there is none."""
    level = 0
    for place in range(at, min(len(text), 400)):
        level += (text[place] in _OPENING) - (text[place] in _CLOSING)
        if level == 0:
            return place + 1
    return 0


def _members(text: str, between: str = ",") -> list[str]:
    """The parts of a text between separators outside of brackets."""
    found, level, start = [], 0, 0
    for place, sign in enumerate(text[:400]):
        level += (sign in _OPENING) - (sign in _CLOSING)
        if sign == between and not level:
            found.append(text[start:place].strip())
            start = place + 1
    return [one for one in [*found, text[start:].strip()] if one]
