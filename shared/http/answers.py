"""What a route answers: bytes with a status, problem documents, and 304 where the asker has it already."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import orjson

from shared.errors import BadRequestError, PlansmithError


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; the worker adds the charset (UTF-8) to a content type of text."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(status: int, value: Any, **headers: str) -> Answer:
    """`value` as JSON; `_` in the names of headers stands for `-`."""
    return Answer(status, orjson.dumps(value), headers={k.replace("_", "-"): v for k, v in headers.items()})


def problem(status: int, error: PlansmithError, **more: Any) -> Answer:
    """An RFC 9457 problem document about `error`; its `type` is the address of the page that explains the code."""
    value = {
        "type": f"/api/problems/{error.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.message,
        "code": error.code,
        **more,
    }
    return Answer(status, orjson.dumps(value), "application/problem+json")


def no_run(run: str) -> BadRequestError:
    """There is no such run."""
    return BadRequestError(f"there is no run '{run[:80]}'", code="unknown_run")


def tagged(answer: Answer, if_none_match: str | None) -> Answer:
    """`answer` with its ETag, or 304 without a body where `If-None-Match` names that tag (RFC 9110 13.1.2)."""
    return unless_known(answer, f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"', if_none_match)


def unless_known(answer: Answer, tag: str, if_none_match: str | None) -> Answer:
    """`answer` with this ETag, or 304 without a body where `If-None-Match` names it."""
    headers = {**answer.headers, "ETag": tag, "Cache-Control": "private, no-cache"}
    if if_none_match and _names(if_none_match, tag):
        return Answer(304, b"", answer.content_type, headers)
    return replace(answer, headers=headers)


def _names(if_none_match: str, tag: str) -> bool:
    given = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return "*" in given or tag in given
