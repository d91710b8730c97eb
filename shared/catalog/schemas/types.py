"""The JSON types that the type words of catalogs stand for."""

from __future__ import annotations

import re
from typing import Any

from shared.catalog.model import JsonSchema
from shared.json_types import FORMAT_ALIASES, JSON_TYPES

_STRINGS = (
    "string str text char character uuid guid date datetime date-time time timestamp email uri url file "
    "binary byte password enum"
)
_WORDS = {
    **dict.fromkeys(_STRINGS.split(), "string"),
    **dict.fromkeys("integer int int32 int64 long short bigint uint".split(), "integer"),
    **dict.fromkeys("number float double decimal numeric real".split(), "number"),
    **dict.fromkeys("boolean bool".split(), "boolean"),
    **dict.fromkeys("object dict dictionary map mapping json struct record hash hashtable".split(), "object"),
    **dict.fromkeys("array list tuple set sequence vector".split(), "array"),
    **dict.fromkeys("null none nil".split(), "null"),
}
_FORMATS = {
    **{word: word for word in ("date", "date-time", "time", "uuid", "email", "uri", "binary")},
    **FORMAT_ALIASES,
    "timestamp": "date-time",
    "file": "binary",
}
_FILLER = frozenset(
    (
        "lorem ipsum dolor sit amet consectetur adipiscing adipisicing elit sed do eiusmod tempor incididunt ut labore "
        "et dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea "
        "commodo consequat duis aute irure in reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur "
        "excepteur sint occaecat cupidatat non proident sunt culpa qui officia deserunt mollit anim id est laborum"
    ).split()
)
# Letters of the longest word of a filler, and of a filler of one word: `in`, `id` and `magna` may mean something.
_TELLING, _TELLING_ALONE = 4, 6
_MAX_FILLER = 400
_PLACEHOLDER = re.compile(r"<([A-Za-z][A-Za-z0-9-]{2,11})>\Z")


def placeholder_type(value: object) -> JsonSchema | None:
    """The schema that a generator's placeholder means, None for any other value.

    Placeholders are words for types (`<boolean>`, `<long>`, `<dateTime>`) and Latin filler (`aliquip sint`), which is
    cut anywhere.
    """
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text[:1] != "<":
        return {"type": "string"} if _is_filler(text) else None
    found = _PLACEHOLDER.match(text)
    word = json_type(found[1].lower()) if found is not None else ""
    if found is None or not word or word == "null":
        return None
    said = _FORMATS.get(found[1].lower(), "")
    return {"type": word, "format": said} if said else {"type": word}


def _is_filler(text: str) -> bool:
    if text[:12].partition(" ")[0].lower() not in _FILLER or len(text) > _MAX_FILLER:
        return False
    *words, last = text.lower().split()
    if last in _FILLER:
        words.append(last)
    elif not words or not any(word.startswith(last) for word in _FILLER):
        return False
    telling = _TELLING if len(words) > 1 or last not in words else _TELLING_ALONE
    return all(word in _FILLER for word in words) and any(len(word) >= telling for word in words)


def json_type(word: object) -> str:
    """The JSON type that `word` (`int`, `dict`, `List[str]`, `date` …) means, "" where it says nothing."""
    if not isinstance(word, str):
        return ""
    if word in JSON_TYPES:
        return word
    head = word.strip().lower()
    if head.endswith("[]"):
        return "array"
    head = head.partition("[")[0].partition("<")[0].partition("(")[0].strip()
    return _WORDS.get(head, "")


def format_of(word: object) -> str:
    """The schema format that a type word such as `date` carries besides, "" for most."""
    return _FORMATS.get(word.strip().lower(), "") if isinstance(word, str) and word not in JSON_TYPES else ""


def type_of_value(value: Any) -> str:
    """The JSON type of `value`, "" for null."""
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list | tuple) else ""


def type_of_schema(schema: JsonSchema) -> str:
    """The one type word for a parameter with this (closed) schema; `any` where several or none apply."""
    found = schema.get("type")
    if isinstance(found, str):
        return found
    if isinstance(found, list):
        real = [word for word in found if word != "null"]
        return real[0] if len(real) == 1 else "any"
    variants = schema.get("anyOf")
    if variants:
        words = {type_of_schema(variant) for variant in variants} - {"null"}
        return words.pop() if len(words) == 1 else "any"
    words = {type_of_value(value) for value in schema.get("enum", ()) if value is not None}
    return words.pop() if len(words) == 1 else "any"
