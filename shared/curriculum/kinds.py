"""What an argument is for: found once for each parameter of a catalog, from its name, place, schema and example."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

import orjson

from shared.catalog.model import Api, Parameter
from shared.curriculum.natures import Nature
from shared.curriculum.nouns import key_words
from shared.curriculum.roles import HANDLES, is_handle
from shared.identifiers import words_of
from shared.scrub.names import NameKind, name_kind

Kind = Literal[
    "credential",
    "cursor",
    "limit",
    "version",
    "constant",
    "order",
    "fields",
    "filter",
    "handle",
    "flag",
    "date",
    "content",
]
TAKES_DATA: frozenset[Kind] = frozenset(("filter", "handle", "date", "content"))
_FEW, _NONE = 4, "null"
NEVER_FILLED: frozenset[Kind] = frozenset(("credential", "cursor", "version", "constant"))

_CURSOR = frozenset(
    "cursor marker continuation starting_after ending_before skiptoken deltatoken scroll bookmark ct".split()
)
_CURSOR_PAIRS = frozenset(
    (one, other)
    for one in "page next sync previous start continuation max min".split()
    for other in "token cursor marker key".split()
)
_COUNTED = frozenset("result item entry record row key page count element document hit size".split())
_LIMIT = frozenset(
    "limit top size count take first last rows maximum max page offset skip start pagesize perpage".split()
)
_LIMIT_PAIRS = frozenset(
    ("page", "size") if not part else tuple(part.split("_"))
    for part in "per_page page_size page_number max_result max_item max_key max_row max_page batch_size".split()
)
_ORDER = frozenset("sort order orderby direction ascending descending sortby".split())
_FIELDS = frozenset(
    "field select expand include exclude projection embed populate property append view".split()
)
_QUERIES = frozenset("q query search keyword term prompt".split())
_NAMES = frozenset("name email username login title slug key code phone sku symbol label".split())
_WAYS = frozenset("contain prefix start with exact like filter by match full display".split())
_DATES = frozenset("date time at since until before after from to day deadline due start end".split())
# Whoever asks for one of these asks for nothing else of the thing.
_FATES = frozenset("trash trashed archive archived delete deleted remove removed".split())
_PAGES = frozenset((("page",), ("offset",), ("skip",), ("page", "number"), ("start",)))
_STARTS = frozenset("start since after from begin earliest min".split())
_ENDS = frozenset("end until before to latest max".split())
_VERSION_VALUE = re.compile(r"v?\d{4}-\d{2}-\d{2}.*|v\d+(\.\d+){0,3}|\d+(\.\d+){1,3}")
_SAID_CURSOR = re.compile(
    r"\bcursor\b|\b(?:previous|prior|preceding|last) (?:request|page|response|call)\b|\bnext page\b",
    re.IGNORECASE,
)
# Headers that only follow a request through logs.
_TRACES = frozenset((("request", "id"), ("client", "request"), ("activity", "id"), ("span", "id")))


def kinds(apis: Sequence[Api], about: Mapping[str, Nature]) -> dict[tuple[str, str], Kind]:
    """The kind of each (api, parameter)."""
    repeated = _repeated_headers(apis)
    return {
        (api.name, parameter.name): _kind(parameter, about[api.name], repeated)
        for api in apis
        for parameter in api.parameters
    }


def _repeated_headers(apis: Sequence[Api]) -> frozenset[tuple[str, str]]:
    """Headers, with their example as JSON, that two or more operations share; or a quarter of all, without one."""
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for api in apis:
        for parameter in api.parameters:
            if parameter.location == "header":
                seen[parameter.name.lower(), _text(example_of(parameter))] += 1
    many = max(_FEW, len(apis) / 4)
    return frozenset(key for key, count in seen.items() if count >= (2 if key[1] != _NONE else many))


def example_of(parameter: Parameter) -> Any:
    """The documented example or default of a parameter, or its only accepted value; None if there is none."""
    if parameter.default is not None:
        return parameter.default
    if len(parameter.enum) == 1:
        return parameter.enum[0]
    return parameter.schema.get("const")


def _text(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _kind(parameter: Parameter, nature: Nature, repeated: frozenset[tuple[str, str]]) -> Kind:
    words = key_words(parameter.name)
    if name_kind(parameter.name, parameter.location) is NameKind.SECRET:
        return "credential"
    if is_cursor(parameter.name) or _says_cursor(parameter):
        return "cursor"
    if parameter.location == "header":
        return _header_kind(parameter, words, repeated)
    if len(parameter.enum) == 1 or "const" in parameter.schema:
        return "constant"
    said = words_of(parameter.name)
    if said == ("api", "version") or (said == ("version",) and parameter.location == "query"):
        return "version"
    if parameter.type == "boolean":
        return "flag"
    asks = nature.role in ("read", "list") or parameter.location == "query"
    if asks and (found := _control(words)):
        return found
    if is_date(parameter, words) and nature.role != "list":
        return "date"
    filters = nature.role == "list" and not (parameter.required and parameter.type == "object")
    if parameter.location == "path" or (is_handle(parameter.name) and (parameter.required or not filters)):
        return "handle"
    return "filter" if filters else "content"


@lru_cache(maxsize=16_384)
def is_cursor(name: str) -> bool:
    """Whether a parameter of this name takes a token that only an earlier page gives."""
    words = key_words(name)
    pairs = set(pairwise(words))
    if not _CURSOR.isdisjoint((*words, "_".join(words), "".join(words))) or not pairs.isdisjoint(
        _CURSOR_PAIRS
    ):
        return True
    return words[-2:] in (("tag", "id"), ("like", "id")) and words[0] in ("max", "min")


def _says_cursor(parameter: Parameter) -> bool:
    """Whether an optional text is described as what an earlier page gave, or a switch turns such texts on."""
    if parameter.type == "boolean":
        return any(word in parameter.name.lower() for word in ("marker", "cursor"))
    is_open_text = parameter.type in ("string", "any") and not parameter.required and not parameter.enum
    return is_open_text and _SAID_CURSOR.search(parameter.description) is not None


def _header_kind(parameter: Parameter, words: Sequence[str], repeated: frozenset[tuple[str, str]]) -> Kind:
    example = example_of(parameter)
    if "version" in words or (isinstance(example, str) and _VERSION_VALUE.fullmatch(example)):
        return "version"
    if (parameter.name.lower(), _text(example)) in repeated:
        return "constant"
    if not _TRACES.isdisjoint(pairwise(words)) or not {"trace", "correlation"}.isdisjoint(words):
        return "constant"
    if (
        len(parameter.enum) == 1
        or "const" in parameter.schema
        or words[:2] in (("x", "requested"), ("x", "client"))
    ):
        return "constant"
    return "handle" if is_handle(parameter.name) else "flag" if parameter.type == "boolean" else "content"


def _control(words: Sequence[str]) -> Kind | None:
    if (
        tuple(words) in _LIMIT_PAIRS
        or (len(words) == 1 and words[0] in _LIMIT)
        or (words[:1] == ("max",) and words[1:2] and words[1] in _COUNTED)
    ):
        return "limit"
    if words and (words[0] in _ORDER or words[-1] in _ORDER) and words[-1] not in HANDLES:
        return "order"
    if words and (words[-1] in _FIELDS or words[0] in _FIELDS) and "id" not in words:
        return "fields"
    return None


def is_date(parameter: Parameter, words: Sequence[str] | None = None) -> bool:
    """Whether a parameter takes a point in time."""
    if parameter.schema.get("format") in ("date", "date-time", "time"):
        return True
    words = words or key_words(parameter.name)
    return (
        bool(words)
        and parameter.type in ("string", "any")
        and (
            words[-1] in ("date", "time", "at", "deadline", "since", "until")
            or words[:1] in (("since",), ("until",))
        )
    )


def bound_of(parameter: Parameter) -> str:
    """`start` or `end` for a date that bounds a period, "" for every other argument."""
    words = set(key_words(parameter.name))
    if not is_date(parameter) and not words & {"date", "time"}:
        return ""
    return "end" if words & _ENDS else "start" if words & _STARTS else ""


def says_where_on(name: str) -> bool:
    """Whether an argument says where in a list to go on: a page, an offset."""
    return key_words(name) in _PAGES


def takes_away(parameter: Parameter) -> bool:
    """Whether a switch takes the thing away that a call is about (`archived`, `in_trash`)."""
    return parameter.type == "boolean" and not _FATES.isdisjoint(key_words(parameter.name))


def is_query(parameter: Parameter) -> bool:
    """Whether an argument takes what somebody searches for."""
    return not _QUERIES.isdisjoint(key_words(parameter.name))


def narrows_to_one(parameter: Parameter, resource: str) -> bool:
    """Whether a filter can narrow a list of `resource` to the one thing that a person means."""
    if parameter.type not in ("string", "any") or parameter.location in ("header", "path") or parameter.enum:
        return False
    if parameter.name.lower().endswith(("keywords", "names", "codes", "keys", "queries")):
        return False
    words = [word for word in key_words(parameter.name) if word not in _WAYS and word != resource]
    is_query = not _QUERIES.isdisjoint(words) and set(words) <= _QUERIES | {"text", "string"}
    return is_query or (len(words) == 1 and words[0] in _NAMES) or words == ["date"]
