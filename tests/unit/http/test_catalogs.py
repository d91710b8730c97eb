"""Inspecting a catalog: what is found, what it would take, and that nothing is stored."""

from __future__ import annotations

import io
import zipfile

import orjson
import pytest

from shared.http.uploads import Sent
from tests.builders.answers import assert_problem, read
from tests.builders.catalogs import shop
from tests.builders.pipeline import Pipeline
from tests.builders.simple_form import simple_document

_DOCUMENT = simple_document(shop())


def _zip() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("shop.json", _DOCUMENT)
    return data.getvalue()


_WAYS = {
    "files": Sent(files=[("shop.json", _DOCUMENT)], options_text='{"samples": 7}'),
    "zip in a form": Sent(files=[("shop.zip", _zip())], options_text='{"samples": 7}'),
    "zip": Sent(_zip(), "application/zip", '{"samples": 7}', name="shop.zip"),
    "inline": Sent(
        orjson.dumps({"catalog": orjson.loads(_DOCUMENT), "options": {"samples": 7}}), "application/json"
    ),
}


@pytest.mark.parametrize("way", _WAYS)
async def test_a_catalog_is_shown_with_its_estimate_and_nothing_is_stored(way: str) -> None:
    pipeline = Pipeline()
    before = [info.path for info in [i async for i in pipeline.storage.list("catalogs")]]
    found = read(await pipeline.app.api.inspect(_WAYS[way]))
    assert {operation["name"] for operation in found["operations"]} == {api.name for api in shop().apis}
    assert found["counts"]["operations"] == len(shop().apis)
    assert sum(len(part["operations"]) for part in found["slices"]) >= len(shop().apis)
    assert found["estimate"]["samples"] == 7 and found["estimate"]["tokens"] > 7 * 1000
    assert all(operation["name"] in operation["prompt"] for operation in found["operations"])
    assert [i.path async for i in pipeline.storage.list("catalogs")] == before == []
    assert [i.path async for i in pipeline.storage.list("runs")] == []


async def test_the_estimate_is_that_of_the_run() -> None:
    pipeline = Pipeline()
    sent = _WAYS["files"]
    found = read(await pipeline.app.api.inspect(sent))
    run = read(await pipeline.app.api.start(sent))["run_id"]
    estimate = read(await pipeline.app.api.run(run))["estimate"]
    assert {key: found["estimate"][key] for key in estimate} == estimate


async def test_diagnostics_are_counted_by_code() -> None:
    pipeline = Pipeline()
    document = {"apis": [{"name": "ping", "parameters": [{"name": "a", "in": "nowhere"}] * 9}] * 3}
    found = read(await pipeline.app.api.inspect(Sent(files=[("a.json", orjson.dumps(document))])))
    assert found["counts"]["diagnostics"] == sum(group["count"] for group in found["diagnostics"]) > 0
    assert all(1 <= len(group["examples"]) <= 5 for group in found["diagnostics"])


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (Sent(b"{}", "application/json"), 400, "bad_message"),
        (Sent(b'{"catalog": "runs/secret"}'), 400, "bad_message"),
        (Sent(b'{"catalog": "catalogs/../runs/x"}'), 400, "bad_path"),
        (Sent(b'{"catalog": "catalogs/none.json"}'), 400, "no_such_catalog"),
        (Sent(b'{"catalog": {"apis": []}, "options": 3}'), 400, "bad_message"),
        (Sent(b'{"catalog": {"apis": [{"name": "a"}]}, "options": {"nope": 3}}'), 400, "unknown_option"),
        (Sent(b"\x89PNG", "image/png", name="a.png"), 422, None),
        (Sent(b"", "multipart/form-data; boundary=x"), 400, "bad_request"),
        (Sent(b"[" * 3000 + b"]" * 3000), 400, "not_json"),
    ],
)
async def test_what_is_no_catalog_is_a_problem(sent: Sent, status: int, code: str | None) -> None:
    answer = await Pipeline().app.api.inspect(sent)
    assert_problem(answer, status, code or read(answer)["code"])


async def test_a_document_inside_the_request_becomes_a_run_named_after_it() -> None:
    pipeline = Pipeline()
    document = {"name": "Tea shop", "apis": orjson.loads(_DOCUMENT)["apis"]}
    body = orjson.dumps({"catalog": document, "options": {"samples": 2}})
    run = read(await pipeline.app.api.start(Sent(body, "application/json")))["run_id"]
    assert run.startswith("tea-shop-")
    again = read(await pipeline.app.api.start(Sent(body, "application/json", key="once")))["run_id"]
    assert again == read(await pipeline.app.api.start(Sent(body, "application/json", key="once")))["run_id"]
    assert again != run
    await pipeline.drain()
    assert read(await pipeline.app.api.run(run))["counts"]["accepted"] == 2


async def test_two_keys_that_differ_are_refused() -> None:
    body = b'{"catalog": "catalogs/a.json", "request_key": "a"}'
    assert_problem(await Pipeline().app.api.start(Sent(body, key="b")), 400, "bad_request")
    assert_problem(await Pipeline().app.api.start(Sent(body, key="k" * 201)), 400, "bad_request")
