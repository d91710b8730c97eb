"""Every value of a plan comes from somewhere: where each comes from, and what is wrong with one from nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.identifiers import parts, plain, tokens, words_of
from shared.plan.case import Case, Literal, leaves
from shared.plan.catalog_words import CatalogWords
from shared.plan.codes import Finding
from shared.plan.grounding.said import Said, is_said, stem
from shared.plan.json_text import shown
from shared.plan.place import Place
from shared.plan.references import REFERENCE

GROUNDED = ""
INVENTED, UNKNOWN, UNGROUNDED = "invented_value", "unknown_constant", "ungrounded_value"

ENOUGH_WORDS = 0.5
"""Share of a free text's content words that the task must have."""

_AMOUNTS = frozenset("amount price total cost budget sum fee salary balance id number code".split())
_EPOCH = re.compile(r"\d{10}|\d{13}")
_PLACEHOLDER = re.compile(
    r"(?:(?:Token|Bearer|Basic|Key|ApiKey)\s+)?(?:\{\{[^}]*\}\}|<[^<>]*>|\$\{[A-Z_]+\})", re.IGNORECASE
)
_LIST = re.compile(r"\s*[,;|]\s*")
_ID_TOKEN = re.compile(r"(?=\S*\d)\S+|\S+@\S+|https?://\S+")
_TRIM = "\"'`.,;:!?()[]{}<>\u201c\u201d\u2018\u2019"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a value may come from besides an earlier output."""

    task: Said
    assumptions: Said
    words: CatalogWords


def value_origins(case: Case) -> Iterator[Finding]:
    """`ungrounded_value`, `invented_value` and `unknown_constant`: values that come from nowhere.

    A pagination token has a rule of its own (`token_from_nowhere`).
    """
    sources = Sources(Said(case.task), Said(" ".join(case.assumptions)), case.words)
    for literal in case.literals:
        code = "" if literal.place.is_cursor else origin(literal, sources)
        if code:
            message = _message(code, literal.value)
            yield case.at_argument(code, message, literal.position, literal.place.where)


def _message(code: str, value: object) -> str:
    what = shown(value)
    if code == INVENTED:
        return f"{what} stands in an assumption only, and nobody may assume a name or an identifier: say it in the task"
    if code == UNKNOWN:
        return f"{what} is a word of neither the task nor the catalog"
    return f"{what} comes from nowhere: say it in the task, or take it from an earlier step"


def origin(literal: Literal, sources: Sources) -> str:
    """`GROUNDED`, or the code of what is wrong with the value.

    Flags and null say no thing of their own and always pass, as do credentials and what stands for one.
    """
    value = literal.value
    if value is None or isinstance(value, bool) or value == "" or _is_credential(literal):
        return GROUNDED
    if any(_same(value, other) for other in literal.place.documented):
        return GROUNDED
    if isinstance(value, int | float):
        return _of_number(value, literal, sources)
    return _of_text(value, literal, sources)


def _is_credential(literal: Literal) -> bool:
    text = literal.value if isinstance(literal.value, str) else ""
    if _PLACEHOLDER.fullmatch(text.strip()):
        return True
    return literal.place.is_credential


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, str) and isinstance(other, str):
        return value.strip().casefold() == other.strip().casefold()
    return bool(value == other)


def _of_number(value: float, literal: Literal, sources: Sources) -> str:
    if value in sources.task.numbers or value == 1:
        return GROUNDED
    if _EPOCH.fullmatch(str(value)) and _says_epoch(value, sources):
        return GROUNDED
    if literal.place.name in ("lat", "lng", "lon", "latitude", "longitude"):
        return UNGROUNDED
    strict = bool(_AMOUNTS & set(words_of(literal.place.name)))
    if strict:
        return UNGROUNDED
    if value == 0 or value in sources.assumptions.numbers or value in _bounds(literal):
        return GROUNDED
    return UNGROUNDED


def _says_epoch(value: float, sources: Sources) -> bool:
    moment = datetime.fromtimestamp(value / (1000 if value > 10**11 else 1), tz=UTC)
    return sources.task.dates.says(moment, timed=True)


def _bounds(literal: Literal) -> set[Any]:
    """The ends of a number's range: "as many as possible" is one of them."""
    return {
        schema[key]
        for schema in (*literal.place.schemas, literal.place.parameter.schema)
        for key in ("minimum", "maximum")
        if key in schema
    }


def _of_text(value: str, literal: Literal, sources: Sources) -> str:
    text = REFERENCE.sub(" ", value).strip()
    said = is_said(text, sources.task, sources.assumptions) if text else True
    if said or not tokens(text):
        return GROUNDED
    if said is False:
        return _where_else(text, literal, sources)
    inner = _json_in(text)
    if inner is not None:
        return _of_json(inner, literal, sources)
    if text != value.strip():
        return _of_free_text(text, literal, sources)
    items = [item for item in _LIST.split(text) if item]
    if len(items) > 1 and all(len(item.split()) == 1 for item in items):
        unsaid = [item for item in items if not sources.task.says(item)]
        verdicts = [_of_unsaid(item, literal, sources) for item in unsaid]
        return next((verdict for verdict in verdicts if verdict), GROUNDED)
    return _of_unsaid(text, literal, sources)


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


def _json_in(text: str) -> Any:
    """The object or list in a JSON text; None if the text is not JSON of either kind."""
    if text[:1] not in "{[":
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _of_json(inner: Any, literal: Literal, sources: Sources) -> str:
    place = literal.place
    verdicts = [
        origin(Literal(literal.position, leaf, Place(place.parameter, (*place.where, *where), ())), sources)
        for where, leaf in leaves(inner, ())
    ]
    return next((verdict for verdict in verdicts if verdict), GROUNDED)


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
        if _ID_TOKEN.fullmatch(bare) and not _is_said(bare, sources) and not _is_in(bare, literal):
            return UNGROUNDED
    if sources.task.share(text) >= ENOUGH_WORDS:
        return GROUNDED
    if sources.assumptions.has(text):
        return INVENTED
    both = Said(f"{sources.task.text} {literal.place.description}")
    return GROUNDED if sources.task.share(text) > 0 and both.share(text) >= ENOUGH_WORDS else UNGROUNDED


def _is_said(word: str, sources: Sources) -> bool:
    if is_said(word, sources.task, sources.assumptions):
        return True
    numbers = re.findall(r"\d+(?:[.,]\d+)?", word)
    plain_word = not re.search(r"[A-Za-z]{2}", word)
    return plain_word and all(float(number.replace(",", ".")) in sources.task.numbers for number in numbers)


def _is_in(word: str, literal: Literal) -> bool:
    return f" {' '.join(tokens(word))} " in f" {' '.join(tokens(literal.place.description))} "
