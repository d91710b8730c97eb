"""Whatever goes wrong below a route is told in words: an RFC 9457 problem, never an empty answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Concatenate

from shared.errors import BadRequestError, ConflictError, PermanentError, PlansmithError, TransientError
from shared.http.answers import Answer, problem
from shared.http.routes import Routes

_OF_CODES = {
    401: "bad_signature",
    404: "no_job no_such_file no_such_row no_webhooks unknown_decision unknown_problem unknown_revision unknown_run",
    409: "changed deployment_gone job_ended job_running key_reused no_record not_deployed not_paused not_published "
    "nothing_new nothing_to_undo revision_open row_changed run_open still_deployed too_early too_late would_fail",
    422: "invalid_row",
}
_OF_CODE = {code: status for status, codes in _OF_CODES.items() for code in codes.split()}
_OF_CLASS: tuple[tuple[type[PlansmithError], int], ...] = (
    (BadRequestError, 400),
    (ConflictError, 409),
    (TransientError, 503),
)


def status_of(error: PlansmithError) -> int:
    """The HTTP status of an error: by the code of one that stays, else by its class; 500 for what nobody can change."""
    if isinstance(error, PermanentError) and error.code in _OF_CODE:
        return _OF_CODE[error.code]
    return next((status for kind, status in _OF_CLASS if isinstance(error, kind)), 500)


async def _beside(api: object, error: PlansmithError, *asked: object) -> dict[str, Any]:
    """What the problem tells besides the error; nothing where that cannot be read, as the error counts for more."""
    try:
        return await api.beside(error, *asked) if isinstance(api, Routes) else {}
    except PlansmithError:
        return {}


def with_problems[**P, T](
    route: Callable[Concatenate[T, P], Coroutine[Any, Any, Answer]],
) -> Callable[Concatenate[T, P], Coroutine[Any, Any, Answer]]:
    """The route, with the errors that it raises as problems."""

    async def answered(api: T, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        try:
            return await route(api, *args, **kwargs)
        except PlansmithError as error:
            return problem(status_of(error), error, **await _beside(api, error, *args))

    update_wrapper(answered, route)
    return answered
