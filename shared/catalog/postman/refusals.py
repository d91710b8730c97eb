"""Requests that only test that the API refuses them (`Create user - missing name (400)`) are no operations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.catalog.postman.request import Request
from shared.catalog.postman.scripts import asserted_statuses
from shared.catalog.postman.url import host_and_segments
from shared.catalog.reading import Reading
from shared.identifiers import words_of

_FIRST_OF_ERRORS = 400
_STATUS = r"\b[45]\d\d\b"
# A number alone may count something (`Create 500 users`): brackets, a dash, a word or a reason make it a status.
_SAYS_STATUS = re.compile(
    rf"(?i)[(\[]\s*(?:(?:http|status|error)\s*)?{_STATUS}[^)\]]{{0,40}}[)\]]"
    rf"|[-–—:|>→]\s*(?:http\s*)?{_STATUS}\s*(?:\Z|[-–—:(])"
    rf"|\b(?:returns?|expect(?:s|ed)?|status|code|error|http|gets?|gives?)[\s:=]{{1,3}}{_STATUS}"
    rf"|{_STATUS}[\s:-]{{1,3}}(?:bad request|unauthori[sz]ed|forbidden|not found|conflict|unprocessable|too many)"
)
_SAYS_WHY = re.compile(
    r"\b(?:invalid|wrong|incorrect|missing|bad|non ?exist\w*|expired|duplicate|malformed) (?:required )?"
    r"(?:fields?|params?|parameters?|tokens?|credentials?|passwords?|ids?|uuid|data|body|input|emails?|types?|formats?"
    r"|payload|json|keys?|auth\w*|login|user(?:name)?|values?|permissions?)\b"
    r"|\bshould (?:fail|not)\b|\bnegative (?:tests?|cases?|scenarios?)\b"
)
_ENDS_WITH_REFUSAL = re.compile(
    r"(?i)[-–—:(]\s*(?:invalid|negative|unauthori[sz]ed|forbidden|not[ _]?found|fail(?:s|ed|ure)?|error)\W*\Z"
)
_VARIABLE = re.compile(r":.+|.*\{\{.*")


def without_refusals(requests: Sequence[Request], reading: Reading) -> list[Request]:
    """The requests without those that are refused where another one of the same method and path is served.

    What they leave out is what the API demands, so they say nothing of optional fields either. Each that goes is noted.
    """
    refused = [is_refusal(request) for request in requests]
    served = {_place(one) for one, is_refused in zip(requests, refused, strict=True) if not is_refused}
    kept = []
    for request, is_refused in zip(requests, refused, strict=True):
        if is_refused and _place(request) in served:
            reading.note(
                "refusal_left_out", request.where, "Tests that the API refuses the request; left out."
            )
        else:
            kept.append(request)
    return kept


def is_refusal(request: Request) -> bool:
    """Whether a request is made to be refused: by the statuses that its scripts assert, or else by its names."""
    if statuses := asserted_statuses(request.tests):
        return min(statuses) >= _FIRST_OF_ERRORS
    spoken = " ".join(words_of(" ".join((*request.folders, request.name)))).lower()
    is_said = (
        _SAYS_STATUS.search(request.name)
        or _ENDS_WITH_REFUSAL.search(request.name)
        or _SAYS_WHY.search(spoken)
    )
    return is_said is not None


def _place(request: Request) -> tuple[str, ...]:
    """Method and path, whatever its variables are called."""
    host, segments = host_and_segments(request.url.base)
    return request.method, host, *["*" if _VARIABLE.fullmatch(one) else one for one in segments]
