"""Finds where one value of a plan comes from, and says how it fails where it comes from nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.identifiers import parts, plain, tokens, words_of
from shared.plan.grounding.said import Said, said_form
from shared.plan.grounding.words import stem
from shared.plan.references import REFERENCE
from shared.plan.rules.case import Literal, leaves
from shared.plan.rules.catalog_words import CatalogWords
from shared.scrub.names import NameKind, name_kind

GROUNDED = ""
INVENTED, UNKNOWN, UNGROUNDED = "invented_value", "unknown_constant", "ungrounded_value"

ENOUGH_WORDS = 0.5
"""Share of a free text's content words that the task must have."""

_STRICT = frozenset(
    "id ids uuid guid key keys ref reference references code codes number numbers no name names username user users "
    "login handle email emails mail phone mobile fax address street city town country region postcode zip url uri link "
    "href slug sku isbn iban account owner author assignee recipient customer contact person member guest company "
    "vendor supplier channel file filename path folder index repo repository project workspace domain host hostname "
    "birthday amount price total cost budget sum fee salary balance latitude longitude lat lng lon".split()
)
_STRICT_FORMATS = frozenset(
    {"uuid", "email", "uri", "url", "hostname", "ipv4", "ipv6", "date", "date-time", "time"}
)
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


def origin(literal: Literal, sources: Sources) -> str:
    """`GROUNDED`, or the code of what is wrong with the value.

    Flags and null say no thing of their own and always pass, as do credentials and what stands for one.
    """
    value = literal.value
    if value is None or isinstance(value, bool) or value == "" or _is_credential(literal):
        return GROUNDED
    if any(_same(value, other) for other in literal.documented):
        return GROUNDED
    if isinstance(value, int | float):
        return _of_number(value, literal, sources)
    return _of_text(value, literal, sources)


def _is_credential(literal: Literal) -> bool:
    text = literal.value if isinstance(literal.value, str) else ""
    if _PLACEHOLDER.fullmatch(text.strip()):
        return True
    return not literal.is_cursor and name_kind(literal.name, literal.parameter.location) is NameKind.SECRET


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, str) and isinstance(other, str):
        return value.strip().casefold() == other.strip().casefold()
    return bool(value == other)


def is_strict(literal: Literal) -> bool:
    """Whether the value names a thing, a person, a place, an amount or a time, which nobody may make up."""
    words = words_of(literal.name)
    if literal.parameter.location == "path" and len(literal.where) == 1:
        return True
    if any(
        schema.get("format") in _STRICT_FORMATS for schema in (*literal.schemas, literal.parameter.schema)
    ):
        return True
    return bool(words) and (words[-1] in _STRICT or literal.name.lower() in _STRICT)


def _of_number(value: float, literal: Literal, sources: Sources) -> str:
    if value in sources.task.numbers or value == 1:
        return GROUNDED
    if _EPOCH.fullmatch(str(value)) and _says_epoch(value, sources):
        return GROUNDED
    if literal.name in ("lat", "lng", "lon", "latitude", "longitude"):
        return UNGROUNDED
    strict = bool(_AMOUNTS & set(words_of(literal.name)))
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
        for schema in (*literal.schemas, literal.parameter.schema)
        for key in ("minimum", "maximum")
        if key in schema
    }


def _of_text(value: str, literal: Literal, sources: Sources) -> str:
    text = REFERENCE.sub(" ", value).strip()
    if not text or text == value.strip() == "" or sources.task.has(text):
        return GROUNDED
    if not tokens(text):
        return GROUNDED
    if (said := said_form(text, sources.task, sources.assumptions)) is not None:
        return GROUNDED if said else _where_else(text, literal, sources)
    inner = _json_in(text)
    if inner is not None:
        return _of_json(inner, literal, sources)
    if sources.task.has_code_of(text):
        return GROUNDED
    if text != value.strip():
        return _of_free_text(text, literal, sources)
    items = [item for item in _LIST.split(text) if item]
    if len(items) > 1 and all(len(item.split()) == 1 for item in items):
        unsaid = [item for item in items if not sources.task.has(item) and not sources.task.has_code_of(item)]
        verdicts = [_of_unsaid(item, literal, sources) for item in unsaid]
        return next((verdict for verdict in verdicts if verdict), GROUNDED)
    return _of_unsaid(text, literal, sources)


def _of_unsaid(text: str, literal: Literal, sources: Sources) -> str:
    """A text, no reference in it, that the task does not say as it stands."""
    if is_strict(literal):
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
    if literal.name and not is_strict(literal) and _is_plain_number(text):
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
    verdicts = [
        origin(Literal(literal.position, (*literal.where, *where), leaf, literal.parameter, ()), sources)
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
    told = {stem(word) for word in (*parts(literal.description), *parts(literal.name))}
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
    both = Said(f"{sources.task.text} {literal.description}")
    return GROUNDED if sources.task.share(text) > 0 and both.share(text) >= ENOUGH_WORDS else UNGROUNDED


def _is_said(word: str, sources: Sources) -> bool:
    if sources.task.has(word) or said_form(word, sources.task, sources.assumptions):
        return True
    numbers = re.findall(r"\d+(?:[.,]\d+)?", word)
    plain_word = not re.search(r"[A-Za-z]{2}", word)
    return plain_word and all(float(number.replace(",", ".")) in sources.task.numbers for number in numbers)


def _is_in(word: str, literal: Literal) -> bool:
    return f" {' '.join(tokens(word))} " in f" {' '.join(tokens(literal.description))} "
