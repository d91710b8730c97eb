"""Texts as sources of values, and whether a text of a plan comes from one.

Words are compared by their stems: plurals, endings and small words do not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from shared.identifiers import parts, plain, readings, tokens
from shared.plan.case import Literal
from shared.plan.catalog_words import CatalogWords
from shared.plan.grounding.codes import names_of
from shared.plan.grounding.dates import SaidDates
from shared.plan.grounding.forms import says_form
from shared.plan.grounding.numbers import SaidNumbers

_DIGIT = re.compile(r"\d")
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
GROUNDED = ""
INVENTED, UNKNOWN, UNGROUNDED = "invented_value", "unknown_constant", "ungrounded_value"

ENOUGH_WORDS = 0.5
"""Share of a free text's content words that the task must have."""
_LIST = re.compile(r"\s*[,;|]\s*")
_ID_TOKEN = re.compile(r"(?=\S*\d)\S+|\S+@\S+|https?://\S+")
_TRIM = "\"'`.,;:!?()[]{}<>\u201c\u201d\u2018\u2019"
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


@dataclass(eq=False)
class Said:
    """What a text says; everything is worked out when it is first asked for.

    Attributes:
        text: the task, or assumptions.
    """

    text: str

    @cached_property
    def _spoken(self) -> str:
        return f" {' '.join(readings(self.text)[0])} "

    @cached_property
    def _stemmed(self) -> str:
        return f" {' '.join(map(stem, readings(self.text)[0]))} "

    @cached_property
    def _plain(self) -> str:
        return plain(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words, `camelCase` words taken apart."""
        return frozenset(stem(word) for reading in readings(self.text) for word in reading)

    @cached_property
    def numbers(self) -> SaidNumbers:
        """Every number, in digits or words."""
        return SaidNumbers(self.text)

    @cached_property
    def dates(self) -> SaidDates:
        """Every date and time."""
        return SaidDates(self.text, self.numbers.durations)

    def has(self, value: str) -> bool:
        """Whether the words of `value` stand together in the text, whatever the case, quotes and punctuation."""
        words = readings(value)[0]
        if not words:
            return value.strip() in self.text
        if f" {' '.join(words)} " in self._spoken:
            return True
        if any(ord(ch) >= _FIRST_IDEOGRAPH for ch in value):  # written without spaces between words
            return "".join(plain(value).split()) in "".join(self._plain.split())
        return f" {' '.join(map(stem, words))} " in self._stemmed

    def has_all(self, value: str) -> bool:
        """Whether every word of `value` is in the text, in any order (`contracts-expired`: "expired contracts")."""
        words = [
            word
            for word in readings(value)[1]
            if word not in ("of", "the", "a", "and", "for", "in", "http", "https", "www")
        ]
        return bool(words) and all(stem(word) in self.stems for word in words)

    def share(self, value: str) -> float:
        """The share of the content words of `value` that the text has; 1.0 if it has no content words."""
        words = [
            word for word in readings(value)[1] if word not in STOPWORDS and (len(word) > 1 or word.isdigit())
        ]
        if not words:
            return 1.0
        return sum(stem(word) in self.stems for word in words) / len(words)

    def says(self, value: str) -> bool:
        """Whether the text has the words of `value`, or names the country, language or currency it is a code of."""
        return self.has(value) or (bool(_CODE.fullmatch(value)) and any(map(self._has_name, names_of(value))))

    def _has_name(self, name: str) -> bool:
        if name in ("€", "$", "£"):
            return name in self._plain
        return f" {name} " in self._spoken or f" {name}s " in self._spoken


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


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a value may come from besides an earlier output."""

    task: Said
    assumptions: Said
    words: CatalogWords


def text_origin(text: str, literal: Literal, sources: Sources, *, whole: bool) -> str:
    """`GROUNDED`, or the code of what is wrong with a text of a plan.

    Args:
        text: without its references.
        literal: where it stands.
        sources: where it may come from.
        whole: whether there were no references in it.
    """
    said = _is_said(text, sources) if text else True
    if said or not tokens(text):
        return GROUNDED
    if said is False:
        return _where_else(text, literal, sources)
    if not whole:
        return _of_free_text(text, literal, sources)
    items = [item for item in _LIST.split(text) if item]
    if len(items) > 1 and all(len(item.split()) == 1 for item in items):
        unsaid = [item for item in items if not sources.task.says(item)]
        verdicts = [_of_unsaid(item, literal, sources) for item in unsaid]
        return next((verdict for verdict in verdicts if verdict), GROUNDED)
    return _of_unsaid(text, literal, sources)


def _is_said(text: str, sources: Sources) -> bool | None:
    """Whether the task says a text: its words, what it is a code of, or the date, time, duration or number that it is.

    None for a text that the task does not say and that is none of these.
    """
    if sources.task.says(text):
        return True
    return says_form(text, sources.task, sources.assumptions) if _DIGIT.search(text) else None


def _of_unsaid(text: str, literal: Literal, sources: Sources) -> str:
    """A text, no reference in it, that the task does not say as it stands."""
    if literal.place.is_strict:
        return GROUNDED if sources.task.has_all(text) else _where_else(text, literal, sources)
    if _looks_like_id(text):
        told = text.lower() in sources.words.tokens or sources.task.has_all(text)
        return GROUNDED if told else _where_else(text, literal, sources)
    if len(text.split()) > 1:
        return _of_free_text(text, literal, sources)
    if _is_catalog_word(text, literal, sources) or sources.task.has_all(text):
        return GROUNDED
    return INVENTED if sources.assumptions.has(text) else UNKNOWN


def _where_else(text: str, literal: Literal, sources: Sources) -> str:
    """A value that the task does not say: made up by an assumption, or from nowhere at all."""
    if literal.place.name and not literal.place.is_strict and _is_plain_number(text):
        number = float(text.replace(",", "."))
        if number in sources.assumptions.numbers:
            return GROUNDED
    return INVENTED if sources.assumptions.has(text) else UNGROUNDED


def _is_plain_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", text) is not None


def _looks_like_id(text: str) -> bool:
    """One word with digits or an at sign: an identifier, an address, a version."""
    return len(text.split()) == 1 and bool(_ID_TOKEN.fullmatch(text))


def _is_catalog_word(text: str, literal: Literal, sources: Sources) -> bool:
    """Whether one word is of the catalog's own: a value, a name or a word of it, or made of such words."""
    known = sources.words.tokens
    lowered = text.lower()
    if lowered in known or plain(text) in known:
        return True
    pieces = [piece for piece in re.split(r"[.:/+]", lowered) if piece]
    if len(pieces) > 1 and all(piece in known or piece in ("asc", "desc") for piece in pieces):
        return True
    told = {stem(word) for word in (*parts(literal.place.description), *parts(literal.place.name))}
    return all(stem(word) in told or stem(word) in sources.task.stems for word in parts(text))


def _of_free_text(text: str, literal: Literal, sources: Sources) -> str:
    """A sentence: its identifiers, addresses and numbers are said, and so are enough of its content words."""
    for word in text.split():
        bare = word.strip(_TRIM)
        if _ID_TOKEN.fullmatch(bare) and not _says_word(bare, sources) and not _is_in(bare, literal):
            return UNGROUNDED
    if sources.task.share(text) >= ENOUGH_WORDS:
        return GROUNDED
    if sources.assumptions.has(text):
        return INVENTED
    both = Said(f"{sources.task.text} {literal.place.description}")
    return GROUNDED if sources.task.share(text) > 0 and both.share(text) >= ENOUGH_WORDS else UNGROUNDED


def _says_word(word: str, sources: Sources) -> bool:
    if _is_said(word, sources):
        return True
    numbers = re.findall(r"\d+(?:[.,]\d+)?", word)
    plain_word = not re.search(r"[A-Za-z]{2}", word)
    return plain_word and all(float(number.replace(",", ".")) in sources.task.numbers for number in numbers)


def _is_in(word: str, literal: Literal) -> bool:
    return f" {' '.join(tokens(word))} " in f" {' '.join(tokens(literal.place.description))} "
