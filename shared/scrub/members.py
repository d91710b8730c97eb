"""What each member of an object and each item of a list is called, wherever its name stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from shared.identifiers import words_of
from shared.scrub.looks import looks_opaque
from shared.scrub.names import NameKind, name_kind
from shared.scrub.phones import is_phone_name
from shared.scrub.rows import Shape, is_answer, is_of_grant, is_value_key, named_items, row_name, shape_of
from shared.scrub.vocabulary import ABOUT

# Keys of a schema or an example whose values belong to the name one level up.
_CARRIERS = frozenset(
    "example examples default const value values initial current schema x-example sample samples items "
    # The text of an element and a value with its type, where they were turned into objects.
    "#text _text _ $t $value #cdata __text __cdata stringvalue s string".split()
)
_SCHEMA_KEYS = frozenset(
    "type $ref properties allof anyof oneof enum format items schema in description".split()
)
_OF_MANY = frozenset(("examples", "enum", "required", "type"))
# Words that mean a credential inside something of that name: `{"snmp": {"community": …}}`, `{"api": {"key": …}}`.
_SAYS_MORE = frozenset("answer answers community phrase pass pin seed string word code codes key psk".split())
_HOLDERS = frozenset(
    "api secret encryption private license wifi wlan wpa ssh signing hmac function bypass security snmp recovery auth "
    "question questions db database smtp ldap admin verification challenge".split()
)
# Members of a JSON Web Key that only its owner has (RFC 7518, sections 6.2.2, 6.3.2 and 6.4).
_OF_PRIVATE_KEYS = frozenset("d k p q dp dq qi oth".split())
# Members that say of the value beside them that nobody may see it.
_FLAGS = frozenset(
    "secret sensitive issecret issensitive ismasked masked confidential isconfidential xsecret xsensitive".split()
)
# What an object of credentials has besides them.
_BESIDE_SECRETS = frozenset(
    "name id description path namespace title kind note owner provider engine region email user".split()
)
_SECRETS = frozenset(("secrets", "passwords", "stringData", "string_data"))
_NUMBERS = frozenset("number no num nr nummer numero".split())
_HOLDING = (dict, list)
_COOKIES = frozenset(("cookie", "cookies"))
_FEWEST_TOGETHER = 2
# The name of what is a credential whatever its own name is.
SURE = "client_secret"


type Member = tuple[Any, Any, str, str]
"""One value in another: its key (in a list what it calls itself, or None), itself, its name, where it is sent."""


def members(
    value: Mapping[Any, Any],
    name: str,
    location: str,
    described: str | None = None,
    shortest: int = 0,
    shape: Shape | None = None,
) -> Iterator[Member]:
    """The members of an object that is called `name`, or `described` as a row of a list.

    With `shortest`, only those that hold others or are texts as long; all of an object that has a credential for sure.
    """
    shape = shape or shape_of(tuple(value))
    if shape.is_ordinary and described is None and _names_nothing(name, location):
        return _ordinary(value, name, location, shortest)
    return _telling(value, name, location, described, shortest, shape)


def _telling(
    value: Mapping[Any, Any], name: str, location: str, described: str | None, shortest: int, shape: Shape
) -> Iterator[Member]:
    """The members of an object in which some members name or describe others."""
    described = described or row_name(value, shape)
    is_row = described is not None
    inner = name if described is None else described
    is_flagged = shape.may_be_flagged and _is_flagged(value)
    if (is_row and value.get("type") == "secret") or is_flagged:
        inner, is_row = SURE, True
    where = str(value.get("in", location)) if is_row else location
    is_special = shape.is_grant or shape.is_web_key or shape.is_proof or shape.is_login
    is_secret = inner != "" and name_kind(inner, where) is NameKind.SECRET and _SCHEMA_KEYS.isdisjoint(value)
    holds_secrets = (name in _SECRETS or value.get("kind") == "Secret") and _SCHEMA_KEYS.isdisjoint(value)
    for key, item in value.items():
        if (
            shortest
            and not (is_special or holds_secrets)
            and (len(item) < shortest if type(item) is str else type(item) not in _HOLDING)
        ):
            continue
        if not isinstance(key, str):
            called = inner
        elif is_special and _is_sure(key, shape):
            called = SURE
        elif holds_secrets and (held := _held_as(key, item, name, is_row)):
            called = held
        elif is_flagged and key in _OF_MANY and key != "type":
            called = SURE
        else:
            called = _called(key, inner, is_row, isinstance(item, str))
            if is_secret and called == key and _is_random(item):
                called = inner
        yield key, item, called, where


@lru_cache(maxsize=8_192)
def _names_nothing(name: str, location: str) -> bool:
    """Whether a container of this name lends its name to nothing inside it."""
    return name not in _SECRETS and (name == "" or name_kind(name, location) is not NameKind.SECRET)


def _ordinary(value: Mapping[Any, Any], name: str, location: str, shortest: int) -> Iterator[Member]:
    """The members of an object (like most) in which no member describes another."""
    for key, item in value.items():
        is_text = type(item) is str
        if shortest and (len(item) < shortest if is_text else type(item) not in _HOLDING):
            continue
        yield key, item, _called(key, name, False, is_text) if isinstance(key, str) else name, location


def _is_sure(key: str, shape: Shape) -> bool:
    """Whether a member is a credential because of the members beside it (RFC 6749, RFC 7517)."""
    return (
        (shape.is_grant and is_of_grant(key))
        or (shape.is_web_key and key in _OF_PRIVATE_KEYS)
        or (shape.is_proof and is_answer(key))
        or (shape.is_login and key == "p")
    )


def _is_flagged(value: Mapping[Any, Any]) -> bool:
    """Whether an object marks its value as secret: `{"isSecret": true, "value": …}`."""
    if value.get("format") == "password":
        return True
    return any(
        item is True and isinstance(key, str) and "".join(words_of(key)) in _FLAGS
        for key, item in value.items()
    )


def _held_as(key: str, item: Any, name: str, is_row: bool) -> str:
    """The name of a member of an object of credentials; "" if its own name applies."""
    if isinstance(item, dict) and name not in _SECRETS:
        return "secrets" if key in ("data", "stringData") else ""
    if name not in _SECRETS or not isinstance(item, str) or any(map(str.isspace, item)):
        return ""
    if is_row:
        return SURE if is_value_key(key) else ""
    words = words_of(key)
    return "" if not words or words[-1] in _BESIDE_SECRETS or words[-1] in ABOUT else SURE


def _is_random(item: Any) -> bool:
    return isinstance(item, str) and looks_opaque(item, shortest=12, suspect=True)


@lru_cache(maxsize=16_384)
def _called(key: str, name: str, is_row: bool, is_text: bool) -> str:
    """The name that applies to the member `key` of a container called `name`."""
    if name and (key.lower() in _CARRIERS or (is_row and is_value_key(key))):
        return name
    if key in _OF_MANY and not is_text:
        return name if key == "examples" else ""
    if key.lower() in _NUMBERS and is_phone_name(name):
        return f"{name}_{key}"
    says_more = not is_row and key.lower() in _SAYS_MORE and not _HOLDERS.isdisjoint(words_of(name))
    if says_more and words_of(name)[-1] in (key.lower(), f"{key.lower()}s"):
        return name  # `{"apiKeys": [{"key": …}]}`
    return f"{name}_{key}" if says_more else key


def items(value: Sequence[Any], name: str, location: str) -> Iterator[Member]:
    """The items of a list called `name`; rows have the name that they, or the items beside them, give."""
    named = named_items(value) if str in {*map(type, value)} else {}
    rows = [row_name(item) if isinstance(item, dict) else None for item in value]
    called = _called_together(value, rows)
    is_cookie = name.lower() in _COOKIES
    for place, (item, row) in enumerate(zip(value, rows, strict=True)):
        if row is not None:
            row = SURE if is_cookie else called.get(row, row)
        yield row, item, named.get(place, name), location


def _called_together(value: Sequence[Any], rows: Sequence[str | None]) -> dict[str, str]:
    """Other names for rows that are sent together: the `code` of a grant is a credential."""
    if len(value) < _FEWEST_TOGETHER or None in rows:
        return {}
    together = {row: _held(item) for row, item in zip(rows, value, strict=True)}
    return {key: called for key, _, called, _ in members(together, "", "") if called not in (key, "")}


def _held(row: Mapping[Any, Any]) -> Any:
    return next((item for key, item in row.items() if isinstance(key, str) and is_value_key(key)), None)
