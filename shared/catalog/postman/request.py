"""One request of a Postman collection, taken apart but not yet judged."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

from msgspec import Struct, field

from shared.catalog.decode.templated_text import parse_templated_json
from shared.catalog.postman.rows import Row, rows_of
from shared.catalog.postman.scripts import script_of
from shared.catalog.postman.soap import read_soap
from shared.catalog.postman.url import Url, read_url
from shared.catalog.reading import Reading, content_key
from shared.catalog.schemas.parameters import is_noise
from shared.scrub.parted import without_told

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_WITHOUT_BODY = frozenset(("GET", "HEAD", "COPY", "PURGE", "UNLOCK"))
_CHOSEN_HEADERS = frozenset("accept-language date origin referer expect pragma cache-control dnt via".split())
_OTHER_TEXTS = ("json", "xml", "html", "script", "csv", "yaml")
_FORM = re.compile(r"[\w.\[\]%+-]{1,80}=[^&\s]{0,2000}(?:&\s*[\w.\[\]%+-]{1,80}=[^&\s]{0,2000})+")
_GRAPHQL = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:(?:query|mutation|subscription|fragment)\b[^{]{0,2000}\{|\{)")


class Request(Struct):
    """What a request sends.

    Attributes:
        where: folders and name, for diagnostics.
        body: JSON value of a raw body, None if missing or opaque.
        graphql: `query`, `variables` and `operationName` of a GraphQL body.
        opaque: what an opaque body is (`text`, `xml`, `binary` …), or "".
        opaque_example: text of an opaque body.
        form: rows of a form.
        responses: example responses as they stand.
        raw: text of a raw body, or "".
        filled: `body` with the values that its variables are declared with, None where it is `body` itself.
        optional: names of body fields that may be left out.
        needed: names of body fields that are called required.
        tests: text of its test scripts.
    """

    folders: tuple[str, ...]
    name: str
    where: str
    method: str
    url: Url
    description: Any
    headers: tuple[Row, ...] = ()
    body: Any = None
    graphql: dict[str, Any] | None = None
    opaque: str = ""
    opaque_example: str = ""
    form: tuple[Row, ...] = ()
    responses: list[Any] = field(default_factory=list)
    raw: str = ""
    filled: Any = None
    optional: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    needed_within: frozenset[str] = frozenset()
    tests: str = ""


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
    url = read_url(raw.get("url"))
    if not url.base:
        reading.note("missing_url", where, "The request has no url.")
    if url.fragment:
        reading.note(
            "fragment_left_out",
            where,
            f"No server is sent what follows the #: {reading.line(url.fragment, 120)}.",
        )
    responses = item.get("response")
    headers, has_cookie = _headers(raw.get("header"), reading)
    name = item.get("name")
    request = Request(
        folders=folders,
        name=name if isinstance(name, str) else str(name) if isinstance(name, int | float) else "",
        where=where,
        method=_method(raw.get("method"), where, reading),
        url=url,
        description=raw.get("description") or item.get("description") or "",
        headers=headers,
        responses=responses if isinstance(responses, list) else [responses],
        tests=script_of(item),
    )
    if has_cookie:
        reading.note("cookie_left_out", where, "Cookies are credentials; left out.")
    if request.method in _WITHOUT_BODY and not keeps_body and _has_content(raw.get("body")):
        message = f"Postman sends no body with {request.method}; left out."
        reading.note("body_left_out", where, message)
        return request
    _read_body(raw.get("body"), request, reading)
    _read_by_content_type(raw.get("header"), request, reading)
    return request


def keeps_body(item: dict[str, Any]) -> bool | None:
    """Whether an item asks that a body under GET be sent all the same; None if it says nothing of it."""
    behavior = item.get("protocolProfileBehavior")
    said = behavior.get("disableBodyPruning") if isinstance(behavior, dict) else None
    return said if isinstance(said, bool) else None


def _has_content(body: Any) -> bool:
    if not isinstance(body, dict):
        return bool(body) and isinstance(body, str)
    mode = body.get("mode")
    held = body.get(mode if isinstance(mode, str) and mode != "none" else "raw")
    return body.get("disabled") is not True and bool(held.strip() if isinstance(held, str) else held)


def _read_by_content_type(headers: Any, request: Request, reading: Reading) -> None:
    """Fields of an opaque text that is a form, and a GraphQL text sent as it is."""
    if request.opaque != "text" or not request.opaque_example:
        return
    kind = next(
        (
            str(row.value)
            for row in rows_of(headers)
            if row.key.lower() == "content-type" and not row.disabled
        ),
        "",
    ).lower()
    text = request.opaque_example.strip()
    if "graphql" in kind:
        request.graphql = {"query": request.opaque_example}
    elif ("x-www-form-urlencoded" in kind and "=" in text) or (
        _FORM.fullmatch(text) and not any(word in kind for word in _OTHER_TEXTS)
    ):
        request.form = tuple(
            [
                Row(unquote_plus(key).strip(), unquote_plus(value))
                for key, _, value in (pair.partition("=") for pair in text.replace("\n", "").split("&"))
                if key.strip()
            ]
        )
    if request.graphql is not None or request.form:
        request.opaque = request.opaque_example = ""
    elif text[:1] in "{[" and not text.startswith("{{"):
        reading.note(
            "body_not_json", request.where, "The body looks like JSON but cannot be read; kept opaque."
        )


def _headers(raw: Any, reading: Reading) -> tuple[tuple[Row, ...], bool]:
    """The headers that are arguments, and whether there is a cookie among the rest; equal lists are read once."""
    key = content_key(raw) if raw else None
    known: tuple[tuple[Row, ...], bool] | None = reading.headers.get(key) if key is not None else None
    if known is None:
        rows = rows_of(raw)
        kept = tuple([row for row in rows if not is_noise(row.key) or _is_documented(row)])
        known = kept, len(kept) < len(rows) and any(row.key.lower().startswith("cookie") for row in rows)
        if key is not None:
            reading.headers[key] = known
    return known


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


def _read_body(raw: Any, request: Request, reading: Reading) -> None:
    if raw is None or raw == {}:
        return
    if isinstance(raw, str):
        raw = {"mode": "raw", "raw": raw}
    if not isinstance(raw, dict):
        reading.note("malformed_body", request.where, "The body is not an object; left out.")
        return
    mode = raw.get("mode")
    if raw.get("disabled") is True:
        reading.note("disabled", request.where, "The body is disabled; left out.")
    elif mode == "raw" or (mode is None and isinstance(raw.get("raw"), str)):
        _read_raw(raw.get("raw"), request, reading)
    elif mode in ("urlencoded", "formdata"):
        request.form = rows_of(_form_text(raw.get(mode)))
    elif mode == "graphql":
        _read_graphql(raw.get("graphql"), request, reading)
    elif mode == "file":
        request.opaque = "binary"
    elif mode not in (None, "none", ""):
        reading.note("malformed_body", request.where, f"Body mode {str(mode)[:40]} is not known; left out.")


def _read_raw(text: Any, request: Request, reading: Reading) -> None:
    if not isinstance(text, str):
        if isinstance(text, dict | list):  # already parsed by whoever wrote the file
            request.body = without_told(text)
        return
    if not text.strip():
        return
    if len(text) > reading.limits.response_bytes:
        reading.note(
            "body_too_large", request.where, "The body's example is too large to be read; kept opaque."
        )
        request.opaque = "text"
        return
    request.raw = text
    value = parse_templated_json(text, lambda code, message: reading.note(code, request.where, message))
    if isinstance(value, dict) and isinstance(value.get("query"), str) and _GRAPHQL.match(value["query"]):
        request.graphql = value
    elif isinstance(value, dict | list):
        request.body = without_told(value)
    elif (soap := read_soap(text)) is not None:
        request.body = soap.fields
        if soap.left_out:
            reading.note("soap_left_out", request.where, f"Left out of the SOAP message: {soap.left_out}.")
    else:
        request.opaque = "xml" if text.lstrip().startswith("<") else "text"
        request.opaque_example = text


def _read_graphql(raw: Any, request: Request, reading: Reading) -> None:
    if isinstance(raw, str):
        raw = {"query": raw}
    if isinstance(raw, dict) and isinstance(raw.get("query"), str) and raw["query"].strip():
        request.graphql = raw
    else:
        reading.note("malformed_body", request.where, "A GraphQL body without a query; left out.")


def _form_text(raw: Any) -> Any:
    """Rows of a form; the `a=b&c=d` text of old exports as rows too."""
    if isinstance(raw, str):
        return [
            dict(zip(("key", "value"), pair.split("=", 1), strict=False)) for pair in raw.split("&") if pair
        ]
    return raw
