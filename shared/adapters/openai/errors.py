"""The one place where errors of the OpenAI SDK (and of the token it asks for) become ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.openai.said import Said, read_refusal
from shared.adapters.short import short
from shared.errors import (
    ConfigurationError,
    PermanentError,
    PlansmithError,
    RefusedFieldError,
    ThrottledError,
    TransientError,
)
from shared.pacing.retry_after import retry_after_s

if TYPE_CHECKING:
    from openai import APIStatusError

_TRANSIENT_STATUSES = frozenset({408, 409, 424, 425})
_UNKNOWN_DEPLOYMENT = frozenset({"deploymentnotfound", "model_not_found", "modelnotfound", "unknown_model"})
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_TOO_LONG_WORDS = ("maximum context length", "context size", "context window", "prompt is too long")
_FORMAT_NOT_KNOWN = ("not supported", "unsupported", "does not support", "unavailable")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a chat call was: the fields that not every service takes, and the address of the service."""

    fields: tuple[str, ...] = ()
    address: str = ""


@contextmanager
def translated(asked: Asked | None = None) -> Iterator[None]:
    """Raise `translate(error)` for every error of the SDK inside the context."""
    try:
        yield
    except sdk_errors() as exc:
        raise translate(exc, asked=asked) from exc


def sdk_errors() -> tuple[type[Exception], ...]:
    """The classes of which `translate` knows what they mean."""
    import aiohttp
    import httpx2
    from azure.core.exceptions import AzureError
    from openai import OpenAIError

    # The SDK's aiohttp transport lets through what it has no name for, such as an answer that is not HTTP.
    return (OpenAIError, AzureError, httpx2.HTTPError, aiohttp.ClientError, json.JSONDecodeError)


def translate(
    exc: BaseException, *, now: datetime | None = None, asked: Asked | None = None
) -> PlansmithError:
    """Our error for an error of the SDK; texts are cut to 500 characters and never hold a credential.

    | what happened | error | code |
    |---|---|---|
    | no connection, also none in time | TransientError | `connection` |
    | an answer that cannot be read | TransientError | `bad_response` |
    | an answer that broke off | TransientError that may be paid | `connection` |
    | time-out of a call that was sent | TransientError that may be paid | `timeout` |
    | 402, and any status for lack of credit | ConfigurationError | `insufficient_quota` |
    | any status that names a field not taken | RefusedFieldError | `unsupported_field` |
    | 429 | ThrottledError | `throttled` |
    | 408, 409, 424, 425, 5xx | TransientError | `service_error` |
    | 401, 403, no token | ConfigurationError | `unauthorized`, `forbidden` |
    | any status of a deployment or model that is not there | ConfigurationError | `deployment_not_found` |
    | 404, 405 or a redirect of a web server, to a chat call | ConfigurationError | `wrong_address` |
    | other 404 | PermanentError | `not_found` |
    | 400 prompt filtered | PermanentError | `content_filter` |
    | 400 prompt too long | PermanentError | `context_length` |
    | 400 format unknown to the model | PermanentError | `unsupported_response_format` |
    | 400 answer did not keep the format | PermanentError | `generation_failed` |
    | 400 schema breaks the rules | ConfigurationError | `invalid_schema` |
    | other 4xx | PermanentError | `bad_request` |

    Args:
        exc: what was caught.
        now: current time (UTC) for a wait given as a date; the machine's when None.
        asked: what was sent, for a chat call; None for others, of which no field is left out.
    """
    import openai
    from azure.core import exceptions as azure

    if isinstance(exc, openai.APIStatusError):
        return _from_status(exc, now or datetime.now(UTC), asked)
    if isinstance(exc, openai.APITimeoutError) and not _was_never_connected(exc):
        return TransientError("the model service did not answer in time", code="timeout", may_be_paid=True)
    if isinstance(exc, openai.APIConnectionError):
        if _broke_off(exc):
            return TransientError("the model service's answer broke off", code="connection", may_be_paid=True)
        return TransientError(
            f"the model service cannot be reached: {short(exc.__cause__ or exc)}", code="connection"
        )
    if isinstance(exc, azure.ClientAuthenticationError):
        return ConfigurationError(f"no token for the model service: {short(exc)}", code="unauthorized")
    if isinstance(exc, azure.AzureError):
        return TransientError(f"no token for the model service: {short(exc)}", code="connection")
    if isinstance(exc, openai.OpenAIError) and not isinstance(exc, openai.APIError):
        return ConfigurationError(f"the model service is set up wrongly: {short(exc)}", code="unauthorized")
    return TransientError(f"the model service's answer cannot be read: {short(exc)}", code="bad_response")


