"""What the real client sends to the emulator is what the service's own specification allows."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from aiohttp import web
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from shared.plan.wire import response_format
from tests.builders.beside import MODEL_SERVICE
from tests.builders.emulator import Prompts, client_of, hub, upload
from tests.builders.openai_service import serving

ROW = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}


@pytest.fixture(scope="module", params=MODEL_SERVICE, ids=lambda path: path.stem)
def spec(request):
    return orjson.loads(request.param.read_bytes())


def findings(spec: dict[str, Any], path: str, body: Any) -> list[str]:
    content = spec["paths"][path]["post"]["requestBody"]["content"]
    (schema,) = (media["schema"] for media in content.values())
    registry = Registry().with_resource(
        "urn:spec", Resource.from_contents(spec, default_specification=DRAFT4)
    )
    validator = OAS30Validator({"$ref": f"urn:spec{schema['$ref']}"}, registry=registry)
    return [error.message for error in validator.iter_errors(body)]


async def bodies_of(run) -> dict[str, Any]:
    """JSON bodies by path, as `run(client)` sends them through a recording relay in front of the emulator."""
    import aiohttp

    seen: dict[str, Any] = {}
    async with serving() as server, aiohttp.ClientSession() as session:

        async def relay(request: web.Request) -> web.Response:
            data = await request.read()
            if request.content_type == "application/json":
                seen[request.path.removeprefix("/openai/v1")] = orjson.loads(data)
            headers = {
                k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length")
            }
            async with session.request(
                request.method, f"{server.url}{request.path_qs}", data=data, headers=headers
            ) as answer:
                return web.Response(
                    body=await answer.read(), status=answer.status, content_type=answer.content_type
                )

        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", relay)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with client_of(f"http://127.0.0.1:{runner.addresses[0][1]}") as client:
            await run(client)
        await runner.cleanup()
    return seen


async def test_chat_and_job_requests_keep_the_specification(spec):
    prompts = Prompts(hub())

    async def run(client):
        await client.chat.completions.create(
            model="teacher",
            messages=prompts.messages(0),
            response_format=response_format("json_schema"),
            seed=1,
        )
        file = await upload(client, [ROW] * 12)
        method = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}}
        await client.fine_tuning.jobs.create(
            model="gpt-4.1-nano", training_file=file, method=method, suffix="x",
            extra_body={"trainingType": "Standard"},
        )  # fmt: skip

    bodies = await bodies_of(run)
    assert set(bodies) == {"/chat/completions", "/fine_tuning/jobs"}
    for path, body in bodies.items():
        assert findings(spec, path, body) == []


def test_the_specification_refuses_what_the_emulator_refuses(spec):
    assert findings(spec, "/fine_tuning/jobs", {"training_file": "f"})
    assert findings(
        spec, "/fine_tuning/jobs", {"model": "m", "training_file": "f", "method": {"type": "magic"}}
    )
