"""The OpenAPI document has the routes that are registered, and real answers are as it says."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from shared.http.answers import Answer
from shared.http.openapi import document
from shared.http.ranges import Part
from shared.http.uploads import Sent
from tests.builders.answers import read
from tests.builders.catalogs import shop
from tests.builders.inventory import expected
from tests.builders.pipeline import Pipeline
from tests.builders.simple_form import simple_document


def _registered() -> dict[tuple[str, str], str]:
    """Method and path of every registered route, with its level."""
    return {
        (method.lower(), "/" + str(binding["route"]).replace("{*", "{")): str(binding["authLevel"])
        for bindings in expected().values()
        for binding in bindings
        if binding["type"] == "httpTrigger"
        for method in binding["methods"]  # type: ignore[attr-defined]
    }


def test_the_document_has_the_registered_routes_and_no_others() -> None:
    described = {
        (method, path): "ANONYMOUS" if operation.get("security") == [] else "FUNCTION"
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }
    assert described == _registered()


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    whole = document()
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in _references(whole):
        found: Any = whole
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for inner in value.values() for found in _references(inner)]
    return [found for inner in value for found in _references(inner)] if isinstance(value, list) else []


def test_every_parameter_of_a_path_is_described() -> None:
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            described = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert described == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def _assert_described(answer: Answer, method: str, path: str) -> None:
    """Assert that the document has this answer of the route, and that it is as it says."""
    whole = document()
    told = whole["paths"][path][method]["responses"][str(answer.status)]
    if answer.body:
        schema = told["content"][answer.content_type]["schema"]
        validator = Draft202012Validator({**schema, "components": whole["components"]})
        assert list(validator.iter_errors(orjson.loads(answer.body))) == []


@pytest.mark.parametrize("drained", [False, True])
async def test_answers_are_as_the_document_says(drained: bool) -> None:
    pipeline = Pipeline()
    api = pipeline.app.api
    sent = Sent(files=[("shop.json", simple_document(shop()))], options_text='{"samples": 3}')
    _assert_described(await api.inspect(sent), "post", "/catalogs/inspect")
    started = await api.start(sent)
    _assert_described(started, "post", "/runs")
    run = read(started)["run_id"]
    if drained:
        await pipeline.drain()
    for answer, method, path in (
        (await api.run(run), "get", "/runs/{run}"),
        (await api.list_runs({}), "get", "/runs"),
        (await api.rows(run, {}), "get", "/runs/{run}/rows"),
        (await api.row(run, "0"), "get", "/runs/{run}/rows/{index}"),
        (await api.cancel(run), "post", "/runs/{run}/cancel"),
        (await api.resume(run), "post", "/runs/{run}/resume"),
        (await api.finetune(run, b""), "post", "/runs/{run}/finetune"),
        (await api.file(run, "manifest.json", Part("bytes=-1x")), "get", "/runs/{run}/files/{path}"),
        (await api.wish(run, "deploy"), "post", "/runs/{run}/deploy"),
        (await api.try_plan(run, b"{}"), "post", "/runs/{run}/try"),
        (await api.delete(run), "delete", "/runs/{run}"),
        (await api.delete(run, run), "delete", "/runs/{run}"),
        (await api.start(Sent(b"x")), "post", "/runs"),
        (await api.list_runs({"cursor": "x"}), "get", "/runs"),
    ):
        _assert_described(answer, method, path)


async def test_the_document_is_served() -> None:
    answer = await Pipeline().app.api.openapi()
    assert read(answer) == orjson.loads(orjson.dumps(document()))
    assert (await Pipeline().app.api.openapi(answer.headers["ETag"])).status == 304
