"""JSON as people write it: strict first, then with control characters, comments and trailing commas."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from shared.errors import CatalogError
from shared.scrub.plain import plain

_MAX_NESTING = 1_000
# Far more than any catalog needs; what lies deeper in a document that is not strict JSON reads as null.
_MAX_KEPT_NESTING = 200


def parse_json(
    data: bytes,
    where: str,
    recoded: Callable[[], bytes] | None = None,
    repeated: Callable[[str], None] | None = None,
) -> tuple[Any, bool]:
    """The value of `data` (no BOM) and whether it was strict JSON; `recoded` gives it in UTF-8 if it is not.

    `repeated` is told keys that stand twice in one object, of which the last is kept.

    Raises:
        CatalogError: `too_deep` beyond the levels of the parser, 1,000 at least; `not_json` if no reading works,
            with the place in its message.
    """
    try:
        return _parse_strict(data, repeated), True
    except RecursionError as exc:
        raise _too_deep(where) from exc
    except ValueError:
        if recoded is not None and (utf8 := recoded()) is not data:
            return parse_json(utf8, where, None, repeated)
    return plain(_parse_lenient(data, where), _MAX_KEPT_NESTING), False


def parse_json_lines(data: bytes) -> list[Any] | None:
    """The objects of a file with one on each line; None if it is no such file."""
    lines = [line for line in data.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.strip().startswith(b"{") for line in lines):
        return None
    try:
        return [_parse_strict(line, None) for line in lines]
    except (ValueError, RecursionError):
        return None


def _parse_strict(data: bytes, repeated: Callable[[str], None] | None) -> Any:
    value = msgspec.json.decode(data)
    if repeated is not None and _may_repeat_a_key(data, value):
        json.loads(data, object_pairs_hook=partial(_object, repeated))
    return value


def _may_repeat_a_key(data: bytes, value: Any) -> bool:
    """Whether a key may stand twice in an object: one that does takes its quotes with it.

    Looking at the keys of every object costs several times the reading.
    """
    if b"\\u0022" in data:  # an escaped quote
        return True
    return msgspec.json.encode(value).count(b'"') != data.count(b'"')


def _object(repeated: Callable[[str], None], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        for key, count in Counter(key for key, _ in pairs).items():
            if count > 1:
                repeated(key)
    return found


def _parse_lenient(data: bytes, where: str) -> Any:
    text = data.decode("utf-8", "replace")
    try:
        return json.loads(text, strict=False)
    except RecursionError as exc:
        raise _too_deep(where) from exc
    except ValueError:
        return _parse_json5(text, where)


def _parse_json5(text: str, where: str) -> Any:
    import pyjson5

    try:
        return pyjson5.decode(text, maxdepth=_MAX_NESTING)
    except pyjson5.Json5NestingTooDeep as exc:
        raise _too_deep(where) from exc
    except pyjson5.Json5Exception as exc:
        message = f"{where} starts like JSON but cannot be read ({_fault(text)}); is it complete?"
        raise CatalogError(message, code="not_json") from exc


def _fault(text: str) -> str:
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError as exc:
        return f"{exc.msg} at line {exc.lineno}, column {exc.colno}"
    except ValueError:
        pass
    return "a number is too long"


def _too_deep(where: str) -> CatalogError:
    return CatalogError(f"{where} is nested over {_MAX_NESTING} levels deep.", code="too_deep")
