"""Hostile requests over a real HTTP server: no server error, no answer that the document lacks, nothing is changed."""

from __future__ import annotations

import random

import aiohttp
import pytest

from shared.http.openapi import document
from tests.builders.inventory import expected
from tests.builders.pipeline import Pipeline
from tests.builders.served import serving

_REQUESTS = 500
_TEXTS = (
    *("0", "-1", "a" * 1000, "../../x", "%00", "<script>", "é☃", "shop-0123456789", "1_shop-0123456789"),
    *("9" * 40, "٣", "null", "{}", "[]", "bytes=0-", "1e9"),
)
_QUERIES = (
    "limit cursor status q operation options name split finding difficulty shape variation persona "
    "verdict touched source author revision form row".split()
)
_BODIES = (
    *(b"", b"{}", b"[", b"PK\x03\x04xx", b"\xff\xfe", b'{"catalog":{}}', b'{"catalog":[{"a":1},3]}'),
    *(b'{"catalog":{"info":{"name":3},"item":[]}}', b'{"task":"x","arm":"zzz"}', b'{"catalog":{"a":1e400}}'),
    *(b'{"decisions":[{"row":0,"hash":"x","verdict":"edit","plan":[[]]}]}', b'{"decisions":{}}'),
    *(b'{"examples":[{"task":1,"plan":{"steps":[{}]}}]}', b'{"author":"","fix":{"kind":[]},"filter":7}'),
    *(b'{"filter":{},"verdict":"reject","reason":"x","token":"x"}', b'{"plan":{"steps":[{"index":"1"}]}}'),
    *(b'{"options":"x","catalog":"catalogs/a"}', b'{"catalog":{"a":"\\ud800"}}', b"[" * 5000),
)
_KINDS = (
    "application/json",
    "application/jsonl",
    "application/zip",
    "text/yaml",
    "multipart/form-data; boundary=x",
    "",
)
_HEADERS = ("", '"x"', "*", "bytes=5-", "bytes=-3", "bytes=9-1", "k" * 300)


@pytest.mark.parametrize("seed", [0, 1])
async def test_hostile_requests_break_and_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = random.Random(seed)
    pipeline = Pipeline()
    run = await pipeline.start(samples=3)
    await pipeline.drain()
    before = {place: blob.data for place, blob in pipeline.storage._blobs.items()}
    routes = [
        (method, str(binding["route"]).replace("{*", "{"))
        for bindings in expected().values()
        for binding in bindings
        if binding["type"] == "httpTrigger"
        for method in binding["methods"]  # type: ignore[attr-defined]
    ]
    described = document()["paths"]
    async with serving(pipeline.app, monkeypatch) as served, aiohttp.ClientSession() as session:
        for _ in range(_REQUESTS):
            method, route = made.choice(routes)
            parts = [
                made.choice([run, made.choice(_TEXTS)]) if part.startswith("{") else part
                for part in route.split("/")
            ]
            headers = {name: made.choice(_HEADERS) for name in ("If-None-Match", "Range", "Idempotency-Key")}
            async with session.request(
                method,
                f"{served.url}/api/{'/'.join(parts)}",
                params={name: made.choice(_TEXTS) for name in made.sample(_QUERIES, 3)},
                headers={**headers, "content-type": made.choice(_KINDS)},
                data=made.choice(_BODIES) if method == "POST" else None,
                allow_redirects=False,
            ) as answer:
                told = await answer.read()
                known = [
                    responses["responses"]
                    for path, methods in described.items()
                    for verb, responses in methods.items()
                    if verb == method.lower() and path == f"/{route}"
                ]
                matched = answer.status == 404 and not told  # the host's: no route has this path
                assert answer.status < 500, (method, route, told)
                assert matched or any(str(answer.status) in one for one in known), (
                    method,
                    route,
                    answer.status,
                )
    after = {place: blob.data for place, blob in pipeline.storage._blobs.items()}
    changed = [place for place, data in before.items() if after.get(place) != data]
    assert changed == []
