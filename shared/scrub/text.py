"""Takes credentials and personal data out of texts and JSON values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

import orjson

from shared.scrub.assignments import scrub_assignments
from shared.scrub.columns import secret_cells, without_cells
from shared.scrub.escapes import unescaped
from shared.scrub.looks import is_weakly_secret
from shared.scrub.members import items, members
from shared.scrub.names import NameKind, name_kind
from shared.scrub.personal import scrub_personal
from shared.scrub.spans import secret_spans
from shared.scrub.stand_ins import PLACEHOLDER, is_pointer, is_stand_in, kept_prefix, placeholder_for
from shared.scrub.urls import SAFE, scrub_doors, scrub_pairs

__all__ = ["PLACEHOLDER", "scrub_key", "scrub_text", "scrub_url", "scrub_value"]

# Objects in a text that is JSON itself; deeper ones are read as text.
_MAX_OBJECTS = 200
_MAX_JSON = 64 * 1024
_LONGEST_KEY = 256
_MORE_LOOKS = 4
_LONGEST_SHOWN = 256
# How often what is percent-encoded may be so once more.
_ENCODINGS = 3
_ENCODED = (
    re.compile(r"[^\s\"'<>]++"),
    re.compile(r"[^\s\"'<>/?&=#]++"),
)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_LIKE_QUERY = re.compile(r"[?&;#][\w.%+\[\]-]{1,80}=")
_FORM = re.compile(r"\s*[\w.%+\[\]-]{1,80}=[^&\s]*(?:&[\w.%+\[\]-]{1,80}=[^&\s]*)+\s*")


def scrub_value(value: Any, *, name: str = "", location: str = "") -> Any:
    """`value` without credentials and personal data; the structure, ordinary keys and `{{variable}}` references stay.

    Keys of objects are scrubbed as text and count as names, and so does what one member of an object or one item of
    a list calls another (see `rows`). A credential becomes `<secret:string>` (0 where it was a number); e-mail
    addresses, phone and card numbers become fakes that depend only on what they replace.
    """
    if isinstance(value, str):
        return _scrub_string(value, name, location)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return _scrub_object(value, name, location)
    if isinstance(value, list | tuple):
        return _scrub_list(value, name, location)
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


def _scrub_cells[Table: (dict[Any, Any], Sequence[Any])](value: Table) -> Table:
    """`value` with placeholders in the cells of a table that are credentials by the name of their column."""
    if next(secret_cells(value), None) is None:
        return value
    table: Table = without_cells(value, PLACEHOLDER)
    return table


def _scrub_list(value: Sequence[Any], name: str, location: str) -> list[Any]:
    return [
        _scrub_object(item, called, where, row)
        if isinstance(item, dict)
        else scrub_value(item, name=called, location=where)
        for row, item, called, where in items(_scrub_cells(value), name, location)
    ]


def _scrub_object(
    value: dict[Any, Any], name: str, location: str, described: str | None = None
) -> dict[Any, Any]:
    return {
        scrub_text(key) if isinstance(key, str) else key: scrub_value(item, name=called, location=where)
        for key, item, called, where in members(_scrub_cells(value), name, location, described)
    }


def scrub_shown(value: Any, schema: dict[str, Any], *, name: str = "", location: str = "") -> Any:
    """The scrubbed part of `value` that a schema inferred from it shows: its properties, and the first item of lists.

    Members that are not shown still name the others, but are not scrubbed; long texts become "".
    """
    return _shown(value, schema, name, location, None)


def _shown(value: Any, schema: dict[str, Any], name: str, location: str, described: str | None) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST_SHOWN:
        return ""
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found = {}
        for key, item, called, where in members(_scrub_cells(value), name, location, described):
            kept = scrub_text(key) if isinstance(key, str) else key
            if kept in properties:
                found[kept] = _shown(item, properties[kept], called, where, None)
        return found
    if isinstance(value, list | tuple):
        sub = schema.get("items")
        if not value or not isinstance(sub, dict):
            return []
        row, item, called, where = next(items(_scrub_cells(value), name, location))
        return [_shown(item, sub, called, where, row)]
    return scrub_value(value, name=name, location=location)


def _scrub_string(text: str, name: str, location: str) -> str:
    if not text or text.isspace():
        return text
    scrubbed = _scrubbed if len(text) > 512 else _scrubbed_cached
    kept = scrubbed(text, name, location)
    for _ in range(_MORE_LOOKS):  # a placeholder can lay open what stood beside it
        if kept == text:
            break
        text, kept = kept, scrubbed(kept, name, location)
    return kept


def _scrubbed(text: str, name: str, location: str, encodings: int = _ENCODINGS) -> str:
    kind = name_kind(name, location)
    if kind is NameKind.SECRET and not is_pointer(text, name):
        return placeholder_for(text)
    if kind is NameKind.WEAK and is_weakly_secret(text, location):
        return placeholder_for(text)
    if text[0] in "{[" and (inside := json_inside(text)) is not None:
        kept = scrub_value(inside, name=name, location=location)
        return text if kept == inside else orjson.dumps(kept).decode()
    if encodings > 0 and (plain := unescaped(text)) is not None:
        kept = _scrubbed(plain, name, location, 0)
        return text if kept == plain else kept
    if "=" in text and _FORM.fullmatch(text):
        text = scrub_pairs(f"&{text}", _inside(encodings))[1:]
    elif "://" in text or ("=" in text and _LIKE_QUERY.search(text)):
        text = scrub_pairs(text, _inside(encodings))
    else:
        text = scrub_doors(text)
    text = scrub_personal(text, name)
    text = _scrub_encoded(text, name, location, encodings)
    return scrub_assignments(_replace_spans(text, opaque_from=0 if kind is NameKind.IDENTIFIER else 32))


def json_inside(text: str, most: int = _MAX_OBJECTS) -> Any:
    """The object or list in a JSON text; None if it is no such text, too long, or has over `most` of them inside."""
    if text.startswith("{{") or text.rstrip()[-1:] not in ("}", "]") or len(text) > _MAX_JSON:
        return None
    if text.count("{") + text.count("[") > most:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _scrub_encoded(text: str, name: str, location: str, encodings: int) -> str:
    """`text` without credentials that appear only when its percent-encoded words, or parts of them, are decoded."""
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
        return match.group() if found == plain else quote(found, safe=SAFE)

    for pattern in _ENCODED:
        text = pattern.sub(kept, text)
    return text


# Catalogs repeat their values; short ones alone are kept, so that the cache stays under a few MiB.
_scrubbed_cached = lru_cache(maxsize=16_384)(_scrubbed)


def scrub_text(text: str) -> str:
    """Free text (a description, an opaque body) without credentials and personal data."""
    return _scrub_string(text, "", "")


def scrub_key(key: str) -> str:
    """The key of an object, at most 256 characters, without credentials and personal data."""
    return scrub_text(key[:_LONGEST_KEY])


def scrub_url(url: str, encodings: int = _ENCODINGS) -> str:
    """`url` (or text with urls) without user info, signatures, keys and tokens.

    `{{variables}}` and the names of query parameters stay, and so does the user `git`. Values may be urls
    themselves, encoded `encodings` times at most.
    """
    kept = _scrub_encoded(scrub_pairs(url, _inside(encodings)), "", "", encodings)
    return scrub_assignments(_replace_spans(kept, opaque_from=40))


def _inside(encodings: int) -> Callable[[str, str, str], str] | None:
    """The function that scrubs a decoded value; None if it is encoded too many times."""
    if encodings <= 0:
        return None
    return lambda value, name, location: _scrubbed(value, name, location, encodings - 1)


def _replace_spans(text: str, *, opaque_from: int) -> str:
    for start, end, _ in reversed(secret_spans(text, opaque_from=opaque_from)):
        kept = kept_prefix(text[start:end])
        if not is_stand_in(text[start + len(kept) : end]):
            text = f"{text[:start]}{kept}{PLACEHOLDER}{text[end:]}"
    return text
