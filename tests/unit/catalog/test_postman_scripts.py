"""Test scripts say which fields a response has; they are read and never run."""

from __future__ import annotations

import pytest

from shared.catalog.postman.scripts import asserted_shape, script_of
from shared.curriculum.flows import flows
from tests.builders.documents import collection, read, request


def holding(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("script", "shape"),
    [
        ("var body = JSON.parse(responseBody); pm.expect(body.comment.id).to.be.ok;", holding(comment=holding(id={}))),
        ("const j = pm.response.json(); pm.globals.set('slug', j.article.slug);", holding(article=holding(slug={}))),
        ("var r = JSON.parse(responseBody); var a = r.article || {}; t['x'] = a.hasOwnProperty('slug');", holding(article=holding(slug={}))),
        ("let j = pm.response.json(); if (j.items.length) { var i = j.items[0]; check(i.sku); }", holding(items={"type": "array", "items": holding(sku={})})),
        ("let j = pm.response.json(); j.forEach(x => x); ", {"type": "array", "items": {}}),
        ("var j = pm.response.json(); Number.isInteger(j.count); Array.isArray(j.tags)", holding(count={"type": "integer"}, tags={"type": "array"})),
        ("var j = pm.response.json(); pm.expect(j['order-id']).to.eql(3)", holding(**{"order-id": {}})),
        ("// var j = pm.response.json(); j.a", {}),
        ("pm.environment.set('x', other.y)", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_the_fields_that_a_script_reads_are_those_of_the_response(
    script: str, shape: dict[str, object]
) -> None:
    assert asserted_shape(script) == shape


def test_only_test_scripts_are_read() -> None:
    events = [
        {"listen": "prerequest", "script": {"exec": ["no"]}},
        {"listen": "test", "script": {"exec": ["one", 2, "two"]}},
        {"listen": "test", "script": {"exec": "three"}},
        "odd",
    ]
    assert script_of({"event": events}) == "one\ntwo\nthree"
    assert script_of({"event": None}) == ""


def test_what_a_script_stores_flows_to_the_request_that_needs_it() -> None:
    made = request(
        "Create Comment", "{{u}}/articles/:slug/comments", "POST", body={"comment": {"body": "Well said"}}
    )
    made["event"] = [
        {"listen": "test", "script": {"exec": ["var c = JSON.parse(responseBody).comment;", "var r = JSON.parse(responseBody);", "pm.globals.set('commentId', r.comment.id);"]}}
    ]  # fmt: skip
    gone = request(
        "Reply", "{{u}}/articles/:slug/comments/:commentId/replies", "POST", body={"text": "Thank you"}
    )
    found = flows(read(collection(made, gone)))
    assert [(f.path, f.parameter) for f in found] == [("comment.id", "commentId")]


def test_a_saved_example_tells_more_than_a_script() -> None:
    item = request("Get", "{{u}}/things/1")
    item["response"] = [{"code": 200, "body": '{"id": 1, "name": "a"}'}]
    item["event"] = [{"listen": "test", "script": {"exec": ["pm.response.json().other.field"]}}]
    assert set(read(collection(item)).apis[0].responses["properties"]) == {"id", "name"}
