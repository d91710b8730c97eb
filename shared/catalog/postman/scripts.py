"""What the test scripts of a request say of its response. They are read as text and never run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from shared.catalog.model import JsonSchema
from shared.scrub.text import scrub_key

_MOST_CHARACTERS = 20_000
_MOST_PATHS = 200
_DEEPEST = 6
_NAME = r"[A-Za-z_$][\w$]*"
_PATH = rf"(?:\.{_NAME}|\[\d{{1,3}}\]|\[['\"][\w$-]+['\"]\])"
_ROOT = r"(?:JSON\.parse\(\s*(?:responseBody|pm\.response\.text\(\))\s*\)|pm\.response\.json\(\))"
_NAMED = re.compile(rf"({_NAME})\s*=\s*{_ROOT}(?!\s*\.)")
_ALIAS = re.compile(rf"({_NAME})\s*=\s*({_NAME})({_PATH}+)(?!\s*[\w(.\[])")
_USE = re.compile(rf"(?<![\w$.'\"])({_NAME})({_PATH}+)(\s*\()?\s*(?:['\"]([\w$-]+)['\"]\s*\))?")
_PART = re.compile(r"\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\[['\"]([\w$-]+)['\"]\]")
_INTEGER = re.compile(rf"Number\.isInteger\(\s*({_NAME})({_PATH}+)\s*\)")
_LIST = re.compile(rf"Array\.isArray\(\s*({_NAME})({_PATH}+)\s*\)")
_COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
_STATUS = re.compile(
    r"(?<!not)\.have\.status\(([^;\n]{1,60})|(?<!not)\.have\.property\(\s*['\"]code['\"]\s*,([^;\n]{1,40})"
    r"|expect\(\s*pm\.response\.code\b[^)\n]{0,60}\)([^;\n]{1,80})|tests\[[^;\n]{1,160}?responseCode\.code\s*={2,3}([^;\n]{1,40})"
    r"|\.to\.(not\.)?be\.(ok|success|accepted|badRequest|unauthori[sz]ed|forbidden|notFound|rateLimited|clientError"
    r"|serverError|error)\b"
)
_NO_STATUS = re.compile(r"(?i)\bnot\b|below|above|less|most|least|within|greater")
"""Words that make a number a bound, or what a status is not."""
_OF_LISTS = frozenset(
    "length map forEach filter find some every includes indexOf reduce slice push pop sort join".split()
)

type Path = tuple[str, ...]


def script_of(item: dict[str, Any]) -> str:
    """The text of an item's test scripts, "" if it has none."""
    events = item.get("event")
    found: list[str] = []
    for event in events if isinstance(events, list) else ():
        script = event.get("script") if isinstance(event, dict) and event.get("listen") == "test" else None
        lines = script.get("exec") if isinstance(script, dict) else None
        found += (
            [lines] if isinstance(lines, str) else [line for line in lines or () if isinstance(line, str)]
        )
    return "\n".join(found)[:_MOST_CHARACTERS]


def asserted_statuses(script: str) -> list[int]:
    """The HTTP statuses that a test script asserts of its response, all that it allows; a word counts as 200 or 400."""
    found: list[int] = []
    for match in _STATUS.finditer(_COMMENT.sub("", script)):
        is_negated, word = match[5], match[6]
        if word is None:
            said = match[match.lastindex or 0]
            if _NO_STATUS.search(said) is None:
                found += [int(status) for status in re.findall(r"\b[1-5]\d\d\b", said)]
        else:
            is_good = word in ("ok", "success", "accepted")
            found.append(400 if is_good is bool(is_negated) else 200)
    return found


def asserted_shape(script: str) -> JsonSchema:
    """The schema of a response in which the fields are that a test script reads or asks for; `{}` if it names none.

    Where a script says nothing of a field's type, it stays open.
    """
    text = _COMMENT.sub("", script)
    roots: dict[str, Path] = {match[1]: () for match in _NAMED.finditer(text)}
    if not roots:
        return {}
    for _ in range(_DEEPEST):
        for match in _ALIAS.finditer(text):
            if match[2] in roots and match[1] not in roots:
                roots[match[1]] = (*roots[match[2]], *_parts(match[3]))
    shape: dict[str, Any] = {}
    for path in list(dict.fromkeys(_paths(text, roots)))[:_MOST_PATHS]:
        _add(shape, path)
    for pattern, kind in ((_INTEGER, "integer"), (_LIST, "array")):
        for match in pattern.finditer(text):
            if match[1] in roots:
                _add(shape, (*roots[match[1]], *_parts(match[2])))["type"] = kind
    return _schema(shape)


def _parts(path: str) -> Path:
    return tuple(name or key or "[]" for name, _, key in _PART.findall(path))


def _paths(text: str, roots: dict[str, Path]) -> Iterator[Path]:
    for match in _USE.finditer(text):
        if match[1] not in roots:
            continue
        path = (*roots[match[1]], *_parts(match[2]))
        last = path[-1]
        if last in _OF_LISTS and (match[3] or last == "length"):
            yield (*path[:-1], "[]") if path[:-1] else ("[]",)
        elif match[3]:
            yield (*path[:-1], match[4]) if last == "hasOwnProperty" and match[4] else path[:-1]
        else:
            yield path


def _add(shape: dict[str, Any], path: Path) -> dict[str, Any]:
    """The node at a path, made with all that lead to it."""
    for part in path[:_DEEPEST]:
        shape = shape.setdefault("parts", {}).setdefault(part, {})
    return shape


def _schema(shape: dict[str, Any]) -> JsonSchema:
    parts = shape.get("parts", {})
    if "[]" in parts:
        return {"type": "array", "items": _schema(parts["[]"])}
    if parts and shape.get("type") != "integer":
        return {
            "type": "object",
            "properties": {scrub_key(name): _schema(node) for name, node in parts.items()},
        }
    return {"type": shape["type"]} if "type" in shape else {}
