"""Reading of answers, for the tests of routes."""

from __future__ import annotations

from typing import Any

import orjson

from shared.http.answers import Answer


def read(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer."""
    loaded: dict[str, Any] = orjson.loads(answer.body)
    return loaded


def assert_problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """Assert that the answer is that problem document, with its page; return it."""
    body = read(answer)
    assert answer.content_type == "application/problem+json"
    assert (answer.status, body["status"], body["code"]) == (status, status, code)
    assert body["title"] and body["detail"]
    assert body["type"] == f"/api/problems/{code}"
    return body
