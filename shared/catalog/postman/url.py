"""Urls of Postman requests: text, object, or object without `raw`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

from msgspec import Struct

from shared.catalog.postman.rows import Row, rows_of

_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:/*/|//")
_COLON_VARIABLE = re.compile(r":([A-Za-z_][\w.-]*)")
_BRACE_VARIABLE = re.compile(r"\{\{\s*\$?([^{}]{1,80}?)\s*\}\}|\{([A-Za-z_][\w.-]*)\}")


class Url(Struct, frozen=True):
    """A url taken apart: `base` without its query, its query rows, and its path variables with what is said of them."""

    base: str
    query: tuple[Row, ...]
    variables: tuple[Row, ...]


def read_url(raw: Any) -> Url:
    """The url of a request; an empty url for anything else."""
    if not isinstance(raw, dict):
        base, query = _split(raw) if isinstance(raw, str) else ("", ())
        return Url(base, query, _path_variables(base, ()))
    text = raw.get("raw")
    query = rows_of(raw.get("query"))
    if isinstance(text, str) and text.strip():
        base, said = _split(text, is_query_wanted=not query)
        query = query or said
    else:
        base = _assemble(raw)
    return Url(base, query, _path_variables(base, rows_of(raw.get("variable"))))


def _split(text: str, *, is_query_wanted: bool = True) -> tuple[str, tuple[Row, ...]]:
    text = text.strip().partition("#")[0]
    base, _, query = text.partition("?")
    if not (query and is_query_wanted):
        return base.strip(), ()
    rows = []
    for pair in query.split("&")[:500]:
        key, _, value = pair.partition("=")
        if key.strip():
            rows.append(Row(unquote_plus(key), unquote_plus(value)))
    return base.strip(), tuple(rows)


def _assemble(raw: dict[str, Any]) -> str:
    protocol, host, port, path = map(raw.get, ("protocol", "host", "port", "path"))
    host, path = _joined(host, "."), _joined(path, "/")
    scheme = f"{protocol}://" if isinstance(protocol, str) and protocol and host else ""
    where = f":{port}" if isinstance(port, str | int) and port != "" and host else ""
    return f"{scheme}{host}{where}" + (f"/{path.lstrip('/')}" if path else "")


def _joined(part: Any, separator: str) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, list):
        return ""
    words = [word.get("value") if isinstance(word, dict) else word for word in part]
    return separator.join(str(word) for word in words if isinstance(word, str | int))


def path_segments(base: str) -> list[str]:
    """The segments of a url after its host."""
    rest = base[scheme.end() :] if (scheme := _SCHEME.match(base)) else base
    return [segment for segment in rest.split("/")[1:] if segment]


def _path_variables(base: str, described: tuple[Row, ...]) -> tuple[Row, ...]:
    """Variables in the path in their order, each with its row of `url.variable` if there is one."""
    if ":" not in base and "{" not in base:
        return ()
    said = {row.key: row for row in described}
    found: dict[str, Row] = {}
    for segment in path_segments(base):
        if segment[0] != ":" and "{" not in segment:
            continue
        colon = _COLON_VARIABLE.match(segment)
        names = [colon.group(1)] if colon else [a or b for a, b in _BRACE_VARIABLE.findall(segment)]
        for name in names:
            found.setdefault(name, said.get(name) or Row(name, None))
    return tuple(found.values())
