"""Words of a text as they are compared: plurals, endings and small words do not matter."""

from __future__ import annotations

from functools import lru_cache

from shared.identifiers import parts

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
