"""Urls of Postman requests: text, object, or object without `raw`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

from msgspec import Struct
from msgspec.structs import replace

from shared.catalog.postman.rows import Row, rows_of, words_of_description

_SCHEME = re.compile(r"(?:[A-Za-z][\w+.-]*|(?:\{\{[^{}]*\}\})+):/*/|//")
_COLON_VARIABLE = re.compile(r":([^\W\d][\w.:~-]*)")
_COLON_PART = re.compile(r":([^\W\d]\w*(?:-\w+)*)")
_ENCODED_VARIABLE = re.compile(r"(?i)%7B%7B([\w$. -]{1,80})%7D%7D")
_BRACE_VARIABLE = re.compile(r"\{\{\s*\$?([^{}]{1,80}?)\s*\}\}|\{([A-Za-z_][\w.-]*)\}")

_MAX_PAIRS = 500


class Url(Struct, frozen=True):
    """A url taken apart: `base` without its query, its query rows, and its path variables with what is said of them.

    `fragment` is what stands after `#`, which no server is sent.
    """

    base: str
    query: tuple[Row, ...]
    variables: tuple[Row, ...]
    fragment: str = ""


def read_url(raw: Any) -> Url:
    """The url of a request; an empty url for anything else."""
    if not isinstance(raw, dict):
        base, query, fragment = _split(raw) if isinstance(raw, str) else ("", (), "")
        return _url(base, query, (), fragment)
    text = raw.get("raw")
    query = rows_of(raw.get("query"))
    fragment = ""
    if isinstance(text, str) and text.strip():
        base, rows, fragment = _split(text, is_query_wanted=not query)
        query = query or rows
    else:
        base = _assemble(raw)
        fragment = said if isinstance(said := raw.get("hash"), str) else ""
    return _url(base, query, rows_of(raw.get("variable")), fragment)


def _url(base: str, query: tuple[Row, ...], described: tuple[Row, ...], fragment: str) -> Url:
    base = _ENCODED_VARIABLE.sub(r"{{\1}}", base)
    variables = _path_variables(base, described)
    describing = {} if not variables else {row.key.lstrip(":"): row for row in query if _may_describe(row)}
    if not describing:
        return Url(base, query, variables, fragment)
    taken = {row.key for row in variables if row.key in describing and not row.description}
    return Url(
        base,
        tuple([row for row in query if not (_may_describe(row) and row.key.lstrip(":") in taken)]),
        tuple(
            [
                replace(row, description=describing[row.key].description) if row.key in taken else row
                for row in variables
            ]
        ),
        fragment,
    )


def _may_describe(row: Row) -> bool:
    """Whether a query row may be there to describe a path variable: it has words and no value."""
    return row.value in (None, "") and bool(words_of_description(row.description).strip())


def _split(text: str, *, is_query_wanted: bool = True) -> tuple[str, tuple[Row, ...], str]:
    text = text.strip()
    whole, _, fragment = text.partition("#")
    base, _, query = whole.partition("?")
    fragment = fragment if is_query_wanted or "?" not in whole else ""  # else it is in the rows of the query
    if not (query and is_query_wanted):
        return base.strip(), (), fragment
    rows = []
    for pair in query.split("&")[:_MAX_PAIRS]:
        key, _, value = pair.partition("=")
        if key.strip():
            rows.append(Row(unquote_plus(key), unquote_plus(value)))
    return base.strip(), tuple(rows), fragment


def _assemble(raw: dict[str, Any]) -> str:
    protocol, host, port, path = map(raw.get, ("protocol", "host", "port", "path"))
    host, path = _joined(host, "."), _joined(path, "/")
    protocol = protocol.rstrip(":/") if isinstance(protocol, str) else ""
    scheme = f"{protocol}://" if protocol and host else ""
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
    return host_and_segments(base)[1]


def host_and_segments(base: str) -> tuple[str, list[str]]:
    """What stands before the path of a url, and the segments after it that are not empty."""
    start = scheme.end() if (scheme := _SCHEME.match(base)) else 0
    host, *segments = base[start:].split("/")
    return base[:start] + host, [segment for segment in segments if segment]


def holds_variable(segment: str) -> bool:
    """Whether a segment that is not empty is a path variable (`:id`) or holds one in braces."""
    return segment[0] == ":" or "{" in segment


def _path_variables(base: str, described: tuple[Row, ...]) -> tuple[Row, ...]:
    """Variables in the path in their order, each with its row of `url.variable` if there is one."""
    if ":" not in base and "{" not in base:
        return ()
    said = {row.key: row for row in described}
    found: dict[str, Row] = {}
    for segment in path_segments(base):
        if not holds_variable(segment):
            continue
        for name in _names(segment, said):
            found.setdefault(name, said.get(name) or Row(name, None))
    return tuple(found.values())


def _names(segment: str, said: dict[str, Row]) -> list[str]:
    """The variables of a segment: after a colon all of it, as in Postman, unless its parts are what is declared."""
    if segment[1:] in said and segment[0] == ":":
        return [segment[1:]]
    colon = _COLON_VARIABLE.match(segment)
    if colon is None:
        return [a or b for a, b in _BRACE_VARIABLE.findall(segment)]
    parts = [part for part in _COLON_PART.findall(segment) if part in said]
    inside = [a or b for a, b in _BRACE_VARIABLE.findall(segment)]
    return [*(parts or [colon.group(1).rstrip(".:~-")]), *inside]
