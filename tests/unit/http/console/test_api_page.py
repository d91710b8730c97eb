"""The page of the HTTP API shows every route and shape of the OpenAPI document, and fetches nothing."""

from __future__ import annotations

import re

from shared.http.console.api_page import kind, operations
from shared.http.openapi import document
from tests.builders.pipeline import Pipeline


async def _page() -> str:
    answer = await Pipeline().app.api.docs()
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert len(answer.body) < 150_000
    return answer.body.decode()


async def test_every_route_and_every_shape_is_on_the_page() -> None:
    page, told = await _page(), document()
    for path, methods in told["paths"].items():
        for method in methods:
            assert f"{method.upper()} /api{path}</h2>" in page
    for name in told["components"]["schemas"]:
        assert f'id="schema-{name}"' in page


async def test_every_link_on_the_page_leads_to_a_part_of_it() -> None:
    page = await _page()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) - set(ids) == set()


async def test_nothing_runs_and_nothing_comes_from_elsewhere() -> None:
    page = await _page()
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!/api/|#)[^"]*"', page) == []


def test_a_route_tells_what_it_takes_and_answers() -> None:
    start = next(
        one for one in operations(document()) if (one["method"], one["path"]) == ("POST", "/api/runs")
    )
    assert {"application/json", "multipart/form-data"} <= {body["media"] for body in start["bodies"]}
    assert {"202", "400", "409", "422"} <= {answer["status"] for answer in start["answers"]}
    assert "Idempotency-Key" in {parameter["name"] for parameter in start["parameters"]}


def test_a_shape_is_told_in_words() -> None:
    assert kind({"anyOf": [{"type": "string"}, {"type": "null"}]})["text"] == "string or null"
    assert kind({"type": "array", "items": {"$ref": "#/components/schemas/run"}}) == {
        "text": "list of",
        "schema": "run",
    }
    assert kind({"enum": ["a", "b"]})["text"] == "a, b"
    assert kind({})["text"] == "anything"
