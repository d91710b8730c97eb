"""Takes credentials and personal data out of what a catalog document says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

import orjson

from shared.scrub.assignments import scrub_assignments
from shared.scrub.names import NameKind, name_kind
from shared.scrub.patterns import looks_opaque, secret_spans
from shared.scrub.personal import scrub_personal
from shared.scrub.stand_ins import PLACEHOLDER, is_pointer, is_stand_in, kept_prefix, placeholder_for

__all__ = [
    "PLACEHOLDER",
    "find_secrets",
    "may_be_opaque",
    "scrub_key",
    "scrub_text",
    "scrub_url",
    "scrub_value",
]

# A long word of small and capital letters and digits, as keys in queries and headers are.
_KEY_LIKE = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+%~-]{24,400}=*")
# Keys of a schema, an example or a Postman row whose values belong to the name one level up.
_CARRIERS = frozenset(
    "example examples default const value values initial current schema x-example sample samples items".split()
)
_SCHEMA_KEYS = frozenset(
    "type $ref properties allof anyof oneof enum format items schema in description".split()
)
# How lists of named values are written besides, where the name is one of a credential.
_ROW_NAMES = tuple("key name field header parameter param variable property setting attribute".split())
_ANY_ROW_NAME = frozenset((*_ROW_NAMES, *map(str.title, _ROW_NAMES)))
_ROW_VALUES = frozenset("value in schema example default content val text Value Content".split())
ROW_CARRIERS = _CARRIERS | {"content", "val", "text"}
# Members of a JSON Web Key that only its owner has (RFC 7518, sections 6.2.2, 6.3.2 and 6.4).
_OF_PRIVATE_KEYS = frozenset("d k p q dp dq qi oth".split())
# Objects in a text that is JSON itself; deeper ones are read as text.
_MAX_OBJECTS = 200
_MAX_JSON = 64 * 1024
_LONGEST_KEY = 256
# How often what is percent-encoded may be so once more.
_ENCODINGS = 3
_ENCODED = (
    re.compile(r"[^\s\"'<>]++"),
    re.compile(r"[^\s\"'<>/?&=#]++"),
)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_LIKE_QUERY = re.compile(r"[?&;#][\w.%+\[\]-]{1,80}=")
_FORM = re.compile(r"\s*[\w.%+\[\]-]{1,80}=[^&\s]*(?:&[\w.%+\[\]-]{1,80}=[^&\s]*)+\s*")
_SAFE = "/:?&=#@+,;<>[]{}!*'()$|"
_QUERY_PAIR = re.compile(r"(?<=[?&;#])([^=&;#\s]{1,80})=((?:\{\{[^{}]*\}\}|[^&#\s\"'<>])*)")
_USERINFO = re.compile(r"(?<=://)([^\s/?#\"'<>]+)@")


def scrub_value(value: Any, *, name: str = "", location: str = "") -> Any:
    """`value` without credentials and personal data; the structure, ordinary keys and `{{variable}}` references stay.

    Keys of objects are scrubbed as text and count as names, and so do `name`/`key` beside `value`, `example`
    or `default`. A credential becomes `<secret:string>` (0 where it was a number); e-mail addresses, phone and card
    numbers become fakes that depend only on what they replace.
    """
    if isinstance(value, str):
        return _scrub_string(value, name, location)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return _scrub_object(value, name, location)
    if isinstance(value, list | tuple):
        return [scrub_value(item, name=name, location=location) for item in value]
    if isinstance(value, int | float):
        return _scrub_number(value, name, location)
    return value


def _scrub_number(value: float, name: str, location: str) -> Any:
    # A small number under the name of a token counts tokens.
    if name_kind(name, location) is NameKind.SECRET and ("token" not in name.lower() or value > 99_999):
        return type(value)(0)
    if isinstance(value, int) and value > 99_999_999:
        fake = scrub_personal(str(value), name)
        return int(fake) if fake.isdigit() else value
    return value


def _scrub_object(value: dict[Any, Any], name: str, location: str) -> dict[Any, Any]:
    described = row_name(value)
    is_row = described is not None
    inner = name if described is None else described
    if "kty" in value:  # a JSON Web Key (RFC 7517)
        value = {key: PLACEHOLDER if key in _OF_PRIVATE_KEYS else item for key, item in value.items()}
    if is_row and value.get("type") == "secret":
        inner = "secret"
    where = value.get("in", location) if is_row else location
    return {
        scrub_text(key) if isinstance(key, str) else key: _scrub_member(
            key, item, inner, str(where), value, ROW_CARRIERS if is_row else _CARRIERS
        )
        for key, item in value.items()
    }


def row_name(value: dict[Any, Any]) -> str | None:
    """What an object that holds a named value calls it (`{"key": …, "value": …}`); None for any other object."""
    if _ANY_ROW_NAME.isdisjoint(value) or _ROW_VALUES.isdisjoint(value):
        return None
    for word in _ROW_NAMES:
        called = value.get(word, value.get(word.title()))
        if isinstance(called, str):
            return called
    return None


def _scrub_member(
    key: Any, item: Any, name: str, location: str, owner: dict[Any, Any], carriers: frozenset[str]
) -> Any:
    if not isinstance(key, str):
        return scrub_value(item, name=name, location=location)
    if key.lower() in carriers and name and not (isinstance(item, dict) and key == "examples"):
        return scrub_value(item, name=name, location=location)
    if key in ("examples", "enum", "required", "type") and not isinstance(item, str):
        return scrub_value(item, name=name if key == "examples" else "", location=location)
    inside_secret = name and isinstance(item, str) and name_kind(name, location) is NameKind.SECRET
    if inside_secret and _SCHEMA_KEYS.isdisjoint(owner) and looks_opaque(item, shortest=12, suspect=True):
        return PLACEHOLDER
    return scrub_value(item, name=key, location=location)


def _scrub_string(text: str, name: str, location: str) -> str:
    if not text or text.isspace():
        return text
    if len(text) > 512:
        return _scrubbed(text, name, location)
    return _scrubbed_cached(text, name, location)


def _scrubbed(text: str, name: str, location: str, encodings: int = _ENCODINGS) -> str:
    kind = name_kind(name, location)
    if kind is NameKind.SECRET and not is_pointer(text, name):
        return placeholder_for(text)
    if kind is NameKind.WEAK and _is_weakly_secret(text, location):
        return placeholder_for(text)
    if text[0] in "{[" and (inside := _json_inside(text)) is not None:
        kept = scrub_value(inside, name=name, location=location)
        return text if kept == inside else orjson.dumps(kept).decode()
    if "=" in text and _FORM.fullmatch(text):
        text = scrub_url(f"&{text}", encodings)[1:]
    elif "://" in text or ("=" in text and _LIKE_QUERY.search(text)):
        text = scrub_url(text, encodings)
    text = scrub_personal(text, name)
    text = _scrub_encoded(text, name, location, encodings)
    return scrub_assignments(_replace_spans(text, opaque_from=0 if kind is NameKind.IDENTIFIER else 32))


def _json_inside(text: str) -> Any:
    """The object or list that a text is the JSON of; None if it is none, or too large or deep a one."""
    if text.startswith("{{") or text.rstrip()[-1:] not in ("}", "]") or len(text) > _MAX_JSON:
        return None
    if text.count("{") + text.count("[") > _MAX_OBJECTS:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _scrub_encoded(text: str, name: str, location: str, encodings: int) -> str:
    """`text` without what is one only once its percent-encoded words, then their parts, are decoded."""
    if "%" not in text or encodings <= 0:
        return text

    def kept(match: re.Match[str]) -> str:
        if _PERCENT.search(match.group()) is None:
            return match.group()
        plain = unquote(match.group())
        found = (
            _scrubbed(plain, name if match.group() == text else "", location, encodings - 1)
            if plain
            else plain
        )
        return match.group() if found == plain else quote(found, safe=_SAFE)

    for pattern in _ENCODED:
        text = pattern.sub(kept, text)
    return text


# Catalogs repeat their values; short ones alone are kept, so that the cache stays under a few MiB.
_scrubbed_cached = lru_cache(maxsize=16_384)(_scrubbed)


def scrub_text(text: str) -> str:
    """Free text (a description, an opaque body) without credentials and personal data."""
    return _scrub_string(text, "", "")


def scrub_key(key: str) -> str:
    """The key of an object, at most 256 characters, without the credential or personal data that it may be itself."""
    return scrub_text(key[:_LONGEST_KEY])


def scrub_url(url: str, encodings: int = _ENCODINGS) -> str:
    """`url` (or text with urls) without user info, signatures, keys and tokens.

    `{{variables}}` and the names of query parameters stay, and so does the user `git`. Values may be urls
    themselves, encoded `encodings` times at most.
    """
    kept = _USERINFO.sub(lambda m: m.group() if is_stand_in(m.group(1)) or m.group(1) == "git" else "", url)
    kept = _QUERY_PAIR.sub(lambda m: _scrub_pair(m, encodings), kept)
    kept = _scrub_encoded(kept, "", "", encodings)
    return scrub_assignments(_replace_spans(kept, opaque_from=40))


def find_secrets(text: str, *, name: str = "") -> list[str]:
    """Kinds of credentials found in `text`, sorted; empty for our placeholders, fakes, ids, hashes and ordinary words.

    With the `name` of the argument that holds it, any value of its own in a credential's place is one, and
    random words in an identifier's place are none.
    """
    kind = name_kind(name) if name else NameKind.PLAIN
    spans = secret_spans(text, opaque_from=0 if kind is NameKind.IDENTIFIER else 40)
    kinds = {found for start, end, found in spans if not is_stand_in(_value_of(text[start:end]))}
    if kind is NameKind.SECRET and not is_pointer(text, name) and placeholder_for(text) != text:
        kinds.add("credential")
    if "://" in text and scrub_url(text) != text:
        kinds.add("url_credential")
    if scrub_assignments(text) != text:
        kinds.add("assignment")
    if text[:1] in ("{", "[") and (inside := _json_inside(text)) is not None:
        kinds.update(_found_inside(inside, name))
    return sorted(kinds)


def _found_inside(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from find_secrets(value, name=name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _found_inside(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _found_inside(item, name)


def _value_of(found: str) -> str:
    return found[len(kept_prefix(found)) :]


def _scrub_pair(match: re.Match[str], encodings: int) -> str:
    name, value = match.groups()
    kind = name_kind(unquote(name), "query")
    plain = unquote_plus(value) if "%" in value else value
    if kind is NameKind.SECRET or (kind is NameKind.WEAK and _is_weakly_secret(plain, "query")):
        return f"{name}={placeholder_for(value)}"
    if plain and encodings > 0 and (plain != value or "=" in value):
        kept = _scrubbed(plain, name, "query", encodings - 1)
        if kept != plain:
            return f"{name}={quote(kept, safe=_SAFE) if plain != value else kept}"
    return match.group()


def _is_weakly_secret(text: str, location: str) -> bool:
    if is_stand_in(text):
        return False
    if location not in ("query", "header"):
        return looks_opaque(text.rstrip("="), shortest=20, suspect=True)
    return may_be_opaque(text)


def may_be_opaque(text: str) -> bool:
    """Whether `text` is a credential in the least favourable place: a weak name in a query or a header."""
    return looks_opaque(text.rstrip("="), shortest=12, suspect=True) or _KEY_LIKE.fullmatch(text) is not None


def _replace_spans(text: str, *, opaque_from: int) -> str:
    for start, end, _ in reversed(secret_spans(text, opaque_from=opaque_from)):
        kept = kept_prefix(text[start:end])
        if not is_stand_in(text[start + len(kept) : end]):
            text = f"{text[:start]}{kept}{PLACEHOLDER}{text[end:]}"
    return text
