"""Values that any JSON reader takes."""

from __future__ import annotations

import math
from typing import Any

MAX_VALUE_DEPTH = 12
# Integers beyond this are not exact in every JSON reader (RFC 8259, section 6).
_BIG_INT = 2**53


def well_formed(text: str) -> str:
    """`text` with a question mark for each lone surrogate, which JSON can write and no encoding has."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def lowered(text: str) -> str:
    """`text` in lower case and well-formed, of the same length; what a pattern finds ignoring case, it finds here."""
    if text.isascii():
        return text.lower()
    # Patterns take these letters for `i` and `s` where case does not count.
    return well_formed(text.replace("\u0130", "i").replace("\u0131", "i").replace("\u017f", "s").lower())


def are_plain(values: list[Any]) -> bool:
    """Whether a list is certainly plain: only ASCII texts, or only whole numbers of usual size."""
    kinds = {*map(type, values)}
    if kinds == {str}:
        return "".join(values).isascii()
    return kinds == {int} and -_BIG_INT < min(values) <= max(values) < _BIG_INT


def plain(value: Any, depth: int = MAX_VALUE_DEPTH) -> Any:
    """`value` as JSON that any reader takes: string keys, no huge or non-finite numbers, bounded depth."""
    if isinstance(value, str):
        return well_formed(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_BIG_INT < value < _BIG_INT else str(value)[:64]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth <= 0:
        return None
    if isinstance(value, dict):
        return {plain(str(key)): plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth - 1) for item in value]
    return str(value)
