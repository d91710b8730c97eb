"""Bodies of Postman requests, in whatever mode and text they are written."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

from shared.catalog.decode.templated_text import parse_templated_json
from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import Row, rows_of
from shared.catalog.postman.soap import read_soap
from shared.catalog.reading import Reading
from shared.scrub.siblings import without_sibling_secrets

_OTHER_TEXTS = ("json", "xml", "html", "script", "csv", "yaml")
_FORM = re.compile(r"[\w.\[\]%+-]{1,80}=[^&\s]{0,2000}(?:&\s*[\w.\[\]%+-]{1,80}=[^&\s]{0,2000})+")
_GRAPHQL = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:(?:query|mutation|subscription|fragment)\b[^{]{0,2000}\{|\{)")


def has_content(body: Any) -> bool:
    """Whether a body as it stands in a collection sends anything."""
    if not isinstance(body, dict):
        return bool(body) and isinstance(body, str)
    mode = body.get("mode")
    held = body.get(mode if isinstance(mode, str) and mode != "none" else "raw")
    return body.get("disabled") is not True and bool(held.strip() if isinstance(held, str) else held)


def read_body(body: Any, headers: Any, request: Request, reading: Reading) -> None:
    """Fill what `request` sends, told by the mode of the body, the look of its text and the content type."""
    _read_mode(body, request, reading)
    _read_by_content_type(headers, request, reading)


def _read_mode(raw: Any, request: Request, reading: Reading) -> None:
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
            request.body = without_sibling_secrets(text)
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
        request.body = without_sibling_secrets(value)
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
