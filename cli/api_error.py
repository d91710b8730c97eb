"""What the API refuses, as the command line tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2

from cli.errors import CommandError


class ApiError(CommandError):
    """An installation refused a call, or did not answer.

    Attributes:
        status: HTTP status, 0 if there was no answer.
        problem: the whole problem document, empty without one.
    """

    def __init__(
        self, message: str, *, code: str = "failed", status: int = 0, problem: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.problem = problem or {}

    @property
    def is_passing(self) -> bool:
        """Whether the same call may succeed a moment later."""
        return self.status == 0 or self.status in (429, 502, 503, 504)


def problem_of(answer: httpx2.Response) -> ApiError:
    """The error that an RFC 9457 problem document (or any other refusal) tells."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    problem = body if isinstance(body, dict) else {}
    said = (
        problem.get("detail")
        or problem.get("title")
        or f"HTTP {answer.status_code} {answer.reason_phrase}".strip()
    )
    if answer.status_code in (401, 403) and not problem:
        said = f"{said}: the function key is missing or wrong (--key)"
    message = " ".join(str(said).split())
    code = str(problem.get("code") or "failed")
    return ApiError(message, code=code, status=answer.status_code, problem=problem)
