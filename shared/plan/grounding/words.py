"""Words of a text as they are compared: case, accents, quotes, plurals and endings do not matter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FIRST_IDEOGRAPH = 0x2E80
_SHORT = 3
STOPWORDS = frozenset(
    "a an the and or but if then so as at by for from in into of off on onto out over per than that this these those "
    "to too up via with without within is are was were be been being am do does did done has have had having can could "
    "may might must shall should will would it its they them their there here he him his she her we us our you your i "
    "me my who whom which what when where why how not no nor any all some each every both either such only own same "
    "very just also please thanks thank about after again against before below between during further more most other "
    "once under until while because get got let make made new via etc ok hello hi dear regards".split()
)


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
def parts(text: str) -> tuple[str, ...]:
    """The tokens of an identifier, `camelCase` taken apart as well."""
    return tokens(_CAMEL.sub(" ", text))


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word without its ending: `sharing`, `shared` and `shares` are `shar`; numbers stay."""
    if len(word) <= _SHORT or not word.isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT:
            word = word[: -len(ending)] + instead
            break
    if len(word) > _SHORT and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word.rstrip("e") if len(word) > _SHORT else word


_ENDINGS = (
    ("ications", "y"), ("ication", "y"), ("ations", ""), ("ation", ""), ("ingly", ""), ("ings", ""), ("ing", ""),
    ("ies", "y"), ("ied", "y"), ("ily", "y"), ("edly", ""), ("ers", ""), ("ed", ""), ("er", ""), ("es", ""), ("ly", ""),
    ("s", ""),
)  # fmt: skip


def content(text: str) -> list[str]:
    """The words that carry a text's content: no small words, no single letters."""
    return [word for word in parts(text) if word not in STOPWORDS and (len(word) > 1 or word.isdigit())]


def is_ideographic(text: str) -> bool:
    """Whether a text is written without spaces between words."""
    return any(ord(ch) >= _FIRST_IDEOGRAPH for ch in text)
