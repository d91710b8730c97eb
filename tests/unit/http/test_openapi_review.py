"""Answers about decisions, fixes, examples, exports and revisions are as the OpenAPI document says."""

from __future__ import annotations

from typing import Any

import orjson
from jsonschema import Draft202012Validator

from shared.http.answers import Answer
from shared.http.openapi import document
from tests.builders.answers import read
from tests.builders.reviews import asked, on, own_example, publish, published, row, with_api


def _assert_described(answer: Answer, status: int, method: str, path: str) -> None:
    """Assert that the answer has the status, that the route may give it, and that it is as described."""
    assert answer.status == status, answer.body
    whole = document()
    told = whole["paths"][path][method]["responses"][str(status)]
    if answer.body:
        schema = told["content"][answer.content_type]["schema"]
        lines = answer.body.splitlines() if answer.content_type == "application/jsonl" else [answer.body]
        validator = Draft202012Validator({**schema, "components": whole["components"]})
        assert [e.message for line in lines for e in validator.iter_errors(orjson.loads(line))] == []


async def test_answers_are_as_the_document_says() -> None:
    pipeline, run = await published(24)
    api = pipeline.app.api
    one, two = await row(pipeline, run, 0), await row(pipeline, run, 1)
    wrong = on(one, "edit", plan=with_api(one["record"], "launch_rocket"))
    example = own_example(one["record"], "For my aunt in the country, and soon:")
    decided = await api.decide(run, asked({"decisions": [on(one, "approve")]}))
    act = read(decided)["id"]
    bulk: dict[str, Any] = {"filter": {}, "verdict": "approve"}
    token = read(await api.bulk(run, asked(bulk)))["token"]
    decisions = "/runs/{run}/decisions"
    revisions = "/runs/{run}/revisions"
    for answer, status, method, path in (
        (decided, 200, "post", decisions),
        (await api.decide(run, asked({"decisions": []})), 400, "post", decisions),
        (await api.decide(run, asked({"decisions": [wrong]})), 422, "post", decisions),
        (
            await api.decide(run, asked({"decisions": [on({**two, "hash": "x"}, "approve")]})),
            409,
            "post",
            decisions,
        ),
        (await api.decisions(run, {}), 200, "get", decisions),
        (await api.decisions(run, {"cursor": "x"}), 400, "get", decisions),
        (await api.bulk(run, asked(bulk)), 200, "post", "/runs/{run}/bulk"),
        (await api.bulk(run, asked({**bulk, "token": "x"})), 409, "post", "/runs/{run}/bulk"),
        (await api.bulk(run, asked({**bulk, "token": token})), 200, "post", "/runs/{run}/bulk"),
        (await api.undo(run, act, asked({})), 200, "post", f"{decisions}/{{id}}/undo"),
        (await api.undo(run, act, asked({})), 409, "post", f"{decisions}/{{id}}/undo"),
        (await api.undo(run, "x", asked({})), 404, "post", f"{decisions}/{{id}}/undo"),
        (await api.check_row(run, "0", asked({"task": "x"})), 200, "post", "/runs/{run}/rows/{index}/check"),
        (await api.check_row(run, "x", asked({})), 404, "post", "/runs/{run}/rows/{index}/check"),
        (await api.check_example(run, asked(example)), 200, "post", "/runs/{run}/examples/check"),
        (await api.add_examples(run, asked({"examples": [example]})), 201, "post", "/runs/{run}/examples"),
        (await api.add_examples(run, asked({"examples": [{}]})), 422, "post", "/runs/{run}/examples"),
        (await api.export(run, {}), 200, "get", "/runs/{run}/export"),
        (await api.export(run, {"form": "x"}), 400, "get", "/runs/{run}/export"),
        (await api.revisions(run), 200, "get", revisions),
        (await publish(pipeline, run), 202, "post", revisions),
        (await publish(pipeline, run), 409, "post", revisions),
        (await api.revisions(run), 200, "get", revisions),
        (await api.revision(run, "1"), 200, "get", f"{revisions}/{{number}}"),
        (await api.revision(run, "9"), 404, "get", f"{revisions}/{{number}}"),
        (await api.row(run, "0"), 200, "get", "/runs/{run}/rows/{index}"),
        (await api.rows(run, {"revision": "1"}), 200, "get", "/runs/{run}/rows"),
        (await api.rows(run, {"revision": "9"}), 404, "get", "/runs/{run}/rows"),
    ):
        _assert_described(answer, status, method, path)
