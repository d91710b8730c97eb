"""Requests that only test that the API refuses them (`Create user - missing name (400)`) are no operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from shared.catalog.postman.request import Request
from shared.catalog.postman.scripts import asserted_statuses
from shared.catalog.postman.url import holds_variable, host_and_segments
from shared.catalog.reading import Reading

_FIRST_OF_ERRORS = 400
_REASON = (
    r"(?:bad request|unauthori[sz]ed|forbidden|not found|conflict|unprocessable|too many|expected|error)"
)
_SAYS_STATUS = re.compile(
    rf"(?i)[(\[]\s*+(?:(?:http|status|error|expects?)\s*+)?[45]\d\d"
    rf"(?:\s*+(?:[-–—:]\s*+)?{_REASON}[^)\]]{{0,40}})?\s*+[)\]]"
    rf"|\b(?:returns?|expect(?:s|ed)?|status|http)[\s:=]{{1,3}}[45]\d\d\s*+(?:\Z|[-–—:(]|{_REASON})"
    # Behind a dash a number may be an amount (`Top up - 500`), unless it is hardly ever one.
    rf"|[-–—:|>→]\s*+(?:40[13459]|410|412|415|422|429)\s*+(?:\Z|[-–—:(]|{_REASON})"
)
_SAYS_WHY = re.compile(
    r"(?i)(?:\b(?:with|using)\b|[-–—:(|])\s*+(?:an?\s++)?"
    r"(?:invalid|wrong|incorrect|missing|bad|non-?exist\w*|expired|duplicate|malformed)\s++(?:required\s++)?"
    r"(?:fields?|params?|parameters?|tokens?|credentials?|passwords?|ids?|uuid|data|body|input|emails?|types?|formats?"
    r"|payload|json|keys?|auth\w*|login|user(?:name)?|values?|permissions?|name)\b"
    r"|[-–—:(]\s*(?:invalid|unauthori[sz]ed|forbidden|not[ _]?found)\W*\Z|\bshould fail\b"
)
_NEGATIVE = re.compile(r"(?i)\bnegative[ _-]*(?:tests?|cases?|scenarios?)\b")


def without_refusals(
    requests: Sequence[Request], told_apart: Callable[[Sequence[Request]], Sequence[object]], reading: Reading
) -> list[Request]:
    """The requests without those that are refused where another one of the same operation is served.

    An operation is a method, a path and what `told_apart` tells requests of one url by. A name alone decides only about
    a request that sends no field that served ones do not. What refused requests leave out is what the API demands, so
    they say nothing of optional fields either. Each that goes is noted.
    """
    refused = [_is_tested(request) or _is_called(request) for request in requests]
    if not any(refused):
        return list(requests)
    places = [(_place(one), operation) for one, operation in zip(requests, told_apart(requests), strict=True)]
    served: dict[object, set[str]] = {}
    for request, place, is_refused in zip(requests, places, refused, strict=True):
        if not is_refused:
            served.setdefault(place, set()).update(_fields(request))
    kept = []
    for request, place, is_refused in zip(requests, places, refused, strict=True):
        if is_refused and place in served and (_is_tested(request) or _fields(request) <= served[place]):
            message = "Tests that the API refuses the request; left out."
            reading.note("refusal_left_out", request.where, message)
        else:
            kept.append(request)
    return kept


def _is_tested(request: Request) -> bool:
    """Whether all statuses that its scripts assert are those of refusals."""
    return min(asserted_statuses(request.tests), default=0) >= _FIRST_OF_ERRORS


def _is_called(request: Request) -> bool:
    """Whether its name or a folder says that it is refused, and no script knows better."""
    if asserted_statuses(request.tests):
        return False
    folders = " ".join(request.folders)
    found = _SAYS_STATUS.search(request.name) or _SAYS_WHY.search(request.name)
    return (found or _NEGATIVE.search(f"{folders} {request.name}")) is not None


def _place(request: Request) -> tuple[str, ...]:
    """Method and path, whatever its variables are called."""
    host, segments = host_and_segments(request.url.base)
    return request.method, host, *["*" if holds_variable(one) else one for one in segments]


def _fields(request: Request) -> set[str]:
    rows = [row.key for row in (*request.url.query, *request.form) if not row.disabled]
    return {*rows, *map(str, request.body if isinstance(request.body, dict) else ())}
