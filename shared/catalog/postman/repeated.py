"""Requests that send the same: one operation in a folder, unless what they accept tells them apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from shared.catalog.naming import order_free_text
from shared.catalog.postman.request import Request
from shared.catalog.postman.rows import Row
from shared.catalog.reading import Reading


def tell_by_accept(requests: Sequence[Request]) -> None:
    """Give requests that differ in nothing but what they accept that header as an argument, in place."""
    places: dict[object, list[Request]] = defaultdict(list)
    for request in requests:
        if request.accept:
            places[request.method, request.url.base].append(request)
    for members in places.values():
        alike: dict[str, list[Request]] = defaultdict(list)
        for one in members if len({one.accept for one in members}) > 1 else ():
            alike[sent_text(one)].append(one)
        for same in alike.values():
            for one in same if len({one.accept for one in same}) > 1 else ():
                one.headers = (*one.headers, Row("Accept", one.accept))


def merge_repeated(requests: Sequence[Request], reading: Reading) -> list[Request]:
    """The requests without those that send the same as another of the same name and folder.

    The one that stays has the saved examples of all, and the first description. Each that goes is noted.
    """
    places = Counter(map(_place, requests))
    kept: dict[object, Request] = {}
    times: Counter[str] = Counter()
    for number, request in enumerate(requests):
        place = _place(request)
        first = kept.setdefault((place, sent_text(request)) if places[place] > 1 else number, request)
        if first is not request:
            times[request.where] += 1
            message = (
                f"One operation with another request that is the same (repetition {times[request.where]})."
            )
            reading.note("repeated_request", request.where, message)
            first.responses = [*first.responses, *request.responses]
            first.description = first.description or request.description
    return list(kept.values())


def _place(request: Request) -> tuple[object, ...]:
    return request.folders, request.name, request.method, request.url.base


def sent_text(request: Request) -> str:
    """Text that is the same for requests that send the same, whatever the order of keys; never shown."""
    rows = [
        [(row.key, str(row.value), row.disabled) for row in listed]
        for listed in (request.url.query, request.form, request.headers, request.url.variables)
    ]
    body = request.body if request.body is not None else request.graphql or request.opaque_example
    return f"{rows!r}{order_free_text(body)}"
