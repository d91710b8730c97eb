"""The one place where errors of the OpenAI SDK (and of the token it asks for) become ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError, TransientError
from shared.pacing.retry_after import retry_after_s

if TYPE_CHECKING:
    from openai import APIStatusError

_MAX_TEXT = 500
_TRANSIENT_STATUSES = frozenset({408, 409, 424, 425})
_UNKNOWN_DEPLOYMENT = frozenset({"deploymentnotfound", "model_not_found", "modelnotfound", "unknown_model"})
_OUT_OF_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_FORMAT_NOT_KNOWN = ("not supported", "unsupported", "does not support", "unavailable")


@contextmanager
def translated() -> Iterator[None]:
    """Raise `translate(error)` for every error of the SDK inside the context."""
    try:
        yield
    except sdk_errors() as exc:
        raise translate(exc) from exc


def sdk_errors() -> tuple[type[Exception], ...]:
    """The classes of which `translate` knows what they mean."""
    import aiohttp
    import httpx2
    from azure.core.exceptions import AzureError
    from openai import OpenAIError

    # The SDK's aiohttp transport lets through what it has no name for, such as an answer that is not HTTP.
    return (OpenAIError, AzureError, httpx2.HTTPError, aiohttp.ClientError, json.JSONDecodeError)


def translate(exc: BaseException, *, now: datetime | None = None) -> PlansmithError:
    """Our error for an error of the SDK; texts are cut to 500 characters and never hold a credential.

    | what happened | error | code |
    |---|---|---|
    | no connection, broken answer | TransientError | `connection`, `bad_response` |
    | time-out | TransientError | `timeout` |
    | 429 | ThrottledError | `throttled` |
    | 429 for lack of credit | ConfigurationError | `insufficient_quota` |
    | 408, 409, 424, 425, 5xx | TransientError | `service_error` |
    | 401, 403, no token | ConfigurationError | `unauthorized`, `forbidden` |
    | 404 of a deployment or model | ConfigurationError | `deployment_not_found` |
    | other 404 | PermanentError | `not_found` |
    | 400 prompt filtered | PermanentError | `content_filter` |
    | 400 prompt too long | PermanentError | `context_length` |
    | 400 format unknown to the model | PermanentError | `unsupported_response_format` |
    | 400 schema breaks the rules | ConfigurationError | `invalid_schema` |
    | other 4xx | PermanentError | `bad_request` |

    Args:
        exc: what was caught.
        now: current time (UTC) for a wait given as a date; the machine's when None.
    """
    import openai
    from azure.core import exceptions as azure

    if isinstance(exc, openai.APIStatusError):
        return _from_status(exc, now or datetime.now(UTC))
    if isinstance(exc, openai.APITimeoutError) and not _broke_off(exc):
        return TransientError("the model service did not answer in time", code="timeout")
    if isinstance(exc, openai.APIConnectionError):
        return TransientError(
            f"the model service cannot be reached: {_short(exc.__cause__ or exc)}", code="connection"
        )
    if isinstance(exc, azure.ClientAuthenticationError):
        return ConfigurationError(f"no token for the model service: {_short(exc)}", code="unauthorized")
    if isinstance(exc, azure.AzureError):
        return TransientError(f"no token for the model service: {_short(exc)}", code="connection")
    if isinstance(exc, openai.OpenAIError) and not isinstance(exc, openai.APIError):
        return ConfigurationError(f"the model service is set up wrongly: {_short(exc)}", code="unauthorized")
    return TransientError(f"the model service's answer cannot be read: {_short(exc)}", code="bad_response")


def _broke_off(exc: BaseException) -> bool:
    """Whether a connection was lost: the SDK's aiohttp transport reports that as a timeout, too."""
    import aiohttp

    cause = exc.__cause__
    while cause is not None:
        if isinstance(cause, aiohttp.ClientConnectionError):
            return not isinstance(cause, TimeoutError)
        cause = cause.__cause__
    return False


def _from_status(exc: APIStatusError, now: datetime) -> PlansmithError:
    status, body = exc.status_code, _error_body(exc.body)
    text = f"{_short(body.get('message') or exc.message)}{_request_id(exc)}"
    code = str(body.get("code") or "").lower()
    if status == 401:
        return ConfigurationError(
            f"the model service refused the credentials{_request_id(exc)}", code="unauthorized"
        )
    if status == 403:
        return ConfigurationError(f"the model service denied access: {text}", code="forbidden")
    if status == 429 and code in _OUT_OF_CREDIT:
        return ConfigurationError(text, code="insufficient_quota")
    wait = retry_after_s(exc.response.headers, str(body.get("message") or ""), now)
    if status == 429:
        return ThrottledError(text, code="throttled", retry_after_s=wait)
    if status >= 500 or status in _TRANSIENT_STATUSES:
        return TransientError(f"HTTP {status}: {text}", code="service_error", retry_after_s=wait)
    if status == 404 and (code in _UNKNOWN_DEPLOYMENT or "deployment" in text.lower()):
        return ConfigurationError(text, code="deployment_not_found")
    if status == 404:
        return PermanentError(text, code="not_found")
    return _from_refused_request(status, body, code, text)


def _from_refused_request(status: int, body: Mapping[str, Any], code: str, text: str) -> PlansmithError:
    inner = body.get("innererror") or body.get("inner_error") or {}
    inner_code = str(inner.get("code", "")) if isinstance(inner, Mapping) else ""
    if (
        code == "content_filter"
        or inner_code == "ResponsibleAIPolicyViolation"
        or body.get("object") == "chat.completion"
    ):
        return PermanentError(text, code="content_filter")
    lower = text.lower()
    if code == "context_length_exceeded" or "maximum context length" in lower:
        return PermanentError(text, code="context_length")
    if str(body.get("param") or "").startswith("response_format") or "response_format" in lower:
        if any(words in lower for words in _FORMAT_NOT_KNOWN) and "invalid schema" not in lower:
            return PermanentError(text, code="unsupported_response_format")
        return ConfigurationError(text, code="invalid_schema")
    if code in _UNKNOWN_DEPLOYMENT:
        return ConfigurationError(text, code="deployment_not_found")
    return PermanentError(f"HTTP {status}: {text}", code="bad_request")


def _error_body(body: object) -> Mapping[str, Any]:
    """The error object, wherever the service put it; `{}` for plain text."""
    if not isinstance(body, Mapping):
        return {}
    inner = body.get("error")
    return inner if isinstance(inner, Mapping) else body


def _request_id(exc: APIStatusError) -> str:
    headers = exc.response.headers
    found = headers.get("apim-request-id") or headers.get("x-request-id")
    return f" (request {found[:64]})" if found else ""


def _short(text: object) -> str:
    words = " ".join(str(text).split()) or type(text).__name__
    return words if len(words) <= _MAX_TEXT else f"{words[: _MAX_TEXT - 1]}…"
