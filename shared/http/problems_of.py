"""Whatever goes wrong below a route is told in words: an RFC 9457 problem, never an empty answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate

from shared.errors import BadRequestError, ConflictError, PlansmithError, TransientError
from shared.http.answers import Answer, problem

_STATUSES: tuple[tuple[type[PlansmithError], int], ...] = (
    (BadRequestError, 400),
    (ConflictError, 409),
    (TransientError, 503),
)


def with_problems[**P, T](
    route: Callable[Concatenate[T, P], Coroutine[Any, Any, Answer]],
) -> Callable[Concatenate[T, P], Coroutine[Any, Any, Answer]]:
    """The route, with errors that it does not know itself as problems: 503 where trying again helps, else 500."""

    async def answered(api: T, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        try:
            return await route(api, *args, **kwargs)
        except PlansmithError as error:
            status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
            return problem(status, error)

    update_wrapper(answered, route)
    return answered