def _was_never_connected(exc: BaseException) -> bool:
    """Whether no connection was had: the SDK's aiohttp transport reports a lost one as a timeout, too."""
    import aiohttp

    for cause in _causes(exc):
        if isinstance(cause, aiohttp.ConnectionTimeoutError):
            return True
        if isinstance(cause, aiohttp.ClientConnectionError):
            return not isinstance(cause, TimeoutError)
    return _broke_off(exc)


def _broke_off(exc: BaseException) -> bool:
    """Whether an answer had begun: it is paid."""
    import aiohttp

    return any(isinstance(cause, aiohttp.ClientPayloadError) for cause in _causes(exc))


def _causes(exc: BaseException) -> Iterator[BaseException]:
    cause = exc.__cause__
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _from_status(exc: APIStatusError, now: datetime, asked: Asked | None) -> PlansmithError:
    status, said = exc.status_code, read_refusal(exc.body, exc.response.text)
    text = f"{short(said.message or exc.message)}{_request_id(exc)}"
    if status == 402 or (status != 401 and said.is_out_of_credit):
        return ConfigurationError(text, code="insufficient_quota")
    if status == 401:
        return ConfigurationError(
            f"the model service refused the credentials{_request_id(exc)}", code="unauthorized"
        )
    if asked is not None and status not in (403, 429):
        found = _of_what_was_asked(status, said, text, asked)
        if found is not None:
            return found
    if status == 403:
        return ConfigurationError(f"the model service denied access: {text}", code="forbidden")
    wait = retry_after_s(exc.response.headers, said.message, now)
    if status == 429:
        return ThrottledError(text, code="throttled", retry_after_s=wait)
    if said.code in _UNKNOWN_DEPLOYMENT or (status == 404 and "deployment" in text.lower()):
        return ConfigurationError(text, code="deployment_not_found")
    if status >= 500 or status in _TRANSIENT_STATUSES:
        return TransientError(f"HTTP {status}: {text}", code="service_error", retry_after_s=wait)
    if status == 404:
        return PermanentError(text, code="not_found")
    return _from_refused_request(status, _error_body(exc.body), said, text)


def _of_what_was_asked(status: int, said: Said, text: str, asked: Asked) -> PlansmithError | None:
    """The refusal of a chat call for what it names: a field, the model, or the address itself."""
    field = said.refused_field(asked.fields)
    if field == "response_format":
        schema = "invalid schema" in text.lower() and status == 400
        return None if schema else PermanentError(text, code="unsupported_response_format")
    if field:
        return RefusedFieldError(text, field=field)
    if said.names_no_model:
        return ConfigurationError(text, code="deployment_not_found")
    if status in (301, 302, 307, 308, 405) or (status == 404 and said.is_no_path):
        return wrong_address(asked.address, f"HTTP {status}")
    return None


def wrong_address(address: str, answer: str) -> ConfigurationError:
    """Nothing at `address` answers chat calls."""
    hint = "" if "/v1" in address else f"; try {address.rstrip('/')}/v1"
    return ConfigurationError(
        f"no model service answers at {address} ({answer} to chat/completions){hint}. "
        "Check OPENAI_BASE_URL or AZURE_OPENAI_ENDPOINT.",
        code="wrong_address",
    )


def _from_refused_request(status: int, body: Mapping[str, Any], said: Said, text: str) -> PlansmithError:
    inner = body.get("innererror") or body.get("inner_error") or {}
    inner_code = str(inner.get("code", "")) if isinstance(inner, Mapping) else ""
    if (
        said.code == "content_filter"
        or inner_code == "ResponsibleAIPolicyViolation"
        or body.get("object") == "chat.completion"
    ):
        return PermanentError(text, code="content_filter")
    lower = text.lower()
    if said.code in _TOO_LONG or any(words in lower for words in _TOO_LONG_WORDS):
        return PermanentError(text, code="context_length")
    if said.code == "json_validate_failed":  # Groq: generated, paid, and not of the form
        return PermanentError(text, code="generation_failed")
    if said.param.startswith("response_format") or "response_format" in lower:
        if any(words in lower for words in _FORMAT_NOT_KNOWN) and "invalid schema" not in lower:
            return PermanentError(text, code="unsupported_response_format")
        return ConfigurationError(text, code="invalid_schema")
    return PermanentError(f"HTTP {status}: {text}", code="bad_request")


def _error_body(body: object) -> Mapping[str, Any]:
    """The error object, wherever the service put it; `{}` for plain text."""
    while isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, Mapping):
        return {}
    inner = body.get("error")
    return inner if isinstance(inner, Mapping) else body


def _request_id(exc: APIStatusError) -> str:
    headers = exc.response.headers
    found = headers.get("apim-request-id") or headers.get("x-request-id")
    return f" (request {found[:64]})" if found else ""
