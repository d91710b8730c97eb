"""Bodies that are one object under one name (`{"user": {…}}`): which fields of that object must be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from shared.catalog.decode.templated_text import MARK
from shared.catalog.postman.request import Request

type Fields = frozenset[str]


def wrapped(body: Any) -> dict[str, Any] | None:
    """The object that is the only field of a body; None for any other body."""
    held = next(iter(body.values())) if isinstance(body, dict) and len(body) == 1 else None
    return held if isinstance(held, dict) and held else None


def mark_needed_within(
    requests: Sequence[Request],
    said: Sequence[tuple[Fields, Fields]],
    with_value: Callable[[Any], Fields],
    common_of: Callable[[list[Fields]], Fields],
) -> None:
    """Fill `needed_within` of each request whose body is wrapped.

    `said` tells for each request what is called optional, and required. Of what changes in part (PUT, PATCH) only what
    is called required is; otherwise what all requests for the operation send, but for what is called optional.
    """
    groups: dict[Any, list[Fields]] = {}
    for request in requests:
        held = wrapped(request.body)
        if held is not None:
            groups.setdefault(_operation(request), []).append(with_value(held.items()))
    for request, (optional, needed) in zip(requests, said, strict=True):
        held = wrapped(request.body)
        if held is not None:
            sent = common_of(groups[_operation(request)])
            kept = sent - optional if request.method not in ("PUT", "PATCH") else frozenset()
            request.needed_within = frozenset([str(name).lstrip(MARK) for name in held]) & (kept | needed)


def _operation(request: Request) -> Any:
    return request.method, request.url.base, next(iter(request.body))
