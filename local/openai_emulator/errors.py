"""The service's error bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """An answer that is an error; `server` turns it into a response.

    Attributes:
        status: HTTP status.
        code: the service's code, None where it gives none.
        headers: headers of the answer besides the usual ones.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        kind: str = "invalid_request_error",
        param: str | None = None,
        inner: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.kind = kind
        self.param = param
        self.inner = inner
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The error envelope of the service itself; see `odd.error_body` for those of others."""
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "param": self.param,
            "type": self.kind,
        }
        if self.inner is not None:
            error["innererror"] = dict(self.inner)
        return {"error": error}


def bad_request(message: str, *, param: str | None = None, code: str | None = None) -> ApiError:
    return ApiError(400, message, param=param, code=code)


def not_found(message: str, *, code: str = "notFound") -> ApiError:
    return ApiError(404, message, code=code)


def deployment_not_found() -> ApiError:
    """404 of a deployment that is not there, or not there yet."""
    return ApiError(
        404,
        "The API deployment for this resource does not exist. If you created the deployment within the last "
        "5 minutes, please wait a moment and try again.",
        code="DeploymentNotFound",
    )


def unauthorized() -> ApiError:
    return ApiError(
        401,
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for "
        "an active subscription and use a correct regional API endpoint for your resource.",
        code="401",
    )
