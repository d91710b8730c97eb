"""The words of an identifier: `orderId`, `order_id`, `order-id` and `Order Id` are all `order`, `id`."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

_LETTERS = re.compile(r"[^\W\d_]+|\d+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_LONGEST = 200


@lru_cache(maxsize=32_768)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a `snake_case`, `kebab-case`, `camelCase` or `Title Case` name, in lower case, without accents.

    Digits are words of their own; what follows the first 200 characters is left out.
    """
    name = unquote(name[:_LONGEST]) if "%" in name else name[:_LONGEST]
    if not name.isascii():
        plain = "".join([ch for ch in unicodedata.normalize("NFKD", name) if not unicodedata.combining(ch)])
        if not plain.isascii():  # another script
            return tuple([word.lower() for word in _LETTERS.findall(name)])
        name = plain
    return tuple([word.lower() for word in _WORD.findall(name)])
