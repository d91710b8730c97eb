"""JSON as people write it: strict first, then with control characters, comments and trailing commas."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import orjson

from shared.catalog.plain import plain
from shared.errors import CatalogError

_MAX_NESTING = 1_000
# Far more than any catalog needs; what lies deeper in a document that is not strict JSON reads as null.
_MAX_KEPT_NESTING = 200


def parse_json(data: bytes, where: str, recoded: Callable[[], bytes] | None = None) -> tuple[Any, bool]:
    """The value of `data` (no BOM) and whether it was strict JSON; `recoded` gives it in UTF-8 if it is not.

    Raises:
        CatalogError: `too_deep` beyond 1,000 levels, `not_json` if no reading works; the message has the place.
    """
    try:
        return orjson.loads(data), True
    except orjson.JSONDecodeError as exc:
        strict = exc
    if "depth limit" in str(strict) or "recursion" in str(strict).lower():
        raise CatalogError(f"{where} is nested over {_MAX_NESTING} levels deep.", code="too_deep") from strict
    if recoded is not None and (utf8 := recoded()) is not data:
        return parse_json(utf8, where)
    text = data.decode("utf-8", "replace")
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        value = _parse_json5(text, where, strict)
    return plain(value, _MAX_KEPT_NESTING), False


def _parse_json5(text: str, where: str, strict: orjson.JSONDecodeError) -> Any:
    import pyjson5  # noqa: PLC0415 - only lenient documents pay for it

    try:
        return pyjson5.decode(text, maxdepth=_MAX_NESTING)
    except pyjson5.Json5NestingTooDeep as exc:
        raise CatalogError(f"{where} is nested over {_MAX_NESTING} levels deep.", code="too_deep") from exc
    except pyjson5.Json5Exception as exc:
        place = f"line {strict.lineno}, column {strict.colno}"
        raise CatalogError(
            f"{where} starts like JSON but cannot be read ({strict.msg} at {place}); is it complete?", code="not_json"
        ) from exc
