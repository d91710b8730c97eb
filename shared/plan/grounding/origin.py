"""Every value of a plan comes from somewhere: where each comes from, and what is wrong with one from nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.identifiers import words_of
from shared.plan.case import Case, Literal, leaves
from shared.plan.codes import Finding
from shared.plan.grounding.said import GROUNDED, INVENTED, UNGROUNDED, UNKNOWN, Said, Sources, text_origin
from shared.plan.json_text import shown
from shared.plan.place import Place
from shared.plan.references import REFERENCE

_AMOUNTS = frozenset("amount price total cost budget sum fee salary balance id number code".split())
_EPOCH = re.compile(r"\d{10}|\d{13}")
_PLACEHOLDER = re.compile(
    r"(?:(?:Token|Bearer|Basic|Key|ApiKey)\s+)?(?:\{\{[^}]*\}\}|<[^<>]*>|\$\{[A-Z_]+\})", re.IGNORECASE
)


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
    text = REFERENCE.sub(" ", value).strip()
    inner = _json_in(text)
    if inner is not None and not sources.task.says(text):
        return _of_json(inner, literal, sources)
    return text_origin(text, literal, sources, whole=text == value.strip())


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
