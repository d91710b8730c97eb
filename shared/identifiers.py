"""The words of identifiers and texts: `orderId`, `order_id`, `order-id` and `Order Id` are all `order`, `id`.

`words_of` reads a name, where digits are words of their own; `tokens` and `parts` read a text as people write it, where
`INV-2041b` is `inv`, `2041b`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

# Marks belong to the letter before them: vowels of Hindi and Thai, points of Hebrew and Arabic.
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_LETTERS = re.compile(rf"(?:[^\W\d_][{_MARKS}]*)+|\d+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
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
            whole = unicodedata.normalize("NFC", name)
            return tuple([word.lower() for word in _LETTERS.findall(whole)])
        name = plain
    return tuple([word.lower() for word in _WORD.findall(name)])


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """`text` in lower case, without accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text)
    return "".join(ch for ch in folded if not unicodedata.combining(ch)).casefold()


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """Runs of letters and digits, in lower case."""
    return tuple(_TOKEN.findall(plain(text)))


@lru_cache(maxsize=8192)
def readings(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tokens and the parts of a text."""
    return tokens(text), parts(text)


@lru_cache(maxsize=8192)
def parts(text: str) -> tuple[str, ...]:
    """The tokens of an identifier, `camelCase` taken apart as well."""
    return tokens(_CAMEL.sub(" ", text))
