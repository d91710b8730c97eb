"""What each answer of the model service asks of us."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx2
import openai
import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from shared.adapters.openai.errors import translate, translated
from shared.errors import ConfigurationError, PermanentError, PlansmithError, ThrottledError, TransientError

NOW = datetime(2026, 1, 2, tzinfo=UTC)
REQUEST = httpx2.Request("POST", "http://127.0.0.1/openai/v1/chat/completions")


def status_error(status: int, body: Any, headers: dict[str, str] | None = None) -> openai.APIStatusError:
    response = httpx2.Response(
        status, request=REQUEST, headers=headers or {}, content=json.dumps(body).encode()
    )
    client = openai.AsyncOpenAI(api_key="fake-key", base_url="http://127.0.0.1/")
    return client._make_status_error_from_response(response)


def error(message: str = "wrong", **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (429, error("Please retry after 45 seconds."), ThrottledError, "throttled"),
        (429, error(code="insufficient_quota"), ConfigurationError, "insufficient_quota"),
        (500, error(), TransientError, "service_error"),
        (503, "plain text", TransientError, "service_error"),
        (408, error(), TransientError, "service_error"),
        (409, error(code="conflict"), TransientError, "service_error"),
        (401, error("Incorrect API key provided: fake-key"), ConfigurationError, "unauthorized"),
        (403, error(), ConfigurationError, "forbidden"),
        (404, error(code="DeploymentNotFound"), ConfigurationError, "deployment_not_found"),
        (
            404,
            error("The API deployment for this resource does not exist."),
            ConfigurationError,
            "deployment_not_found",
        ),
        (404, error("No such File object"), PermanentError, "not_found"),
        (400, error(code="content_filter"), PermanentError, "content_filter"),
        (400, error(innererror={"code": "ResponsibleAIPolicyViolation"}), PermanentError, "content_filter"),
        (400, {"object": "chat.completion", "choices": []}, PermanentError, "content_filter"),
        (400, error(code="context_length_exceeded"), PermanentError, "context_length"),
        (
            400,
            error(
                "'response_format' of type 'json_schema' is not supported with this model.",
                param="response_format",
            ),
            PermanentError,
            "unsupported_response_format",
        ),
        (
            400,
            error(
                "Invalid schema for response_format 'x': 'minItems' is not permitted.",
                param="response_format",
            ),
            ConfigurationError,
            "invalid_schema",
        ),
        (
            400,
            error("6 levels of nesting exceeds limit of 5.", param="response_format"),
            ConfigurationError,
            "invalid_schema",
        ),
        (400, error("The specified base model does not support fine-tuning"), PermanentError, "bad_request"),
        (422, error(), PermanentError, "bad_request"),
        (431, "", PermanentError, "bad_request"),
    ],
)
def test_a_status_has_one_meaning(status: int, body: Any, kind: type[PlansmithError], code: str) -> None:
    found = translate(status_error(status, body), now=NOW)
    assert (type(found), found.code) == (kind, code)


def test_a_throttle_says_how_long_to_wait_even_a_day() -> None:
    found = translate(status_error(429, error(), {"retry-after": "86400"}), now=NOW)
    assert isinstance(found, ThrottledError)
    assert found.retry_after_s == 86400


def test_a_refused_key_is_not_repeated_in_the_text() -> None:
    found = translate(status_error(401, error("Incorrect API key provided: fake-key")), now=NOW)
    assert "fake-key" not in found.message


def test_the_request_id_of_the_gateway_is_named() -> None:
    found = translate(status_error(500, error(), {"apim-request-id": "abc-1"}), now=NOW)
    assert "request abc-1" in found.message


def test_a_long_text_is_cut() -> None:
    assert len(translate(status_error(400, error("x" * 9000)), now=NOW).message) < 600


@pytest.mark.parametrize(
    ("exc", "kind", "code"),
    [
        (openai.APITimeoutError(request=REQUEST), TransientError, "timeout"),
        (openai.APIConnectionError(request=REQUEST), TransientError, "connection"),
        (json.JSONDecodeError("no", "x", 0), TransientError, "bad_response"),
        (httpx2.ReadError("cut"), TransientError, "bad_response"),
        (openai.OpenAIError("no key"), ConfigurationError, "unauthorized"),
        (ClientAuthenticationError("no identity"), ConfigurationError, "unauthorized"),
        (ServiceRequestError("no network"), TransientError, "connection"),
    ],
)
def test_an_error_without_an_answer_has_one_meaning(
    exc: Exception, kind: type[PlansmithError], code: str
) -> None:
    with pytest.raises(kind) as caught, translated():
        raise exc
    assert caught.value.code == code


def test_an_error_of_our_own_code_passes_through() -> None:
    with pytest.raises(KeyError), translated():
        raise KeyError("bug")
