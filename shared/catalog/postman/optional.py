"""Decides which body fields of Postman requests are optional: by descriptions, and by requests without them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from shared.catalog.decode.templated_text import parse_templated_json
from shared.catalog.postman.chooser import Choice
from shared.catalog.postman.documented import changes_in_part, documented, needs_all
from shared.catalog.postman.generated import Orders, has_placeholders, may_be_left_out, says_required
from shared.catalog.postman.request import Request
from shared.catalog.postman.responses import is_success
from shared.catalog.postman.wrapped import mark_needed_within

_MAX_TEXT = 20_000
_MAX_EXAMPLES = 20
# A request without half of what most requests for its operation send is no witness of what may be left out.
_WITNESS = 0.5
_CHANGING = ("PUT", "PATCH")
_NEARLY_ALL = 0.8


def mark_optional(requests: Sequence[Request], choices: Sequence[Choice | None]) -> None:
    """Fill `optional` and `needed` of each request whose body has fields.

    Optional is a field that the request's description, a table in it or a comment in its body calls so, one without
    a value, one that nearly all other requests for the same operation do not have (same method and url, same
    choosing value, at least one field in common or a PUT or PATCH), one that the request of a successful example
    lacks, all fields of a PATCH that sends several or where only what is to change is sent, and in generated bodies
    those that are more likely optional, in generated forms those that are not called required. Needed is what is
    called required. Bodies that are one object have the needed fields of that object, too.
    """
    sent = [_sent(request) for request in requests]
    groups: dict[Any, list[frozenset[str]]] = defaultdict(list)
    keys = [_operation(request, choice) for request, choice in zip(requests, choices, strict=True)]
    for key, fields in zip(keys, sent, strict=True):
        if fields:
            groups[key].append(fields)
    common = {key: _common(members) for key, members in groups.items() if len(members) > 1}
    is_generated = says_required(requests)
    for request in requests:
        request.is_generated = has_placeholders(request.body)
    orders = Orders(requests)
    documents = [documented(request) for request in requests]
    for request, key, fields, (optional, needed) in zip(requests, keys, sent, documents, strict=True):
        others = fields - common[key] if key in common else frozenset()
        if others != fields or request.method in _CHANGING:
            optional |= others
        for example in _example_bodies(request):
            optional |= fields - example
        if changes_in_part(request):
            optional |= fields
        elif fields and not needs_all(request):
            is_alike = is_generated and len(set(groups[key])) == 1
            if request.is_generated or (is_alike and isinstance(request.body, dict)):
                optional |= may_be_left_out(request, orders)
            elif request.method == "PATCH" and len(fields) > 1:
                optional |= fields
        rows = frozenset([row.key for row in request.form if is_generated and not row.is_called_required])
        request.optional = (optional & fields | rows) - needed
        request.needed = needed
    if not is_generated:
        mark_needed_within(requests, documents, _with_value, _common)


def _common(members: list[frozenset[str]]) -> frozenset[str]:
    """The fields of all requests for one operation, or of nearly all where there are many; strays do not count."""
    counts = Counter(name for fields in members for name in fields)
    core = frozenset([name for name, count in counts.items() if 2 * count > len(members)])
    if len(members) > 2:
        members = [fields for fields in members if len(fields & core) >= _WITNESS * len(core)] or members
        counts = Counter(name for fields in members for name in fields)
    return frozenset([name for name, count in counts.items() if count >= _NEARLY_ALL * len(members)])


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
