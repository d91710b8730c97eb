"""A relay in front of a server that keeps what is sent, and what a specification finds in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any

import orjson
from aiohttp import ClientSession, web
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

_BASE = "/openai/v1"


@dataclass
class Recorded:
    """What went through the relay at `url`: method, path below `/openai/v1`, and the JSON body or None.

    Attributes:
        fields: for each request, the names in its query and those of a form.
    """

    url: str
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    fields: list[tuple[frozenset[str], frozenset[str]]] = field(default_factory=list)


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
                names = re.findall(rb'form-data; name="(\w+)"', data)
                found.fields.append((frozenset(request.query), frozenset(name.decode() for name in names)))
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


def parameter_findings(
    spec: Mapping[str, Any], method: str, template: str, asked: frozenset[str], form: frozenset[str]
) -> list[str]:
    """What a request has in its query or form that the specification does not know, and what a form lacks.

    `expires_after` is required by the published one and left out by every published example.
    """
    operation = spec["paths"][template][method.lower()]
    known = {entry["name"] for entry in map(partial(_resolved, spec), operation.get("parameters", ()))}
    found = [f"{method} {template}: query '{name}' is not known" for name in sorted(asked - known)]
    content = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data")
    if content is not None:
        schema = _resolved(spec, content["schema"])
        found += [f"form '{name}' is not known" for name in sorted(form - schema["properties"].keys())]
        found += [
            f"form lacks '{name}'" for name in schema["required"] if name not in {*form, "expires_after"}
        ]
    return found


def _resolved(spec: Mapping[str, Any], part: Mapping[str, Any]) -> Any:
    """What a `$ref` within the specification points to."""
    found: Any = part
    while "$ref" in found:
        place = found["$ref"].removeprefix("#/").split("/")
        found = reduce(lambda at, name: at[name], place, spec)
    return found


def template_of(spec: Mapping[str, Any], method: str, path: str) -> str | None:
    """The path of a specification that a request was sent to, None if it has none with that method."""
    for template, operations in spec["paths"].items():
        pattern = re.sub(r"\\\{[^/]+?\\\}", r"[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method.lower() in operations:
            return str(template)
    return None
