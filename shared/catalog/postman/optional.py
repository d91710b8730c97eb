"""Which body fields of a Postman request may be left out: those said to be, and those that some examples lack."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from shared.catalog.decode.templated_text import parse_templated_json
from shared.catalog.postman.chooser import Choice
from shared.catalog.postman.request import Request
from shared.catalog.postman.responses import is_success
from shared.catalog.postman.rows import OPTIONAL, REQUIRED, words_of_description

_MAX_TEXT = 20_000
_MAX_EXAMPLES = 20
_SENTENCE = re.compile(r"\n|(?<=[.;!?])\s")
_HEADING = re.compile(r"(?i)[\s*|>#-]*optional\b[^:.()]{0,40}:")
_QUOTED = re.compile(r"[`'\"]([\w.-]{1,80})[`'\"]")
_FIRST = re.compile(r"[\s*|>#-]*[`'\"*_]*([\w.-]{1,80}?)[`'\"*]*(?=\s*[|:(=]|\s+-|\s+\u2013|\s+(?:is|are)\b)")
_WORD = re.compile(r"[\w-]+")
_COMMENTED = re.compile(r'"([^"\\]{1,80})"\s*:[^\n]{0,300}?//([^\n]{0,300})')


def mark_optional(requests: Sequence[Request], choices: Sequence[Choice | None]) -> None:
    """Fill `optional` of each request whose body has fields.

    Optional is a field that the request's description or a comment in its body calls so, one without a value,
    one that another request for the same operation lacks (same method and url, same choosing value, at least
    one field in common) and one that the request of a successful example lacks.
    """
    sent = [_sent(request) for request in requests]
    groups: dict[Any, list[frozenset[str]]] = defaultdict(list)
    keys = [
        _operation(request, choice) if fields else None
        for request, choice, fields in zip(requests, choices, sent, strict=True)
    ]
    for key, fields in zip(keys, sent, strict=True):
        if key is not None:
            groups[key].append(fields)
    common = {key: frozenset.intersection(*members) for key, members in groups.items() if len(members) > 1}
    for request, key, fields in zip(requests, keys, sent, strict=True):
        if key is None:
            continue
        optional = _said(request, fields)
        if common.get(key):
            optional |= fields - common[key]
        for example in _example_bodies(request):
            optional |= fields - example
        request.optional = optional


def _operation(request: Request, choice: Choice | None) -> Any:
    chosen = (choice.path, choice.value) if choice is not None else None
    return request.method, request.url.base, isinstance(request.body, dict), chosen


def _sent(request: Request) -> frozenset[str]:
    """Names of the fields that are sent with a value; empty for a body without fields and for GraphQL."""
    if request.graphql is not None:
        return frozenset()
    if isinstance(request.body, dict):
        return _with_value(request.body.items())
    return _with_value([(row.key, row.value) for row in request.form if not row.disabled])


def _with_value(fields: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    return frozenset([str(name) for name, value in fields if value not in (None, "", [], {})])


def _example_bodies(request: Request) -> list[frozenset[str]]:
    """What the requests of successful examples send, where it is other than what the request itself sends."""
    texts: dict[str, None] = {}
    for response in request.responses[:_MAX_EXAMPLES]:
        if isinstance(response, dict) and is_success(response.get("code")):
            sent = response.get("originalRequest")
            body = sent.get("body") if isinstance(sent, dict) else None
            raw = body.get("raw") if isinstance(body, dict) else None
            if isinstance(raw, str) and raw != request.raw and len(raw) < _MAX_TEXT:
                texts[raw] = None
    if not isinstance(request.body, dict):
        return []
    bodies = [parse_templated_json(text) for text in texts]
    return [_with_value(body.items()) for body in bodies if isinstance(body, dict) and body]


def _said(request: Request, fields: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    text = words_of_description(request.description)[:_MAX_TEXT]
    if text and _may_say(text.lower()):
        for sentence in _SENTENCE.split(text):
            if OPTIONAL.search(sentence):
                found.update(_named(sentence))
    if "//" in request.raw and len(request.raw) < _MAX_TEXT and _may_say(request.raw.lower()):
        found.update(name for name, comment in _COMMENTED.findall(request.raw) if OPTIONAL.search(comment))
    return fields & found


def _may_say(lower: str) -> bool:
    """A quick look, because patterns for any case are slow."""
    return "optional" in lower or "not " in lower or " be " in lower


def _named(sentence: str) -> Iterable[str]:
    """The fields that a sentence or a row of a table calls optional."""
    heading = _HEADING.match(sentence)
    if heading is not None:
        return [word.strip("-") for word in _WORD.findall(sentence[heading.end() :])]
    if REQUIRED.search(OPTIONAL.sub("", sentence)):  # speaks of both: what stands nearest before the word
        return [name for part in re.split(r"[,;]|\b(?:but|and|while)\b", sentence) for name in _only(part)]
    first = _FIRST.match(sentence)
    return [*_QUOTED.findall(sentence), *([first[1]] if first is not None else [])]


def _only(part: str) -> list[str]:
    return _QUOTED.findall(part) if OPTIONAL.search(part) else []
