"""JSON texts with unquoted variables and placeholders in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

from shared.catalog.decode.json_text import parse_json
from shared.errors import CatalogError

# Marks a value that stood unquoted, so that nothing is known of its type (a private-use character).
MARK = "\ue000"
# A string that nothing closes goes to the end, so that the time stays linear.
_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_STRING_OR_VARIABLE = re.compile(rf"{_STRING}|((?:\{{\{{[^{{}}\n]{{0,120}}\}}\}})+)", re.DOTALL)
# Placeholders of generators that stand unquoted: `{"id": <long>}`.
_STRING_OR_PLACEHOLDER = re.compile(
    rf"{_STRING}|(?<=[:\[,\s])(<[A-Za-z][A-Za-z0-9-]{{2,11}}>)(?=\s*[,\]}}])", re.DOTALL
)
# What people write where a value should stand: `{"profile": <your profile id>, "amount": AMOUNT, "to": ${to}}`.
# Behind a comma a colon ends the name of a field.
_STRING_OR_BARE = re.compile(
    rf"{_STRING}|([:\[,]\s{{0,40}}+)(\$\{{[^{{}}\"\n]{{1,80}}\}}|\{{[\w .-]{{0,80}}\w[ .-]{{0,8}}\}}"
    r"|(?:(?<=:)|(?<=:\s))[^\s\"'\[\]{},:/][^\"\[\]{},\n]{0,120}?"
    r"|[^\s\"'\[\]{},:/][^\"\[\]{},:\n]{0,120}?)(?=\s{0,40}+[,\]}])",
    re.DOTALL,
)
_LITERAL = re.compile(r"(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)\Z")
_OF_PYTHON = {"True": "true", "False": "false", "None": "null"}
# Variables where fields of an object should stand.
_STRING_OR_FIELDS = re.compile(_STRING + r"|([,{]\s*+)(?:\{\{[^{}\n]{0,120}+\}\}[\s,]*+)++", re.DOTALL)
_ONLY_VARIABLES = re.compile(rf"{MARK}?\s*(?:\{{\{{[^{{}}]*\}}\}}\s*)+\Z")


def parse_templated_json(text: str, note: Callable[[str, str], None] = lambda _code, _message: None) -> Any:
    """The JSON value of `text` once its bare variables are quoted; None if it is no JSON object, list or string.

    Variables that stand for whole fields of an object are left out, and what stands unquoted where a value should be
    is a variable; `note` gets the code of such a diagnostic and its message.
    """
    stripped = text.lstrip("\ufeff").strip()
    if not stripped or stripped[0] not in '{["/' or stripped.startswith("{{"):
        return None
    found = _parse_loose(stripped)
    if found is None and "{{" in stripped:
        without = _STRING_OR_FIELDS.sub(_without_fields, stripped)
        found = _parse_loose(without) if without != stripped else None
        if found is not None:
            note("fields_left_out", "Variables that stand for whole fields of the body are left out.")
    if found is None and (quoted := _STRING_OR_BARE.sub(_quote_bare, stripped)) != stripped:
        found = _parse_loose(quoted)
        if found is not None:
            note(
                "lenient_json",
                "What stands unquoted where a value should be is read as a variable, or as what Python means by it.",
            )
    return found


def _parse_loose(stripped: str) -> Any:
    data = stripped.encode("utf-8", "replace")
    try:  # in strict JSON, variables stand in strings only
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    if "<" in stripped:
        stripped = _STRING_OR_PLACEHOLDER.sub(
            lambda m: f'"{m.group(1)}"' if m.group(1) else m.group(), stripped
        )
        data = stripped.encode("utf-8", "replace")
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            pass
    if "{{" in stripped:
        data = _STRING_OR_VARIABLE.sub(_quote, stripped).encode("utf-8", "replace")
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            pass
    try:
        return parse_json(data, "body")[0]
    except CatalogError:
        return None


def _without_fields(match: re.Match[str]) -> str:
    following = match.string[match.end() : match.end() + 1]
    return match.group(1) if match.group(1) is not None and following in ('"', "}") else match.group()


def _quote(match: re.Match[str]) -> str:
    found = match.group(1)
    return match.group() if found is None else f'"{MARK}{found.replace("\\", "").replace(chr(34), "")}"'


def _quote_bare(match: re.Match[str]) -> str:
    before, found = match.groups()
    if before is None or _LITERAL.match(found):
        return match.group()
    if found in _OF_PYTHON:
        return before + _OF_PYTHON[found]
    if found[0] not in "<{$":  # the word itself may be a password without its quotes
        found = "value"
    return f'{before}"{MARK}{{{{{found.strip("<>${} ").replace("\\", "")}}}}}"'


def is_untyped(value: Any) -> bool:
    """Whether `value` is a variable that stood unquoted."""
    return isinstance(value, str) and value.startswith(MARK)


def is_variable(value: Any) -> bool:
    """Whether `value` is nothing but variables, and so no example of a value."""
    return isinstance(value, str) and "{{" in value and _ONLY_VARIABLES.match(value) is not None


def without_marks(value: Any, depth: int = 16) -> Any:
    """`value` with its variables as plain text."""
    if isinstance(value, str):
        return value.lstrip(MARK)
    if depth <= 0:
        return None
    if isinstance(value, dict):
        return {str(key).lstrip(MARK): without_marks(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [without_marks(item, depth - 1) for item in value]
    return value


def example_of(value: Any) -> Any:
    """The value as an example; None where it is only variables."""
    if isinstance(value, str):
        return None if is_variable(value) else without_marks(value)
    if isinstance(value, list) and value:
        return without_marks([item for item in value if not is_variable(item)]) or None
    return without_marks(value)
