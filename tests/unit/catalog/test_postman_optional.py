"""Which fields of a Postman body must be sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders.documents import collection, only, read, request

BODY = {"name": "ada", "filter": "x", "k": 3}


def required(body: Any = BODY, **parts: Any) -> set[str]:
    item = request("r", method="POST", body=body, response=parts.pop("response", []))
    item["request"] |= parts
    return {parameter.name for parameter in only(collection(item)).parameters if parameter.required}


@pytest.mark.parametrize(
    "text",
    [
        "Finds. Optional: `filter`, `k`.",
        "Finds.\n- `filter` (optional): by category\n- `k`: how many, optional\n- `name`: required",
        "Optional fields: filter, k",
        "| field | |\n| filter | optional |\n| k | not required |\n| name | required |",
        "`filter` and `k` are optional.",
        "`name` is required, `filter` is optional. `k` may be left out.",
        {"content": "filter: optional\nk: can be omitted"},
    ],
)
def test_a_field_that_the_description_calls_optional_is(text: Any) -> None:
    assert required(description=text) == {"name"}


@pytest.mark.parametrize(
    "text", ["Finds by name and filter.", "Finds within an optional filter.", "Works optionally with k.", ""]
)
def test_other_descriptions_make_nothing_optional(text: str) -> None:
    assert required(description=text) == {"name", "filter", "k"}


def test_a_comment_in_the_body_can_call_a_field_optional() -> None:
    assert required('{"name": "ada", // who\n"k": 3 // optional\n}') == {"name"}


def test_fields_without_a_value_are_optional() -> None:
    assert required({"name": "ada", "a": None, "b": "", "c": [], "d": {}}) == {"name"}


def example(body: Any, code: int = 200) -> dict[str, Any]:
    sent = {"method": "POST", "body": {"mode": "raw", "raw": json.dumps(body)}}
    return {"code": code, "originalRequest": sent}


def test_a_field_that_a_successful_example_lacks_is_optional() -> None:
    assert required(response=[example({"name": "bob", "k": 1}), example({"name": "eve"}, 201)]) == {"name"}


def test_a_field_that_a_failed_example_lacks_stays_required() -> None:
    assert required(response=[example({"k": 1}, 400)]) == {"name", "filter", "k"}


def test_a_field_that_another_request_for_the_same_operation_lacks_is_optional() -> None:
    bodies = ({"name": "ada", "k": 3}, {"name": "bob"})
    root = collection(*[request("Add someone", "{{b}}/users", "POST", body=b) for b in bodies])
    assert [{p.name for p in api.parameters if p.required} for api in read(root).apis] == [{"name"}, {"name"}]


def test_requests_told_apart_by_a_choosing_field_are_different_operations() -> None:
    bodies: tuple[dict[str, Any], ...] = ({"op": "create-user", "name": "ada"}, {"op": "drop-user", "id": 3})
    root = collection(*[request(b["op"], "{{b}}/api", "POST", body=b) for b in bodies])
    found = [{p.name for p in api.parameters if p.required} for api in read(root).apis]
    assert found == [{"op", "name"}, {"op", "id"}]


def test_the_choosing_field_stays_required_whatever_is_said_of_it() -> None:
    bodies: tuple[dict[str, Any], ...] = ({"op": "create-user", "name": "ada"}, {"op": "drop-user", "id": 3})
    items = [request(b["op"], "{{b}}/api", "POST", body=b) for b in bodies]
    for item in items:
        item["request"]["description"] = "Optional: `op`."
    assert all(api.parameter("op").required for api in read(collection(*items)).apis)


def test_form_fields_follow_the_same_rules() -> None:
    rows = [{"key": name, "value": str(value)} for name, value in BODY.items()]
    form = {"mode": "urlencoded", "urlencoded": rows}
    assert required(form, description="Optional: `filter`.") == {"name", "k"}


@pytest.mark.parametrize(
    "text",
    [
        "`filter` is required.",
        "Required fields: filter",
        "`filter` must be given, `k` is optional.",
        "| field | type | required |\n|---|---|---|\n| filter | string | yes |\n| k | int | no |",
        "| field | optional |\n|---|---|\n| filter | no |\n| k | ✓ |",
    ],
)
def test_a_field_that_the_description_calls_required_is_though_it_is_sent_without_a_value(text: str) -> None:
    assert "filter" in required({"name": "ada", "filter": ""}, description=text)


def test_a_table_says_of_each_field_whether_it_is_required() -> None:
    text = "| Parameter | Required | Says |\n|:--|:-:|--|\n| `name` | ✅ | who |\n| filter | No | what |\n| k | optional | n |"
    assert required(description=text) == {"name"}


def test_what_a_patch_sends_may_be_left_out_unless_it_is_all_or_called_required() -> None:
    assert required(method="PATCH") == set()
    assert required(method="PATCH", description="`name` is required.") == {"name"}
    assert required({"name": "ada"}, method="PATCH") == {"name"}


def common(*bodies: dict[str, Any]) -> set[str]:
    root = collection(*[request(f"Add {i}", "{{b}}/users", "POST", body=b) for i, b in enumerate(bodies)])
    return {p.name for p in read(root).apis[0].parameters if p.required}


def test_one_misfiled_request_does_not_decide_what_is_required() -> None:
    usual = {"name": "ada", "mail": "a", "k": 3}
    assert common(usual, usual, usual, {"colour": "red", "k": 1}) == {"name", "mail", "k"}
    assert common(*[usual] * 6, {"name": "ada", "k": 3}) == {"name", "mail", "k"}
    assert common(usual, usual, {"name": "ada", "k": 3}) == {"name", "k"}


def generated(method: str, **fields: str) -> set[str]:
    api = only(collection(request("r", "{{b}}/x", method, body=fields)))
    return {p.name for p in api.parameters if p.required}


def test_of_a_generated_body_the_first_fields_that_are_likely_are_required() -> None:
    fields = {
        "name": "<string>",
        "owner_id": "<long>",
        "is_open": "<boolean>",
        "description": "<string>",
        "size": "<integer>",
    }
    assert generated("POST", **fields) == {"name", "owner_id"}
    assert generated("PATCH", **fields) == set()


def test_what_a_generator_put_before_fields_in_alphabetical_order_is_required() -> None:
    bodies = [
        {
            "notes": "<string>",
            "zone": "<string>",
            "active": "<boolean>",
            "color": "<string>",
            "tags": "<string>",
        },
        *[dict.fromkeys(("alpha", "beta", "gamma", f"x{n}"), "<string>") for n in range(5)],
    ]
    root = collection(
        *[request(f"r{n}", f"{{{{b}}}}/x{n}", "POST", body=body) for n, body in enumerate(bodies)]
    )
    first = read(root).apis[0]
    assert {p.name for p in first.parameters if p.required} >= {"notes", "zone"}


USER = {"email": "ada@example.com", "pass": "x", "bio": "I am"}


@pytest.mark.parametrize(
    ("method", "parts", "needed"),
    [
        ("POST", {}, ["email", "pass", "bio"]),
        ("POST", {"description": "`bio` is optional."}, ["email", "pass"]),
        ("PUT", {}, None),
        ("PUT", {"description": "`email` is required."}, ["email"]),
    ],
)
def test_of_one_object_under_one_name_the_fields_within_are_required_too(
    method: str, parts: dict[str, Any], needed: list[str] | None
) -> None:
    item = request("r", "{{b}}/users", method, body={"user": USER})
    item["request"] |= parts
    (user,) = only(collection(item)).parameters
    assert user.schema.get("required") == needed


def test_a_field_within_that_another_request_lacks_is_optional() -> None:
    items = [
        request(name, "{{b}}/users", "POST", body={"user": body})
        for name, body in (("Whole", USER), ("Short", {"email": "b@example.com", "pass": "y"}))
    ]
    whole = read(collection(*items)).apis[0].parameters[0].schema
    assert whole["required"] == ["email", "pass"]


def test_rows_called_required_tell_that_a_collection_is_generated_and_what_its_forms_need() -> None:
    rows = [
        {"key": name, "value": "x", "description": text}
        for name, text in (("a", "(Required) One"), ("b", "Two"), ("c", "(Required) Three"))
    ]
    api = only(collection(request("r", "{{b}}/x", "POST", body={"mode": "urlencoded", "urlencoded": rows})))
    assert {p.name for p in api.parameters if p.required} == {"a", "c"}
