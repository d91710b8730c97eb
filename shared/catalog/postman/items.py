"""Items of a Postman collection as requests."""

from __future__ import annotations

import re
from typing import Any

from shared.catalog.postman.request import Request
from shared.catalog.postman.request_bodies import has_content, read_body
from shared.catalog.postman.rows import Row, rows_of
from shared.catalog.postman.scripts import script_of
from shared.catalog.postman.url import Url, read_url
from shared.catalog.reading import Reading, content_key
from shared.catalog.schemas.parameters import is_noise

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_WITHOUT_BODY = frozenset(("GET", "HEAD", "COPY", "PURGE", "UNLOCK"))
_CHOSEN_HEADERS = frozenset("accept-language date origin referer expect pragma cache-control dnt via".split())


def read_request(
    item: dict[str, Any], folders: tuple[str, ...], where: str, reading: Reading, *, keeps_body: bool = False
) -> Request | None:
    """The request of an item; None, with a diagnostic, if it has none.

    A body under GET is left out, as Postman does, unless `keeps_body`.
    """
    raw = item.get("request")
    if not isinstance(raw, dict):
        if not isinstance(raw, str):
            reading.note("malformed_item", where, "Neither a folder nor a request; left out.")
            return None
        raw = {"url": raw}
    responses, name = item.get("response"), item.get("name")
    headers, has_cookie, accept = _headers(raw.get("header"), reading)
    request = Request(
        folders=folders,
        name=name if isinstance(name, str) else str(name) if isinstance(name, int | float) else "",
        where=where,
        method=_method(raw.get("method"), where, reading),
        url=_url(raw.get("url"), where, reading),
        description=raw.get("description") or item.get("description") or "",
        headers=headers,
        accept=accept,
        responses=responses if isinstance(responses, list) else [responses],
        tests=script_of(item),
    )
    if has_cookie:
        reading.note("cookie_left_out", where, "Cookies are credentials; left out.")
    if request.method in _WITHOUT_BODY and not keeps_body and has_content(raw.get("body")):
        reading.note("body_left_out", where, f"Postman sends no body with {request.method}; left out.")
    else:
        read_body(raw.get("body"), raw.get("header"), request, reading)
    return request


def _url(raw: Any, where: str, reading: Reading) -> Url:
    url = read_url(raw)
    if not url.base:
        reading.note("missing_url", where, "The request has no url.")
    if url.fragment:
        message = f"No server is sent what follows the #: {reading.line(url.fragment, 120)}."
        reading.note("fragment_left_out", where, message)
    return url


def keeps_body(item: dict[str, Any]) -> bool | None:
    """Whether an item asks that a body under GET be sent all the same; None if it says nothing of it."""
    behavior = item.get("protocolProfileBehavior")
    said = behavior.get("disableBodyPruning") if isinstance(behavior, dict) else None
    return said if isinstance(said, bool) else None


def _headers(raw: Any, reading: Reading) -> tuple[tuple[Row, ...], bool, str]:
    """The headers that are arguments, whether there is a cookie, and what is accepted; equal lists are read once."""
    key = content_key(raw) if raw else None
    known: tuple[tuple[Row, ...], bool, str] | None = reading.headers.get(key) if key is not None else None
    if known is None:
        rows = rows_of(raw)
        kept = tuple([row for row in rows if not is_noise(row.key) or _is_documented(row)])
        has_cookie = len(kept) < len(rows) and any(row.key.lower().startswith("cookie") for row in rows)
        known = kept, has_cookie, next(filter(None, map(_accepted, rows)), "")
        if key is not None:
            reading.headers[key] = known
    return known


def _accepted(row: Row) -> str:
    is_said = row.key.lower() == "accept" and not row.disabled and isinstance(row.value, str)
    return row.value.strip() if is_said and "{{" not in row.value else ""


def _is_documented(row: Row) -> bool:
    """Whether a header that clients often send by themselves is one of those that a person chose and described."""
    return row.is_described and row.key.lower() in _CHOSEN_HEADERS


def _method(raw: Any, where: str, reading: Reading) -> str:
    if raw in _METHODS:
        return str(raw)
    if isinstance(raw, str) and re.fullmatch(r"[A-Za-z][A-Za-z-]{0,29}", raw.strip()):
        return raw.strip().upper()
    reading.note("missing_method", where, "The request has no usable method; read as GET, as Postman does.")
    return "GET"
