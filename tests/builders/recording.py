"""A relay in front of a server that keeps what is sent, and what a specification finds in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import ClientSession, web
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

_BASE = "/openai/v1"


@dataclass
class Recorded:
    """What went through the relay at `url`: method, path below `/openai/v1`, and the JSON body or None."""

    url: str
    requests: list[tuple[str, str, Any]] = field(default_factory=list)


@asynccontextmanager
async def recording(target: str) -> AsyncIterator[Recorded]:
    """A relay to the server at `target` for as long as the context lasts."""
    found = Recorded("")
    async with ClientSession() as session:

        async def relay(request: web.Request) -> web.Response:
            data = await request.read()
            body = orjson.loads(data) if request.content_type == "application/json" and data else None
            if request.path.startswith(_BASE):
                found.requests.append((request.method, request.path.removeprefix(_BASE), body))
            headers = {
                k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length")
            }
            async with session.request(
                request.method, f"{target}{request.path_qs}", data=data, headers=headers
            ) as answer:
                return web.Response(
                    body=await answer.read(), status=answer.status, content_type=answer.content_type
                )

        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", relay)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield found
        finally:
            await runner.cleanup()


def body_findings(spec: Mapping[str, Any], path: str, body: Any) -> list[str]:
    """What a specification finds wrong in the JSON body of a POST to `path`."""
    content = spec["paths"][path]["post"]["requestBody"]["content"]
    (schema,) = (media["schema"] for kind, media in content.items() if kind == "application/json")
    registry = Registry().with_resource(
        "urn:spec", Resource.from_contents(spec, default_specification=DRAFT4)
    )
    validator = OAS30Validator({"$ref": f"urn:spec{schema['$ref']}"}, registry=registry)
    return [error.message for error in validator.iter_errors(body)]


def template_of(spec: Mapping[str, Any], method: str, path: str) -> str | None:
    """The path of a specification that a request was sent to, None if it has none with that method."""
    for template, operations in spec["paths"].items():
        pattern = re.sub(r"\\\{[^/]+?\\\}", r"[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method.lower() in operations:
            return str(template)
    return None
