"""Reading requests and writing answers, the same way for every route."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from aiohttp import web

from local.openai_emulator.errors import bad_request


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer that says it is the emulator's."""
    return raw_response("application/json", orjson.dumps(body), status, headers)


def raw_response(
    content_type: str, body: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """Any answer, with the headers that every one of the emulator has."""
    response = web.Response(body=body, status=status, content_type=content_type, headers=headers)
    response.headers["x-emulator"] = "openai-emulator"
    response.headers["apim-request-id"] = str(uuid.uuid4())
    return response


async def read_body(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request. ApiError 400 for anything else."""
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError as exc:
        raise bad_request(f"We could not parse the JSON body of your request: {exc}.") from exc
    if not isinstance(body, dict):
        raise bad_request("The body of the request must be a JSON object.")
    return body


def page_limit(request: web.Request, default: int) -> int:
    """How many items a page may have. ApiError 400 for a bad number."""
    text = request.query.get("limit", "")
    if not text:
        return default
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise bad_request("'limit' must be a number from 1 to 10000.", param="limit")
    return int(text)


def created(request: web.Request, body: dict[str, Any], path: str) -> web.Response:
    """200 on the v1 paths, 201 with a Location on the dated ones."""
    if request.path.startswith("/openai/v1/"):
        return json_response(body)
    return json_response(body, 201, {"Location": f"{request.url.origin()}/openai/{path}"})


def deleted(request: web.Request, body: dict[str, Any]) -> web.Response:
    """200 with a body on the v1 paths, 204 on the dated ones."""
    return json_response(body) if request.path.startswith("/openai/v1/") else web.Response(status=204)
