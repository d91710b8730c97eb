"""Values that a collection declares for its `{{variables}}`, where they say what a body sends and are no secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from msgspec.structs import replace

from shared.catalog.decode.templated_text import MARK
from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import Row, rows_of
from shared.catalog.reading import Reading
from shared.scrub.looks import may_be_opaque
from shared.scrub.names import NameKind, name_kind

_NAME = re.compile(r"\{\{\s*([^{}]{1,120}?)\s*\}\}")
_ONE = re.compile(rf"({MARK}?)\{{\{{\s*([^{{}}]{{1,120}}?)\s*\}}\}}\Z")
_MAX_TEXT = 200
_MAX_DEPTH = 16
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CREDENTIALS = (NameKind.SECRET, NameKind.WEAK)


def fill_variables(
    root: dict[str, Any], requests: Sequence[Request], auth: Sequence[Any], reading: Reading
) -> int:
    """Put declared values into `filled` of the requests' bodies and into their forms; how many variables were used.

    Only a value that is a variable and nothing else is filled. A bare one takes the type that its text has
    in JSON (14 is an integer), a quoted one stays text. Left alone are variables whose name or value may be
    a credential, a random identifier or personal data, and those that stand in a credential's place anywhere.
    """
    plain = _plain_values(root.get("variable"), reading)
    if plain:
        for name in _credentials(requests, auth):
            plain.pop(name, None)
    if not plain:
        return 0
    used: set[str] = set()
    for request in requests:
        if request.body is not None:
            request.filled = _filled(request.body, plain, used)
        if request.form:
            request.form = tuple(replace(row, value=_filled(row.value, plain, used)) for row in request.form)
    return len(used)


def _plain_values(raw: Any, reading: Reading) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows_of(raw):
        text = _text(row.value)
        if row.disabled or row.kind == "secret" or not text or len(text) > _MAX_TEXT or "{{" in text:
            continue
        is_random = _UUID.search(text) is not None or any(map(may_be_opaque, re.split(r"[^\w+~%=-]+", text)))
        if (
            is_random
            or name_kind(row.key) in _CREDENTIALS
            or reading.scrubbed(text, row.key, "query") != text
        ):
            continue
        found[row.key] = text
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _credentials(requests: Sequence[Request], auth: Sequence[Any]) -> Iterator[str]:
    """Names of variables in authentication blocks and behind names of credentials."""
    for block in auth:
        yield from _names_in(block, is_credential=True)
    for request in requests:
        rows: Iterable[Row] = (*request.headers, *request.url.query, *request.form)
        yield from _names_in({row.key: row.value for row in rows}, is_credential=False)
        yield from _names_in(request.body, is_credential=False)


def _names_in(value: Any, *, is_credential: bool, depth: int = _MAX_DEPTH) -> Iterator[str]:
    if isinstance(value, str):
        if is_credential and "{{" in value:
            yield from _NAME.findall(value)
    elif isinstance(value, dict) and depth > 0:
        for key, item in value.items():
            inside = is_credential or name_kind(str(key)) in _CREDENTIALS
            yield from _names_in(item, is_credential=inside, depth=depth - 1)
    elif isinstance(value, list) and depth > 0:
        for item in value:
            yield from _names_in(item, is_credential=is_credential, depth=depth - 1)


def _filled(value: Any, plain: dict[str, str], used: set[str], depth: int = _MAX_DEPTH) -> Any:
    if isinstance(value, str):
        one = _ONE.match(value) if "{{" in value else None
        if one is None or one[2] not in plain:
            return value
        used.add(one[2])
        return _typed(plain[one[2]]) if one[1] else plain[one[2]]
    if isinstance(value, dict) and depth > 0:
        return {key: _filled(item, plain, used, depth - 1) for key, item in value.items()}
    if isinstance(value, list) and depth > 0:
        return [_filled(item, plain, used, depth - 1) for item in value]
    return value


def _typed(text: str) -> Any:
    """What `text` is where it stands bare in JSON; itself if it is no JSON there."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
